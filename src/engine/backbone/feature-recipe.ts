// Sizes, batches, rates and objective in feature space. Measured in docs/how-it-learns.md; the fake class does the work, so its weight is 1.

import type { TrainingMetrics } from '../../shared/types.ts';
import type { LearnerSettings } from '../ssgan/learner.ts';
import { labelsOnly, type Objective } from '../ssgan/objective.ts';

const adam = { rate: 2e-3, beta1: 0.5, beta2: 0.999, averageMost: 0.99 };

const ssgan: Objective = {
  ...labelsOnly,
  unlabelled: 1,
  generated: 1,
  entropy: 0.1,
  ramps: { agreement: [0, 0.1], realFake: [0.1, 0.3], entropy: [0.3, 0.5] },
};

export const featureRecipe = {
  /** Rows a step; fewer labelled ones when there are fewer labels. */
  batch: { labelled: 32, unlabelled: 128, generated: 128 },
  objectives: { 'labels-only': labelsOnly, ssgan } satisfies Record<TrainingMetrics['stage'], Objective>,
  steps: { 'labels-only': 300, ssgan: 1000 },
  /** λ of the logistic regression. */
  logisticPenalty: 1e-2,
};

export const featureLearnerSettings = (stage: TrainingMetrics['stage'], seed: number): LearnerSettings => ({
  objective: featureRecipe.objectives[stage],
  classifierOptimiser: adam,
  generatorOptimiser: adam,
  seed,
});
