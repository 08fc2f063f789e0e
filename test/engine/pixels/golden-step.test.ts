// Whisker's training step against PyTorch's own layers, autograd and optimisers (test/golden/paper-step.py, which says
// how its numbers were made): the `paper` preset on small networks, from the same weights, pictures and noise.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pixelNetworks } from '../../../src/engine/pixels/model.ts';
import { recipeFor } from '../../../src/engine/pixels/recipe.ts';
import { counterOf, Noise } from '../../../src/engine/ssgan/network.ts';
import { usesGenerator } from '../../../src/engine/ssgan/objective.ts';
import { TrainedWeights, type NetworkState, type UpdateNumbers } from '../../../src/engine/ssgan/optimiser.ts';
import { grown } from '../../../src/engine/ssgan/schedule.ts';
import { part, type Layout } from '../../../src/engine/ssgan/parameters.ts';
import { unchanged, type StepInput } from '../../../src/engine/ssgan/step-input.ts';
import { trainingStep, type StepContext } from '../../../src/engine/ssgan/step.ts';
import { tf, type Tensor, type Tensor4D } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { TrainingMetrics } from '../../../src/shared/training.ts';

interface GoldenStep {
  losses: number[];
  /** Every 97th weight. */
  classifier: number[];
  generator?: number[];
}
type Golden = Record<TrainingMetrics['stage'], GoldenStep[]>;
const golden: Golden = JSON.parse(readFileSync(new URL('../../golden/paper-step.json', import.meta.url), 'utf8'));

const SIZE_PX = 64;
const CHANNELS = 3;
const ROWS = { labelled: 6, unlabelled: 5, generated: 4 };
const EVERY = 97;
/** Of each stage's own rate: at the whole of Adam's, PyTorch's single and double precision part after two steps. */
const SHARE = { ssgan: 0.01, 'labels-only': 1 };
/** A thousand times the preset's, which three steps would not show. */
const WEIGHT_DECAY = 0.1;
const shape = {
  sizePx: SIZE_PX,
  channels: CHANNELS,
  classes: 2,
  network: 'paper',
  classifierWidth: 4,
  generatorWidth: 4,
} as const;
const recipe = recipeFor({
  preset: 'paper',
  pixels: { path: '', count: 0, sizePx: SIZE_PX, channels: CHANNELS },
  mirror: false,
});
const networks = pixelNetworks(shape, recipe.scale ?? { mean: NaN, deviation: NaN });

/** `count` numbers in [−1, 1): 2·frac(0.618…·(i + 1)² + 0.414…·key) − 1. The same doubles in any language. */
const value = (key: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => {
    const u = 0.6180339887498949 * (i + 1) ** 2 + 0.41421356237309515 * key;
    return 2 * (u - Math.floor(u)) - 1;
  });

/** How far the weights of a tensor begin from where: He et al. for convolutions, ±0.1 for the generator. */
function range(name: string, tensorShape: number[]): { bound: number; centre: number } {
  if (name.endsWith('.mean')) return { bound: 0, centre: 0 };
  if (name.endsWith('.variance')) return { bound: 0, centre: 1 };
  if (name.endsWith('.scale')) return { bound: 0.1, centre: 1 };
  if (name.startsWith('logits')) return { bound: 1 / Math.sqrt(8 * shape.classifierWidth), centre: 0 };
  const [kernel = NaN, , , to = NaN] = tensorShape;
  return { bound: /^(stem|block).*\.w$/.test(name) ? Math.sqrt(6 / (kernel * kernel * to)) : 0.1, centre: 0 };
}

/** Every tensor of a network has its own key: 1, 2, … in the order of its layout. */
function begin(layout: Layout): NetworkState {
  const flat = new Float32Array(layout.size);
  layout.entries.forEach(({ name, shape: tensorShape, size }, i) => {
    const { bound, centre } = range(name, tensorShape);
    part(flat, layout, name).set(value(i + 1, size).map((v) => centre + bound * v));
  });
  return TrainedWeights.begin(flat);
}

function pictures(key: number, count: number): Tensor4D {
  const flat = value(key, count * SIZE_PX * SIZE_PX * CHANNELS).map((v) => (v + 1) / 2);
  return tf.tensor4d(Float32Array.from(flat), [count, SIZE_PX, SIZE_PX, CHANNELS]);
}

