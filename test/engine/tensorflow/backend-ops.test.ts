// What backend-ops.ts promises, of both its sides in one process: native TensorFlow computes under either.

import { describe, expect, test } from 'vitest';
import type { BackendOps, FlatVariable } from '../../../src/engine/tensorflow/backend-ops.ts';
import * as native from '../../../src/engine/tensorflow/native-ops.ts';
import * as portable from '../../../src/engine/tensorflow/portable-ops.ts';
import {
  tf,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '../../../src/engine/tensorflow/tensorflow.ts';
import { expectEquivalent, expectSame, normal } from './equivalence.ts';

const sides: [string, BackendOps][] = [
  ['native', native],
  ['portable', portable],
];

describe.each(sides)('%s ops mean what they say, values and gradients', (_, ops) => {
  test('softmax cross-entropy', () => {
    const labels = tf.tensor1d([2, 0, 1], 'int32');
    expectEquivalent(
      (x) => ops.crossEntropy(x as Tensor2D, labels),
      (x) => tf.neg(tf.sum(tf.mul(tf.logSoftmax(x), tf.oneHot(labels, 3)), 1)),
      [normal([3, 3], 8)],
    );
  });

  test('batch normalisation and ReLU', () => {
    const [x, scale, offset] = [normal<Tensor4D>([4, 4, 4, 3], 4), normal<Tensor1D>([3], 5), normal<Tensor1D>([3], 6)];
    expectEquivalent(
      (x, scale, offset) => ops.normaliseRelu(x as Tensor4D, scale as Tensor1D, offset as Tensor1D).y,
      (x, scale, offset) => {
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        const unit = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
        return tf.relu(tf.add(tf.mul(unit, scale), offset));
      },
      [x, scale, offset],
    );
    const { mean, variance } = ops.normaliseRelu(x, scale, offset);
    const expected = tf.moments(x, [0, 1, 2]);
    expectSame(mean, expected.mean);
    expectSame(variance, tf.mul(expected.variance, 64 / 63)); // Unbiased, of 4 × 4 × 4 values a channel.
  });

  test('rows by their numbers, as often as they are asked for', () => {
    const rows = tf.tensor1d([2, 0, 2], 'int32');
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    expectSame(ops.gatherRows(x, rows), tf.tensor2d([5, 6, 1, 2, 5, 6], [3, 2]));
  });

  test('noise is standard normal and depends on its two seeds alone', () => {
    const draw = (a: number, b: number) => ops.randomNormal<Tensor1D>([20_000], tf.tensor1d([a, b], 'int32'));
    expectSame(draw(1, 2), draw(1, 2));
    expect(tf.max(tf.abs(tf.sub(draw(1, 2), draw(1, 3)))).dataSync()[0]).toBeGreaterThan(1);
    const { mean, variance } = tf.moments(draw(5, 6));
    expect(mean.dataSync()[0]).toBeCloseTo(0, 1);
    expect(variance.dataSync()[0]).toBeCloseTo(1, 1);
  });

  test('Adam follows the formula of Kingma and Ba', async () => {
    const [rate, beta1, beta2, epsilon] = [0.01, 0.9, 0.99, 1e-8];
    const start = [1, -2, 3];
    const [weights, m, v] = variables(ops, start, [0, 0, 0], [0, 0, 0]);
    const expected = { w: start.slice(), m: [0, 0, 0], v: [0, 0, 0] };
    for (let t = 1; t <= 3; t++) {
      const gradient = [0.5 * t, -1, 0];
      const scalars = { rate: tf.scalar(rate), beta1Power: tf.scalar(beta1 ** t), beta2Power: tf.scalar(beta2 ** t) };
      weights.applyAdam({ m, v }, { ...scalars, beta1, beta2, epsilon }, tf.tensor1d(gradient));
      gradient.forEach((g, i) => {
        expected.m[i] = beta1 * expected.m[i]! + (1 - beta1) * g;
        expected.v[i] = beta2 * expected.v[i]! + (1 - beta2) * g * g;
        const corrected = { m: expected.m[i]! / (1 - beta1 ** t), v: expected.v[i]! / (1 - beta2 ** t) };
        expected.w[i]! -= (rate * corrected.m) / (Math.sqrt(corrected.v) + epsilon);
      });
    }
    (await weights.values()).forEach((value, i) => expect(value).toBeCloseTo(expected.w[i]!, 5));
    (await m.values()).forEach((value, i) => expect(value).toBeCloseTo(expected.m[i]!, 6));
    (await v.values()).forEach((value, i) => expect(value).toBeCloseTo(expected.v[i]!, 6));
    for (const variable of [weights, m, v]) variable.dispose();
  });

  test('momentum follows PyTorch: v ← μ·v + g, w ← w − rate·v', async () => {
    const [weights, accumulated] = variables(ops, [1], [0], []);
    for (const g of [1, 2]) weights.applyMomentum(accumulated, tf.scalar(0.1), tf.tensor1d([g]), 0.9);
    expect((await weights.values())[0]).toBeCloseTo(1 - 0.1 * 1 - 0.1 * (0.9 + 2), 6);
    for (const variable of [weights, accumulated]) variable.dispose();
  });

  test('what was read from weights, or given to them, is theirs alone', async () => {
    const given = Float32Array.of(1, 2);
    const variable = ops.flatVariable(given);
    given.fill(9);
    const before = variable.read();
    variable.subtract(tf.scalar(0.5), tf.tensor1d([2, 2]));
    expect([...before.dataSync()]).toEqual([1, 2]);
    expect([...(await variable.values())]).toEqual([0, 1]);
    variable.assign(Float32Array.of(5, 6));
    expect([...(await variable.values())]).toEqual([5, 6]);
    variable.dispose();
  });
});

test('both sides draw the very same numbers from the same seeds', () => {
  for (const pair of [
    [1, 2],
    [-5, 6],
    [2 ** 31 - 1, -(2 ** 31)],
    [0, 0],
  ]) {
    const seeds = tf.tensor1d(pair, 'int32');
    // Sine, cosine and logarithm end in another bit here and there.
    expectSame(portable.randomNormal([1001], seeds), native.randomNormal([1001], seeds));
  }
});

describe('leading eigenvectors', () => {
  const wide = covariance(320, 400, (i) => 0.97 ** i);
  // 40 photos in 320 dimensions: most eigenvalues are 0, and among the wanted ones, too.
  const flat = covariance(320, 40, () => 1);

  test.each([
    ['a small matrix, whole', covariance(24, 60, (i) => 0.8 ** i), 24],
    ['a large one with a long tail', wide, 100],
    ['one of less rank than vectors are asked for', flat, 60],
  ])('of %s hold as much variance as the native ones, each in its place', (_, symmetric, count) => {
    const [ours, theirs] = [portable, native].map((ops) => ops.leadingEigenvectors(symmetric, count));
    expectSame(tf.matMul(ours!, ours!, true, false), tf.eye(count));
    const total = tf.sum(tf.mul(symmetric, tf.eye(symmetric.shape[0]))).dataSync()[0]!;
    expectWithin(tf.sub(variances(symmetric, ours!), variances(symmetric, theirs!)), 1e-6 * total);
  });

  test('that lie apart are the native ones but for their signs', () => {
    const count = 20;
    const [ours, theirs] = [portable, native].map((ops) => ops.leadingEigenvectors(wide, count));
    const cosines = tf.abs(tf.sum(tf.mul(ours!, theirs!), 0));
    expectWithin(tf.sub(cosines, 1), 1e-4);
  });
});

/** Of `rows` points whose deviation falls from one dimension to the next, in turned axes. */
function covariance(side: number, rows: number, deviation: (dimension: number) => number): Tensor2D {
  return tf.tidy(() => {
    const scale = tf.tensor1d(Array.from({ length: side }, (_, i) => deviation(i)));
    const mixed = tf.matMul(tf.mul(normal<Tensor2D>([rows, side], 21), scale), normal<Tensor2D>([side, side], 22));
    const centred = tf.sub(mixed, tf.mean(mixed, 0));
    return tf.div(tf.matMul(centred, centred, true, false), rows);
  });
}

/** vᵀAv of each column. */
const variances = (symmetric: Tensor2D, vectors: Tensor2D): Tensor =>
  tf.sum(tf.mul(vectors, tf.matMul(symmetric, vectors)), 0);

const expectWithin = (difference: Tensor, most: number): void =>
  expect(tf.max(tf.abs(difference)).dataSync()[0]).toBeLessThan(most);

const variables = (ops: BackendOps, ...values: [number[], number[], number[]]) =>
  values.map((of) => ops.flatVariable(Float32Array.from(of))) as [FlatVariable, FlatVariable, FlatVariable];
