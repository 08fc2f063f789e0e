import { describe, expect, test } from 'vitest';
import { countExecutions } from '../../../src/engine/tensorflow/execute.ts';
import { FlatVariable } from '../../../src/engine/tensorflow/flat-variable.ts';
import * as fused from '../../../src/engine/tensorflow/fused-ops.ts';
import {
  tf,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '../../../src/engine/tensorflow/tensorflow.ts';

const normal = <T extends Tensor>(shape: number[], seed: number): T =>
  tf.randomNormal(shape, 0, 1, 'float32', seed) as T;

function expectSame(a: Tensor, b: Tensor): void {
  expect(a.shape).toEqual(b.shape);
  const scale = Math.max(1, tf.max(tf.abs(b)).dataSync()[0]!);
  expect(tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]! / scale).toBeLessThan(1e-5);
}

/** Values and all gradients of the fused op against the same thing in plain ops. */
function expectEquivalent(ours: (...x: Tensor[]) => Tensor, plain: (...x: Tensor[]) => Tensor, inputs: Tensor[]): void {
  const value = ours(...inputs);
  expectSame(value, plain(...inputs));
  const weights = normal(value.shape, 99);
  const loss =
    (f: typeof ours) =>
    (...x: Tensor[]) =>
      tf.sum(tf.mul(f(...x), weights));
  const expected = tf.grads(loss(plain))(inputs);
  tf.grads(loss(ours))(inputs).forEach((gradient, i) => expectSame(gradient, expected[i]!));
}

describe('fused ops mean what their plain counterparts mean, values and gradients', () => {
  for (const stride of [1, 2]) {
    test(`convolution, bias and leaky ReLU at stride ${stride}`, () => {
      const kernel = stride === 1 ? 3 : 4;
      expectEquivalent(
        (x, w, b) => fused.convolve(x as Tensor4D, w as Tensor4D, b as Tensor1D, stride),
        (x, w, b) => tf.leakyRelu(tf.add(tf.conv2d(x as Tensor4D, w as Tensor4D, stride, 'same'), b), 0.2),
        [normal([3, 8, 8, 2], 1), normal([kernel, kernel, 2, 5], 2), normal([5], 3)],
      );
    });
  }

  test('batch normalisation and ReLU', () => {
    expectEquivalent(
      (x, scale, offset) => fused.normaliseRelu(x as Tensor4D, scale as Tensor1D, offset as Tensor1D).y,
      (x, scale, offset) => {
        const mean = tf.mean(x, [0, 1, 2]);
        const variance = tf.mean(tf.square(tf.sub(x, mean)), [0, 1, 2]);
        const unit = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
        return tf.relu(tf.add(tf.mul(unit, scale), offset));
      },
      [normal([4, 4, 4, 3], 4), normal([3], 5), normal([3], 6)],
    );
  });

  test('batch normalisation alone, and by statistics known before', () => {
    const unit = (x: Tensor, mean: Tensor, variance: Tensor) =>
      tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
    const [x, scale, offset] = [normal<Tensor4D>([4, 4, 4, 3], 4), normal<Tensor1D>([3], 5), normal<Tensor1D>([3], 6)];
    expectEquivalent(
      (x, scale, offset) => fused.normaliseByBatch(x as Tensor4D, scale as Tensor1D, offset as Tensor1D).y,
      (x, scale, offset) => {
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        return tf.add(tf.mul(unit(x, mean, variance), scale), offset);
      },
      [x, scale, offset],
    );
    const { mean, variance } = fused.normaliseByBatch(x, scale, offset);
    const expected = tf.moments(x, [0, 1, 2]);
    expectSame(mean, expected.mean);
    expectSame(variance, tf.mul(expected.variance, 64 / 63)); // Unbiased, of 4 × 4 × 4 values a channel.
    const known = { mean: tf.tensor1d([1, 0, -1]), variance: tf.tensor1d([1, 2, 0.5]) };
    const expectedBy = tf.add(tf.mul(unit(x, known.mean, known.variance), scale), offset);
    expectSame(fused.normaliseBy(x, scale, offset, known), expectedBy);
  });

  for (const [kernel, stride] of [
    [7, 2],
    [3, 2],
    [3, 1],
    [1, 2],
  ] as const) {
    test(`convolution padded evenly, kernel ${kernel} at stride ${stride}`, () => {
      const pad: [number, number] = [kernel >> 1, kernel >> 1];
      expectEquivalent(
        (x, w) => fused.convolveEvenly(x as Tensor4D, w as Tensor4D, stride),
        (x, w) => {
          // At stride 1, then every other row and column: TensorFlow's own gradient of a 1 × 1 kernel at stride 2 is
          // wrong here.
          const dense = tf.conv2d(tf.pad(x as Tensor4D, [[0, 0], pad, pad, [0, 0]]), w as Tensor4D, 1, 'valid');
          const kept = tf.range(0, 8, stride, 'int32');
          return tf.gather(tf.gather(dense, kept, 1), kept, 2);
        },
        [normal([2, 8, 8, 3], 1), normal([kernel, kernel, 3, 4], 2)],
      );
    });
  }

  test('weight normalisation', () => {
    expectEquivalent(
      (v, g) => fused.normaliseWeight(v as Tensor4D, g as Tensor1D),
      (v, g) => tf.mul(tf.div(v, tf.sqrt(tf.sum(tf.square(v), [0, 1, 2]))), g),
      [normal([3, 3, 2, 4], 13), normal([4], 14)],
    );
  });

  test('ReLU', () => {
    expectEquivalent(
      (x) => fused.relu(x as Tensor4D),
      (x) => tf.relu(x),
      [normal([2, 3, 3, 2], 12)],
    );
  });

  test('logsumexp, also of logits whose exponentials overflow', () => {
    expectEquivalent(
      (x) => fused.logSumExp(x as Tensor2D),
      (x) => tf.logSumExp(x, 1),
      [normal([6, 4], 7)],
    );
    expect(fused.logSumExp(tf.tensor2d([[1000, 1000]])).dataSync()[0]).toBeCloseTo(1000 + Math.log(2), 3);
  });

  test('softmax cross-entropy', () => {
    const labels = tf.tensor1d([2, 0, 1], 'int32');
    expectEquivalent(
      (x) => fused.crossEntropy(x as Tensor2D, labels),
      (x) => tf.neg(tf.sum(tf.mul(tf.logSoftmax(x), tf.oneHot(labels, 3)), 1)),
      [normal([3, 3], 8)],
    );
  });
});

