// Small learners over pictures of noise: Whisker's own networks with every term switched on, and the article's as they
// are.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PixelFeed } from '../../../src/engine/pixels/feed.ts';
import { pixelNetworks } from '../../../src/engine/pixels/model.ts';
import { Pictures } from '../../../src/engine/pixels/pictures.ts';
import { learnerSettings, recipeFor, type Recipe } from '../../../src/engine/pixels/recipe.ts';
import { freshState, Learner, type LearnerState, type Losses } from '../../../src/engine/ssgan/learner.ts';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { Objective } from '../../../src/shared/objective.ts';
import type { TrainingMetrics } from '../../../src/shared/training.ts';
import { NONE_CODE } from '../../../src/shared/types.ts';

const COUNT = 60;
const kinds = {
  strokes: { preset: 'quick', sizePx: 16, channels: 1, classifierWidth: 4, generatorWidth: 16 },
  photos: { preset: 'quick', sizePx: 32, channels: 3, classifierWidth: 4, generatorWidth: 16 },
  standard: { preset: 'standard', sizePx: 32, channels: 3, classifierWidth: 4, generatorWidth: 16 },
  paper: { preset: 'paper', sizePx: 32, channels: 3, classifierWidth: 4, generatorWidth: 4 },
} as const;
export type Kind = keyof typeof kinds;

export const everyTerm: Partial<Objective> = {
  pullAway: 0.8,
  adversarial: 0.1,
  consistency: 1,
  entropy: 0.1,
  rotation: 1,
  confidence: 0.3,
};

export interface SmallLearner {
  kind?: Kind;
  stage?: TrainingMetrics['stage'];
  seed?: number;
  from?: LearnerState | null;
  objective?: Partial<Objective>;
  batch?: Recipe['batch'];
  /** So many photos are of none of the classes. */
  none?: number;
}

/** Makes learners over pictures that are written into `folder`. */
export function smallLearners(folder: string) {
  const opened = new Map<Kind, Pictures>();

  function picturesOf(kind: Kind): Pictures {
    const { sizePx, channels } = kinds[kind];
    const path = join(folder, `${kind}.bin`);
    const bytes = COUNT * sizePx * sizePx * channels;
    writeFileSync(
      path,
      Uint8Array.from({ length: bytes }, (_, i) => (i * i * 31 + (i >> 5)) % 256),
    );
    return new Pictures({ path, count: COUNT, sizePx, channels });
  }

  return function setUp({
    kind = 'strokes',
    stage = 'ssgan',
    seed = 1,
    from = null,
    objective = kind === 'paper' ? {} : everyTerm,
    batch = { labelled: 6, unlabelled: 8, generated: 8 },
    none = 0,
  }: SmallLearner = {}) {
    const labelled = 2 * batch.labelled;
    const labels = Int32Array.from({ length: COUNT }, (_, i) =>
      i < labelled ? i % 3 : i < labelled + none ? NONE_CODE : -1,
    );
    const { preset, sizePx, channels, classifierWidth, generatorWidth } = kinds[kind];
    const pictures = opened.get(kind) ?? picturesOf(kind);
    opened.set(kind, pictures);
    const recipe: Recipe = {
      ...recipeFor({ preset, pixels: pictures.file, mirror: true, objective }),
      batch,
    };
    const feed = new PixelFeed(pictures, labels, 3, recipe, recipe.scale ?? pictures.measureScale(), seed);
    const shape = { sizePx, channels, classes: 3, network: recipe.network, classifierWidth, generatorWidth };
    const networks = pixelNetworks(shape, feed.scale);
    const settings = learnerSettings(recipe, stage, seed);
    const learner = new Learner(networks, settings, from ?? freshState(networks, settings, feed.sample(), null));
    const input = () => feed.input(learner.steps, stage);
    const step = () => tf.tidy(() => learner.learn([{ input: input(), fraction: 0.6 }]));
    const losses = async (steps: number): Promise<Losses[]> => {
      const seen = [];
      for (let i = 0; i < steps; i++) {
        step();
        seen.push(await learner.losses());
      }
      return seen;
    };
    return { feed, learner, input, step, losses };
  };
}
