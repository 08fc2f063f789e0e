import { describe, expect, test } from 'vitest';
import { tf, type Tensor2D } from '../../../src/engine/tensorflow/tensorflow.ts';
import { chooseHead, generatorSpread, type Pool, type RightOnes } from '../../../src/engine/features/choose-head.ts';
import { fitFeatureSpace, project, type RowSource } from '../../../src/engine/features/feature-space.ts';
import { fitLogisticRegression, logisticLogits } from '../../../src/engine/features/logistic-regression.ts';

/** The rows of x as a file would give them. */
const inChunks = (x: Tensor2D, size: number): RowSource => ({
  count: x.shape[0],
  length: x.shape[1],
  *chunks() {
    for (let from = 0; from < x.shape[0]; from += size) yield x.slice(from, Math.min(size, x.shape[0] - from));
  },
});

describe('the feature space', () => {
  const features = (): Tensor2D => tf.randomNormal([200, 12], 1, 1, 'float32', 3);

  test('centres unit vectors, turns them to their principal axes and gives them a mean length of sqrt(d)', () => {
    const x = features();
    const rows = inChunks(x, 60);
    const space = fitFeatureSpace(rows);
    const coordinates = project(space, rows);
    expect(coordinates.shape).toEqual([200, 12]);
    for (const mean of coordinates.mean(0).dataSync()) expect(mean).toBeCloseTo(0, 4);
    expect(tf.mean(tf.norm(coordinates, 2, 1)).dataSync()[0]).toBeCloseTo(Math.sqrt(12), 3);
    const covariance = tf.div(tf.matMul(coordinates, coordinates, true, false), 200).arraySync() as number[][];
    covariance.forEach((row, i) =>
      row.forEach((value, j) => {
        if (i !== j) expect(Math.abs(value)).toBeLessThan(1e-3);
      }),
    );
    const variances = covariance.map((row, i) => row[i]!);
    expect(variances).toEqual([...variances].sort((a, b) => b - a));
  });

  test('keeps fewer axes than photos', () => {
    const x: Tensor2D = tf.randomNormal([5, 12], 0, 1, 'float32', 4);
    expect(project(fitFeatureSpace(inChunks(x, 2)), inChunks(x, 2)).shape).toEqual([5, 4]);
  });
});

describe('logistic regression', () => {
  test('reaches the minimum: the gradient of its own loss is 0 there', () => {
    const x: Tensor2D = tf.randomNormal([40, 3], 0, 1, 'float32', 5);
    const truth = tf
      .oneHot(
        tf.tensor1d(
          [...Array(40).keys()].map((i) => i % 3),
          'int32',
        ),
        3,
      )
      .toFloat() as Tensor2D;
    const lambda = 0.1;
    const fitted = fitLogisticRegression(x, truth, lambda);
    const residual = tf.sub(tf.softmax(logisticLogits(fitted, x)), truth);
    const gradient = tf.add(tf.div(tf.matMul(x, residual, true, false), 40), tf.mul(lambda, fitted.weights));
    expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeLessThan(2e-3);
    expect(tf.max(tf.abs(tf.mean(residual, 0))).dataSync()[0]).toBeLessThan(2e-3);
  });
});

test('logistic regression reaches it as well from points that lie far from the origin', () => {
  const x: Tensor2D = tf.randomNormal([40, 3], 0, 1, 'float32', 5);
  const oneHot = tf.cast(
    tf.oneHot(
      tf.tensor1d(
        [...Array(40).keys()].map((i) => i % 2),
        'int32',
      ),
      2,
    ),
    'float32',
  ) as Tensor2D;
  const far = tf.add<Tensor2D>(x, 20);
  const said = (points: Tensor2D) =>
    Array.from(logisticLogits(fitLogisticRegression(points, oneHot, 0.01), points).dataSync());
  const expected = said(x);
  said(far).forEach((logit, i) => expect(logit).toBeCloseTo(expected[i]!, 3));
});

describe('which head speaks', () => {
  const marks = (n: number, from: number, to: number) => Array.from({ length: n }, (_, i) => i >= from && i < to);
  /** The first `ssgan` of n photos are right by the SSGAN, the last `other` ones by the other head. */
  const rivals = (
    other: 'logistic' | 'propagation',
    counts: { ssgan: number; other: number },
    n: number,
  ): RightOnes => ({
    ...{ ssgan: marks(n, 0, counts.ssgan), 'labels-only': marks(n, 0, 0) },
    [other]: marks(n, n - counts.other, n),
  });
  const usual: Pool = { photos: 6000, labels: 20, classes: 2, rarestShare: 0.45 };

  test('the SSGAN, when the pool is large and no class is rare', () => expect(chooseHead(usual, {})).toBe('ssgan'));
  test('graph propagation, when a class is rare and labels too few to know the pool by', () => {
    expect(chooseHead({ ...usual, labels: 10, rarestShare: 0.12 }, {})).toBe('propagation');
    expect(chooseHead({ ...usual, labels: 20, rarestShare: 0.12 }, {})).toBe('ssgan');
    expect(chooseHead({ ...usual, labels: 20, rarestShare: 0.03 }, {})).toBe('propagation');
  });
  test('logistic regression, when the pool is small and ten labels show that one class in it is rare', () => {
    expect(chooseHead({ ...usual, photos: 400, labels: 12, rarestShare: 0.2 }, {})).toBe('logistic');
    expect(chooseHead({ ...usual, photos: 400, labels: 4, rarestShare: 0.2 }, {})).toBe('propagation');
  });
  test('graph propagation, when the pool is small', () => {
    for (const labels of [4, 20]) expect(chooseHead({ ...usual, photos: 200, labels }, {})).toBe('propagation');
    expect(chooseHead({ ...usual, photos: 500 }, {})).toBe('ssgan');
  });
  test('the generator draws wider when twenty labels show a lopsided pool of two classes', () => {
    expect(generatorSpread(usual)).toBe(1);
    expect(generatorSpread({ ...usual, rarestShare: 0.25 })).toBe(1.5);
    expect(generatorSpread({ ...usual, rarestShare: 0.25, labels: 19 })).toBe(1);
    expect(generatorSpread({ ...usual, rarestShare: 0.05, classes: 10 })).toBe(1);
  });
  test('labels that were not learned from overrule that only when they are clear', () => {
    const logistic = (ssgan: number) => chooseHead(usual, rivals('logistic', { ssgan, other: 8 }, 8));
    expect(logistic(7)).toBe('ssgan');
    expect(logistic(2)).toBe('ssgan'); // 6 to 0, of two rivals
    expect(logistic(1)).toBe('logistic');
    expect(chooseHead(usual, rivals('propagation', { ssgan: 1, other: 8 }, 8))).toBe('propagation');
  });
  test('a head that was not measured neither wins nor stands in the way', () => {
    expect(chooseHead(usual, { logistic: marks(20, 0, 20), propagation: marks(20, 0, 10) })).toBe('ssgan');
  });
});
