// Sizes, batches, rates and objective in feature space. Measured in docs/how-it-learns.md; the fake class does the
// work, so its weight is 1.

import type { TrainingMetrics } from '../../shared/training.ts';
import type { TrainOnFeaturesRequest } from '../messages.ts';
import type { LearnerSettings } from '../ssgan/learner.ts';
import type { Objective } from '../../shared/objective.ts';
import { labelsOnly } from '../ssgan/objective.ts';
import { flatThenLinear } from '../ssgan/schedule.ts';

const adam = { rate: 2e-3, beta1: 0.5, beta2: 0.999, averageMost: 0.99 };

const ssgan: Objective = {
  ...labelsOnly,
  unlabelled: 1,
  generated: 1,
  entropy: 0.1,
  // Early: a network that has learned four labels by heart first may join the clouds to the wrong ones.
  ramps: { agreement: [0, 0.1], realFake: [0.03, 0.1], entropy: [0.1, 0.2] },
};

/** What a generator that learns is asked for; a Gaussian has no use for it. */
const learnedGenerator = { featureMatching: 1, pullAway: 0.8 };

export const featureRecipe = {
  /** Rows a step. Fewer labels than rows come several times, each time under noise of its own. */
  batch: { labelled: 32, none: 32, unlabelled: 128, generated: 128 },
  objectives: { 'labels-only': labelsOnly, ssgan } satisfies Record<TrainingMetrics['stage'], Objective>,
  /** `crossValidation`: of an SSGAN that only measures what one like it is worth, on a part of the labels left out. */
  steps: { 'labels-only': 300, ssgan: 1000, crossValidation: 200 },
  /** More than one processor alone would do: one draws random numbers while the other multiplies. */
  stepsAtOnce: 10,
  /** λ of the logistic regression. */
  logisticPenalty: 1e-2,
};

/** The objective of a stage, with what a request changes of the SSGAN's. */
export const featureObjective = (
  stage: TrainingMetrics['stage'],
  { objective, generator }: Pick<TrainOnFeaturesRequest, 'objective' | 'generator'>,
): Objective =>
  stage === 'labels-only'
    ? featureRecipe.objectives['labels-only']
    : { ...featureRecipe.objectives.ssgan, ...(generator === 'learned' && learnedGenerator), ...objective };

export const featureLearnerSettings = (objective: Objective, seed: number): LearnerSettings => ({
  objective,
  classifierOptimiser: adam,
  generatorOptimiser: adam,
  // With 4 labels a flat rate gains 1 point over a cosine, and so does showing each label equally often.
  schedule: flatThenLinear,
  seed,
});