/** Noise that is what the formula says. */
class GivenNoise extends Noise {
  readonly #key: number;
  constructor(key: number) {
    super(0, counterOf(0));
    this.#key = key;
  }
  override normal<T extends Tensor>(noiseShape: number[]): T {
    const count = noiseShape.reduce((product, side) => product * side, 1);
    const flat = Float32Array.from(value(this.#key, count), (v) => Math.sqrt(3) * v);
    return tf.tensor(flat, noiseShape) as T;
  }
}

const inputOf = (step: number, withUnlabelled: boolean): StepInput<Tensor4D> => {
  const unlabelled = pictures(1000 + 10 * step + 2, ROWS.unlabelled);
  return {
    labelled: pictures(1000 + 10 * step + 1, ROWS.labelled),
    labels: tf.tensor1d(
      Array.from({ length: ROWS.labelled }, (_, i) => i % 2),
      'int32',
    ),
    unlabelled: withUnlabelled ? { weak: unlabelled, strong: unlabelled } : null,
    none: null,
    rotated: null,
    generated: ROWS.generated,
    changes: unchanged,
  };
};

const nextUpdate = (trained: TrainedWeights, share: number) =>
  trained.numbersOfUpdate(0, share).map((value) => tf.scalar(value)) as UpdateNumbers;

/** The losses and the flat weights after each step. */
async function takeSteps(stage: TrainingMetrics['stage']) {
  const { objective, classifierOptimiser, generatorOptimiser, first = 'generator' } = recipe.stages[stage];
  const classifier = new TrainedWeights(begin(networks.classifier.layout), classifierOptimiser);
  const generator = usesGenerator(objective)
    ? new TrainedWeights(begin(networks.generator.layout), generatorOptimiser)
    : null;
  const taken = [];
  for (const step of golden[stage].keys()) {
    const context: StepContext<Tensor4D> = {
      objective: objective.weightDecay > 0 ? { ...objective, weightDecay: WEIGHT_DECAY } : objective,
      first,
      numbers: {
        classifier: nextUpdate(classifier, SHARE[stage]),
        generator: generator && nextUpdate(generator, SHARE[stage]),
        grown: {
          agreement: tf.scalar(grown(0, objective.ramps.agreement)),
          realFake: tf.scalar(grown(0, objective.ramps.realFake)),
          entropy: tf.scalar(grown(0, objective.ramps.entropy)),
        },
      },
      noise: new GivenNoise(1000 + 10 * step + 3),
      classifier: { network: networks.classifier, trained: classifier },
      generator: generator && { network: networks.generator, trained: generator },
    };
    const losses = tf.tidy(() => trainingStep(context, inputOf(step, generator !== null)));
    classifier.updated(1);
    generator?.updated(1);
    taken.push({
      losses: Array.from(await losses.data()),
      classifier: (await classifier.state()).weights,
      generator: generator && (await generator.state()).weights,
    });
    losses.dispose();
  }
  classifier.dispose();
  generator?.dispose();
  return taken;
}

const someOf = (weights: Float32Array | null): number[] => Array.from(weights ?? []).filter((_, i) => i % EVERY === 0);

/** The SSGAN's weights to a fifth of how far Adam moves them in one such step. */
const NEAR = { ssgan: { losses: 1e-5, weights: 4e-6 }, 'labels-only': { losses: 1e-4, weights: 1e-4 } };

function expectNear(found: number[], expected: number[], tolerance: number, what: string): void {
  expect(found, what).toHaveLength(expected.length);
  const farthest = Math.max(...expected.map((number, i) => Math.abs((found[i] ?? NaN) - number)));
  expect(farthest, what).toBeLessThan(tolerance);
}

describe('three steps of the paper preset are those of PyTorch', () => {
  test('the SSGAN: losses, both networks and the running statistics', { timeout: 300_000 }, async () => {
    const taken = await takeSteps('ssgan');
    golden.ssgan.forEach(({ losses, classifier, generator = [] }, i) => {
      const { [i]: step } = taken;
      expectNear(step!.losses, losses, NEAR.ssgan.losses, `losses of step ${i + 1}`);
      expectNear(someOf(step!.classifier), classifier, NEAR.ssgan.weights, `classifier after step ${i + 1}`);
      expectNear(someOf(step!.generator), generator, NEAR.ssgan.weights, `generator after step ${i + 1}`);
    });
  });

  test('labels only: momentum and weight decay', { timeout: 300_000 }, async () => {
    const taken = await takeSteps('labels-only');
    golden['labels-only'].forEach(({ losses, classifier }, i) => {
      const { [i]: step } = taken;
      expectNear(step!.losses, [...losses, 0, 0, 0], NEAR['labels-only'].losses, `losses of step ${i + 1}`);
      expectNear(someOf(step!.classifier), classifier, NEAR['labels-only'].weights, `classifier after step ${i + 1}`);
    });
  });
});