test('an even kernel at stride 2 sees a picture and its mirror image alike', () => {
  const x = normal<Tensor4D>([1, 8, 8, 1], 9);
  const w = normal<Tensor4D>([4, 4, 1, 1], 10);
  const mirrored = fused.convolve(tf.reverse(x, 2), tf.reverse(w, 1), tf.zeros([1]), 2);
  expectSame(tf.reverse(mirrored, 2), fused.convolve(x, w, tf.zeros([1]), 2));
});

test('a warp by the identity changes nothing, and a shift moves pixels', () => {
  const x = normal<Tensor4D>([1, 4, 4, 1], 11);
  expectSame(fused.warp(x, tf.tensor2d([[1, 0, 0, 0, 1, 0, 0, 0]])), x);
  const shifted = fused.warp(x, tf.tensor2d([[1, 0, 1, 0, 1, 0, 0, 0]]));
  expectSame(shifted.slice([0, 0, 0, 0], [1, 4, 3, 1]), x.slice([0, 0, 1, 0], [1, 4, 3, 1]));
});

test('native noise is standard normal and depends on its two seeds alone', () => {
  const draw = (a: number, b: number) => fused.randomNormal<Tensor1D>([20_000], [a, b]);
  expectSame(draw(1, 2), draw(1, 2));
  expect(tf.max(tf.abs(tf.sub(draw(1, 2), draw(1, 3)))).dataSync()[0]).toBeGreaterThan(1);
  const { mean, variance } = tf.moments(draw(5, 6));
  expect(mean.dataSync()[0]).toBeCloseTo(0, 1);
  expect(variance.dataSync()[0]).toBeCloseTo(1, 1);
});

test('native Adam follows the formula of Kingma and Ba', async () => {
  const [rate, beta1, beta2, epsilon] = [0.01, 0.9, 0.99, 1e-8];
  const variables = [
    [1, -2, 3],
    [0, 0, 0],
    [0, 0, 0],
  ].map((values) => new FlatVariable(Float32Array.from(values)));
  const [weights, m, v] = variables as [FlatVariable, FlatVariable, FlatVariable];
  const expected = { w: [1, -2, 3], m: [0, 0, 0], v: [0, 0, 0] };
  for (let t = 1; t <= 3; t++) {
    const gradient = [0.5 * t, -1, 0];
    const settings = [beta1 ** t, beta2 ** t, rate, beta1, beta2, epsilon].map((value) => tf.scalar(value));
    weights.applyAdam({ m, v }, settings, tf.tensor1d(gradient));
    gradient.forEach((g, i) => {
      expected.m[i] = beta1 * expected.m[i]! + (1 - beta1) * g;
      expected.v[i] = beta2 * expected.v[i]! + (1 - beta2) * g * g;
      const corrected = { m: expected.m[i]! / (1 - beta1 ** t), v: expected.v[i]! / (1 - beta2 ** t) };
      expected.w[i]! -= (rate * corrected.m) / (Math.sqrt(corrected.v) + epsilon);
    });
  }
  (await weights.values()).forEach((value, i) => expect(value).toBeCloseTo(expected.w[i]!, 5));
  for (const variable of variables) variable.dispose();
});

test('native momentum follows PyTorch: v ← μ·v + g, w ← w − rate·v', async () => {
  const [weights, accumulated] = [new FlatVariable(Float32Array.of(1)), new FlatVariable(Float32Array.of(0))];
  for (const g of [1, 2]) weights.applyMomentum(accumulated, tf.scalar(0.1), tf.tensor1d([g]), tf.scalar(0.9));
  expect((await weights.values())[0]).toBeCloseTo(1 - 0.1 * 1 - 0.1 * (0.9 + 2), 6);
  for (const variable of [weights, accumulated]) variable.dispose();
});

test('executions are counted by name, and only while counting', () => {
  const x = tf.tensor1d([1, 2]);
  const counts = countExecutions(() => tf.add(tf.add(x, x), x));
  expect([...counts]).toEqual([['Add', 2]]);
  tf.add(x, x);
  expect([...counts]).toEqual([['Add', 2]]);
});
