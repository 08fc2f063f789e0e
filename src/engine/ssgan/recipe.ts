// What a preset means for the networks: sizes, batches, rates and random views. Chosen by measuring; see docs/how-it-learns.md.

import type { TrainingMetrics } from '../../shared/types.ts';
import type { TrainRequest } from '../messages.ts';
import { strongView, weakView, type ViewRange } from './augment.ts';
import type { LearnerSettings } from './learner.ts';
import { labelsOnly, ssgan, type Objective } from './objective.ts';
import type { AdamSettings } from './optimiser.ts';

export interface Recipe {
  /** Channels of the first classifier layer, and of the generator's first feature map. */
  classifierWidth: number;
  generatorWidth: number;
  /** Examples a step. */
  batch: { labelled: number; unlabelled: number; generated: number };
  classifierAdam: AdamSettings;
  generatorAdam: AdamSettings;
  views: { weak: ViewRange; strong: ViewRange; mirror: boolean };
  /** The objective of each stage, and the view under which it sees labelled photos. */
  stages: Record<TrainingMetrics['stage'], { objective: Objective; labelledView: 'weak' | 'strong' }>;
  /** The labels-only network has learned all it will after so many steps; the time it leaves goes to the SSGAN. */
  labelsOnlySteps: number;
}

type Choices = Pick<TrainRequest, 'preset' | 'pixels' | 'mirror' | 'objective'>;

export function recipeFor({ preset, pixels, mirror, objective }: Choices): Recipe {
  // Photos in colour also differ by light; scans and digits do not.
  const light = pixels.channels === 3 ? 0.2 : 0;
  return {
    classifierWidth: preset === 'quick' ? 16 : 24,
    generatorWidth: preset === 'quick' ? 64 : 128,
    batch: { labelled: 20, unlabelled: 32, generated: 32 },
    classifierAdam: { rate: 3e-3, beta1: 0.9, beta2: 0.99, averageMost: 0.995 },
    generatorAdam: { rate: 1e-3, beta1: 0.5, beta2: 0.99, averageMost: 0.99 },
    views: { weak: weakView, strong: { ...strongView, light }, mirror },
    // Without unlabelled photos the strong view is worth 2 points; with them, the weak one is worth 1.
    stages: {
      'labels-only': { objective: labelsOnly, labelledView: 'strong' },
      ssgan: { objective: { ...ssgan, ...objective }, labelledView: 'weak' },
    },
    labelsOnlySteps: 1500,
  };
}

/** What a learner of one stage is given. */
export const learnerSettings = (recipe: Recipe, stage: TrainingMetrics['stage'], seed: number): LearnerSettings => ({
  objective: recipe.stages[stage].objective,
  classifierAdam: recipe.classifierAdam,
  generatorAdam: recipe.generatorAdam,
  seed,
});
