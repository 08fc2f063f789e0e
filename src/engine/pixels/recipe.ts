// What a preset means for the networks: sizes, batches, rates and random views. Chosen by measuring; see
// docs/how-it-learns.md.

import type { TrainingMetrics } from '../../shared/training.ts';
import type { PresetId } from '../../shared/presets.ts';
import type { TrainRequest } from '../messages.ts';
import { strongView, weakView, type ViewRange } from './augment.ts';
import type { LearnerSettings } from '../ssgan/learner.ts';
import { realFakeWeights, type Objective } from '../../shared/objective.ts';
import { labelsOnly, ssgan, ssganOfPhotos } from '../ssgan/objective.ts';
import type { OptimiserSettings } from '../ssgan/optimiser.ts';
import type { PixelPlan } from './classifier.ts';
import type { PixelScale } from './generator.ts';
import { constant } from '../ssgan/schedule.ts';

export interface Recipe {
  /** The pair of networks: Whisker's own for strokes or for photos, or the article's ResNet-18 and DCGAN. */
  network: PixelPlan | 'paper';
  /** Channels of the first classifier layer, and of the generator's widest (the article's: narrowest) feature map. */
  classifierWidth: number;
  generatorWidth: number;
  /** Examples a step. */
  batch: { labelled: number; unlabelled: number; generated: number };
  /**
   * Labelled photos are drawn at random, every class equally often; or all of them, at most as many as the batch says.
   */
  labelledDraw: 'balanced' | 'all';
  /** How pixels are standardised; by their own mean and deviation where this is null. */
  scale: PixelScale | null;
  /** Null shows pictures as they are. */
  views: { weak: ViewRange | null; strong: ViewRange | null; mirror: boolean };
  stages: Record<TrainingMetrics['stage'], Stage>;
}

interface Stage {
  objective: Objective;
  /** The view under which labelled photos are seen. */
  labelledView: 'weak' | 'strong';
  classifierOptimiser: OptimiserSettings;
  generatorOptimiser: OptimiserSettings;
  /** Goes on from the labels-only network, unless there is an earlier SSGAN to go on from. */
  afterLabelsOnly?: boolean;
  schedule?: LearnerSettings['schedule'];
  first?: LearnerSettings['first'];
  /** It has learned all it will after so many steps; the time that the labels-only network leaves goes to the SSGAN. */
  steps: number;
}

type Choices = Pick<TrainRequest, 'preset' | 'pixels' | 'mirror' | 'objective'>;

export const recipeFor = (choices: Choices): Recipe => recipes[choices.preset](choices);

const recipes: Record<PresetId, (choices: Choices) => Recipe> = {
  quick: (choices) => whiskerRecipe(choices, { classifier: 16, generator: 128 }),
  standard: (choices) => whiskerRecipe(choices, { classifier: 24, generator: 128 }),
  paper: (choices) => paperRecipe(choices),
};

/** `widths`: of the classifier for strokes, and of the generator, in channels. */
function whiskerRecipe(
  { pixels, mirror, objective }: Choices,
  widths: { classifier: number; generator: number },
): Recipe {
  // Photos in colour differ by light, and have a top; scans and digits are told by their strokes.
  const photos = pixels.channels === 3;
  const optimisers = {
    classifierOptimiser: { rate: 3e-3, beta1: 0.9, beta2: 0.99, averageMost: 0.995 },
    generatorOptimiser: { rate: 3e-3, beta1: 0.5, beta2: 0.99, averageMost: 0.99 },
  };
  return {
    network: photos ? 'photos' : 'strokes',
    classifierWidth: widths.classifier * (photos ? 1.5 : 1),
    generatorWidth: widths.generator,
    batch: { labelled: photos ? 16 : 20, unlabelled: 32, generated: 16 },
    labelledDraw: 'balanced',
    scale: null,
    views: { weak: weakView, strong: { ...strongView, light: photos ? 0.2 : 0 }, mirror },
    // Strokes: without unlabelled photos the strong view is worth 2 points; with them, the weak one is worth 1.
    // Photos: the strong view is worth 3 or 4 points with them too; under the weak one the few labels are learned by
    // heart, and a network that knows them by heart is no better to go on from than a fresh one.
    stages: {
      'labels-only': { objective: labelsOnly, labelledView: 'strong', ...optimisers, steps: 1500 },
      ssgan: {
        objective: { ...(photos ? ssganOfPhotos : ssgan), ...objective },
        ...optimisers,
        labelledView: photos ? 'strong' : 'weak',
        afterLabelsOnly: !photos,
        steps: Infinity,
      },
    },
  };
}

/** As in the notebook of the article (Petrova 2020), from which docs/how-it-learns.md lists the deviations. */
function paperRecipe({ objective }: Choices): Recipe {
  const adam = { rate: 2e-3, beta1: 0.5, beta2: 0.999, averageMost: 0 }; // No moving average: the weights themselves.
  const game: Objective = {
    ...labelsOnly,
    unlabelled: realFakeWeights.paper,
    generated: realFakeWeights.paper,
    adversarial: 1,
    ramps: { ...labelsOnly.ramps, realFake: [-1, 0] }, // At full weight from the first step.
  };
  const baseline = { rate: 1e-3, momentum: 0.9, averageMost: 0 };
  const common = { labelledView: 'weak', generatorOptimiser: adam, schedule: constant, first: 'classifier' } as const;
  return {
    network: 'paper',
    classifierWidth: 64,
    generatorWidth: 64,
    batch: { labelled: 100, unlabelled: 64, generated: 64 },
    labelledDraw: 'all',
    scale: { mean: 0, deviation: 1 },
    views: { weak: null, strong: null, mirror: false },
    stages: {
      'labels-only': {
        ...common,
        objective: { ...labelsOnly, weightDecay: 1e-4 },
        classifierOptimiser: baseline,
        steps: 200,
      },
      ssgan: { ...common, objective: { ...game, ...objective }, classifierOptimiser: adam, steps: 14 * EPOCH },
    },
  };
}

/** Steps of an epoch in the article's notebook, whose best network came after 14. */
export const EPOCH = 50;

/** What a learner of one stage is given. */
export function learnerSettings(recipe: Recipe, stage: TrainingMetrics['stage'], seed: number): LearnerSettings {
  const { objective, classifierOptimiser, generatorOptimiser, schedule, first } = recipe.stages[stage];
  return { objective, classifierOptimiser, generatorOptimiser, schedule, first, seed };
}
