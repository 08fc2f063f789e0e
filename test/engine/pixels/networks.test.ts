import { describe, expect, test } from 'vitest';
import type { Rank } from '@tensorflow/tfjs-node-gpu';
import { normaliseWeight } from '../../../src/engine/tensorflow/fused-ops.ts';
import {
  tf,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '../../../src/engine/tensorflow/tensorflow.ts';
import { TrainedWeights, type UpdateNumbers } from '../../../src/engine/ssgan/optimiser.ts';
import { differentiate, layOut, part, unpack, type Layout } from '../../../src/engine/ssgan/parameters.ts';
import { pixelClassifier, type PixelPlan } from '../../../src/engine/pixels/classifier.ts';
import { doublingKernel, pixelGenerator } from '../../../src/engine/pixels/generator.ts';
import { resNet18 } from '../../../src/engine/pixels/resnet.ts';
import { counterOf, Noise } from '../../../src/engine/ssgan/network.ts';
import { randomStream } from '../../../src/shared/random.ts';
import { expectGradients, expectSlopes } from '../ssgan/finite-differences.ts';

/** An update at the full rate. */
function update(trained: TrainedWeights, gradient: number[]): void {
  tf.tidy(() => {
    const numbers = trained.numbersOfUpdate(0, 1).map((value) => tf.scalar(value)) as UpdateNumbers;
    trained.update(tf.tensor1d(gradient), numbers);
  });
  trained.updated(1);
}
const momentum = { rate: 0.1, momentum: 0.9, averageMost: 0 };
const pictures = (n: number, side: number, channels: number): Tensor4D =>
  tf.randomNormal([n, side, side, channels], 0.3, 2, 'float32', 1);

/** `f` of a network's learned weights, as a function that can be differentiated at `tensors`. */
function ofFlat(flat: Float32Array, layout: Layout, f: (weights: ReturnType<typeof unpack>['weights']) => Scalar) {
  const { tensors, weights: all } = unpack(tf.tensor1d(flat), layout);
  const of = (...learned: Tensor[]) =>
    f(<T extends Tensor>(name: string) => {
      const at = layout.entries.findIndex((entry) => entry.name === name);
      return (learned[at] as T | undefined) ?? all<T>(name);
    });
  return { of, tensors };
}

describe('weight normalisation', () => {
  test('gives each output unit the length g, whatever v is', () => {
    const v = tf.randomNormal<Rank.R4>([3, 3, 2, 4], 0, 5, 'float32', 2);
    const w = normaliseWeight(v, tf.tensor1d([1, 2, 3, 4]));
    const lengths = tf.sqrt(tf.sum(tf.square(w), [0, 1, 2])).dataSync();
    [1, 2, 3, 4].forEach((g, i) => expect(lengths[i]).toBeCloseTo(g, 4));
  });

  test('has the gradient that finite differences give', () => {
    const inputs = [tf.randomNormal([4, 3], 0, 1, 'float32', 3), tf.tensor1d([1, 2, 0.5])];
    const mix = tf.randomNormal([4, 3], 0, 1, 'float32', 4);
    expectGradients((v, g) => tf.sum(tf.mul(normaliseWeight(v!, g as Tensor1D), mix)), inputs);
  });
});

describe('the pixel classifier', () => {
  for (const [sizePx, channels, plan] of [
    [32, 1, 'strokes'],
    [48, 3, 'photos'],
    [64, 3, 'photos'],
  ] as const) {
    test(`takes ${sizePx} px with ${channels} channel(s) and starts with logits of ordinary size`, () => {
      const { classifier, flat } = fresh(sizePx, channels, plan);
      const { weights } = unpack(tf.tensor1d(flat), classifier.layout);
      const { features, logits } = classifier.forward(weights, pictures(6, sizePx, channels), null);
      expect(logits.shape).toEqual([6, 3]);
      expect(features.shape[0]).toBe(6);
      expect(tf.max(tf.abs(logits)).dataSync()[0]).toBeLessThan(3);
    });
  }

  test('starts each convolution with mean 0 and variance 1 on the sample', () => {
    const { classifier, flat, sample } = fresh(32, 1);
    const take = (name: string) => part(flat, classifier.layout, name).slice();
    const v = tf.tensor4d(take('conv1.v'), [4, 4, 1, 16]);
    const z = tf.add(tf.conv2d(sample, normaliseWeight(v, tf.tensor1d(take('conv1.g'))), 2, 'same'), take('conv1.b'));
    const { mean, variance } = tf.moments(z, [0, 1, 2]);
    expect(tf.max(tf.abs(mean)).dataSync()[0]).toBeLessThan(1e-3);
    expect(tf.max(tf.abs(tf.sub(variance, 1))).dataSync()[0]).toBeLessThan(1e-2);
  });

  test('does not let a picture be judged by its neighbours in the batch', () => {
    const { classifier, flat } = fresh(32, 1);
    const { weights } = unpack(tf.tensor1d(flat), classifier.layout);
    const x = pictures(4, 32, 1);
    const alone = classifier.forward(weights, x.slice([0], [1]), null).logits.dataSync();
    const together = classifier.forward(weights, x, null).logits.dataSync();
    alone.forEach((logit, k) => expect(together[k]).toBeCloseTo(logit, 4));
  });

  test('has the gradient that finite differences give', () => {
    const { classifier, flat } = fresh(32, 1);
    const x = pictures(2, 32, 1);
    const { of, tensors } = ofFlat(flat, classifier.layout, (weights) => {
      const { logits, features, rotationLogits } = classifier.forward(weights, x, null);
      return tf.addN([logits, features, rotationLogits!()].map((part) => tf.mean<Scalar>(tf.square(part))));
    });
    expectSlopes(of, tensors, 1e-2);
  });

  function fresh(sizePx: number, channels: 1 | 3, plan: PixelPlan = 'strokes') {
    const classifier = pixelClassifier({ sizePx, channels }, 3, plan);
    const sample = pictures(32, sizePx, channels);
    return { classifier, sample, flat: classifier.initialise(sample, randomStream(1)) };
  }
});

describe('the ResNet-18 of the seed', () => {
  const classifier = resNet18({ sizePx: 32, channels: 3 }, 3, 4);
  const flat = classifier.initialise(pictures(1, 32, 3), randomStream(1));
  const { weights } = unpack(tf.tensor1d(flat), classifier.layout);
  const x = pictures(16, 64, 3);

  test('has as many weights as torchvision counts: 11,689,512 with 1,000 classes', () => {
    expect(resNet18({ sizePx: 224, channels: 3 }, 1000).layout.trainable).toBe(11_689_512);
  });

  test('normalises by the batch while learning, and by what it has followed afterwards', () => {
    const learning = classifier.forward(weights, x, new Noise(1, counterOf(0)));
    const frozen = classifier.layout.size - classifier.layout.trainable;
    expect(learning.statistics!.shape).toEqual([frozen]);
    // Once the running statistics are the batch's own both ways agree, but for the variances, which are followed
    // unbiased.
    const settled = tf.tensor1d([...flat.subarray(0, classifier.layout.trainable), ...learning.statistics!.dataSync()]);
    const after = classifier.forward(unpack(settled, classifier.layout).weights, x, null);
    expect(after.statistics).toBeUndefined();
    const off = tf.max(tf.abs(tf.sub(after.logits, learning.logits))).dataSync()[0]!;
    const before = classifier.forward(weights, x, null).logits;
    expect(off).toBeLessThan(0.05 * tf.max(tf.abs(tf.sub(before, learning.logits))).dataSync()[0]!);
  });

  test('has the gradient that finite differences give', () => {
    const { of, tensors } = ofFlat(flat, classifier.layout, (weights) => {
      const { logits, features } = classifier.forward(weights, x, new Noise(1, counterOf(0)));
      return tf.addN([logits, features].map((part) => tf.mean<Scalar>(tf.square(part))));
    });
    // Seventeen layers of kinks: within 5 %. The gradient of each op is compared exactly in the tests of the backend.
    expectSlopes(of, tensors, 3e-4, 0.05);
  });
});

test('running statistics move a tenth of the way at a time, and nothing else moves', async () => {
  const trained = new TrainedWeights(TrainedWeights.begin(Float32Array.of(1, 2, 10, 20)), momentum);
  tf.tidy(() => trained.updateStatistics(tf.tensor1d([0, 30])));
  expect(Array.from(await trained.weights.values())).toEqual([1, 2, 9, 21]);
  trained.dispose();
});

test('without a moving average the average is the weights themselves', async () => {
  const trained = new TrainedWeights(TrainedWeights.begin(Float32Array.of(1, 2)), momentum);
  for (let t = 0; t < 3; t++) update(trained, [1, -1]);
  const { weights, average } = await trained.state();
  average.forEach((value, i) => expect(value).toBeCloseTo(weights[i]!, 6));
  expect(weights[0]).toBeCloseTo(1 - 0.1 * (1 + 1.9 + 2.71), 5);
  trained.dispose();
});

test('the generator of the seed goes from 7 to 14, 28, 112 and 224 px', () => {
  const { layout } = pixelGenerator({ sizePx: 224, channels: 3 }, { mean: 0, deviation: 1 }, 'paper');
  const shapes = layout.entries.filter(({ name }) => name.endsWith('.w')).map(({ shape }) => shape);
  expect(shapes).toEqual([
    [100, 7 * 7 * 512],
    [4, 4, 256, 512],
    [4, 4, 128, 256],
    [4, 4, 64, 128],
    [4, 4, 3, 64],
  ]);
});

test('the generator draws pictures of the right shape, within what bytes can hold', () => {
  for (const [sizePx, channels, plan] of [
    [32, 1, 'doubling'],
    [48, 3, 'doubling'],
    [64, 3, 'paper'],
  ] as const) {
    const generator = pixelGenerator({ sizePx, channels }, { mean: 0.5, deviation: 0.25 }, plan, 16);
    const { weights } = unpack(tf.tensor1d(generator.initialise(randomStream(1))), generator.layout);
    const drawn = generator.forward(weights, tf.randomNormal([5, generator.noiseSize]));
    expect(drawn.shape).toEqual([5, sizePx, sizePx, channels]);
    expect(tf.min(drawn).dataSync()[0]).toBeGreaterThanOrEqual(-2); // (0 − 0.5) / 0.25
    expect(tf.max(drawn).dataSync()[0]).toBeLessThanOrEqual(2);
  }
});

test('the generator enlarges by repeating pixels and convolving, in one transposed convolution', () => {
  const x = tf.randomNormal<Rank.R4>([2, 5, 5, 3], 0, 1, 'float32', 7);
  const w = tf.randomNormal<Rank.R4>([3, 3, 4, 3], 0, 1, 'float32', 8);
  const ours = tf.conv2dTranspose(x, doublingKernel(w), [2, 10, 10, 4], 2, 'same');
  const repeated = tf.image.resizeNearestNeighbor(x, [10, 10]);
  const expected = tf.conv2d(repeated, tf.transpose(tf.reverse(w, [0, 1]), [0, 1, 3, 2]) as Tensor4D, 1, 'same');
  expect(tf.max(tf.abs(tf.sub(ours, expected))).dataSync()[0]).toBeLessThan(1e-4);
});

test('what is flat before it is enlarged is flat afterwards, whatever the weights: there is no grid', () => {
  const w = tf.randomNormal<Rank.R4>([3, 3, 1, 2], 0, 1, 'float32', 9);
  const inside = tf.slice(
    tf.conv2dTranspose(tf.ones([1, 6, 6, 2]) as Tensor4D, doublingKernel(w), [1, 12, 12, 1], 2, 'same'),
    [0, 2, 2, 0],
    [1, 8, 8, 1],
  );
  expect(tf.max(tf.sub(tf.max(inside), tf.min(inside))).dataSync()[0]).toBeLessThan(1e-5);
});

describe('flat weights', () => {
  const layout = layOut([
    { name: 'frozen', shape: [2], frozen: true },
    { name: 'matrix', shape: [2, 2] },
    { name: 'unused', shape: [1] },
  ]);

  test('come apart by name and keep frozen ones last', () => {
    const { weights } = unpack(tf.tensor1d([1, 2, 3, 4, 5, 6, 7]), layout);
    expect(Array.from(weights('matrix').dataSync())).toEqual([1, 2, 3, 4]);
    expect(Array.from(weights('frozen').dataSync())).toEqual([6, 7]);
    expect(layout.trainable).toBe(5);
  });

  test('get a gradient of zero where frozen or unused', () => {
    const { tensors, weights } = unpack(tf.tensor1d([1, 2, 3, 4, 5, 6, 7]), layout);
    const compute = () => ({
      loss: tf.sum(tf.mul(tf.square(weights('matrix')), tf.sum(weights('frozen')))) as Scalar,
      keep: [tf.scalar(1)] as [Scalar],
    });
    const { gradient } = tf.tidy(() => differentiate(compute, tensors, layout));
    expect(Array.from(gradient.dataSync())).toEqual([26, 52, 78, 104, 0, 0, 0]);
  });

  test('leave no tensor behind when computing them fails half way, as it does when memory runs out', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const { tensors, weights } = unpack(tf.tensor1d([1, 2, 3, 4, 5, 6, 7]), layout);
      const unwilling = tf.customGrad((x) => ({
        value: tf.sum(x as Tensor),
        gradFunc: () => {
          throw new Error('no memory left');
        },
      }));
      const compute = () => ({ loss: unwilling(weights('matrix')) as Scalar, keep: [tf.ones([100])] as [Tensor] });
      expect(() => differentiate(compute, tensors, layout)).toThrow('no memory left');
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('are averaged with a decay of (1 + t) / (10 + t), at most the one given', async () => {
    const settings = { rate: 1, beta1: 0, beta2: 0, averageMost: 0.2 };
    const trained = new TrainedWeights(TrainedWeights.begin(new Float32Array([0])), settings);
    update(trained, [-1]); // weight 1, decay 2/11
    expect((await trained.state()).average[0]).toBeCloseTo(1 - 2 / 11, 4);
    update(trained, [-1]); // weight 2, decay 0.2
    expect((await trained.state()).average[0]).toBeCloseTo(0.2 * (1 - 2 / 11) + 0.8 * 2, 4);
    trained.dispose();
  });
});
