import { describe, expect, test } from 'vitest';
import { countExecutions } from '../../../src/engine/tensorflow/execute.ts';
import { logSumExp, normaliseWeight } from '../../../src/engine/tensorflow/fused-ops.ts';
import * as native from '../../../src/engine/tensorflow/native-ops.ts';
import * as pictures from '../../../src/engine/tensorflow/picture-ops.ts';
import {
  tf,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from '../../../src/engine/tensorflow/tensorflow.ts';
import { expectEquivalent, expectSame, normal } from './equivalence.ts';

describe('fused ops mean what their plain counterparts mean, values and gradients', () => {
  for (const stride of [1, 2]) {
    test(`convolution, bias and leaky ReLU at stride ${stride}`, () => {
      const kernel = stride === 1 ? 3 : 4;
      expectEquivalent(
        (x, w, b) => pictures.convolve(x as Tensor4D, w as Tensor4D, b as Tensor1D, stride),
        (x, w, b) => tf.leakyRelu(tf.add(tf.conv2d(x as Tensor4D, w as Tensor4D, stride, 'same'), b), 0.2),
        [normal([3, 8, 8, 2], 1), normal([kernel, kernel, 2, 5], 2), normal([5], 3)],
      );
    });
  }

  test('batch normalisation alone, and by statistics known before', () => {
    const unit = (x: Tensor, mean: Tensor, variance: Tensor) =>
      tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
    const [x, scale, offset] = [normal<Tensor4D>([4, 4, 4, 3], 4), normal<Tensor1D>([3], 5), normal<Tensor1D>([3], 6)];
    expectEquivalent(
      (x, scale, offset) => native.normaliseByBatch(x as Tensor4D, scale as Tensor1D, offset as Tensor1D).y,
      (x, scale, offset) => {
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        return tf.add(tf.mul(unit(x, mean, variance), scale), offset);
      },
      [x, scale, offset],
    );
    const { mean, variance } = native.normaliseByBatch(x, scale, offset);
    const expected = tf.moments(x, [0, 1, 2]);
    expectSame(mean, expected.mean);
    expectSame(variance, tf.mul(expected.variance, 64 / 63)); // Unbiased, of 4 × 4 × 4 values a channel.
    const known = { mean: tf.tensor1d([1, 0, -1]), variance: tf.tensor1d([1, 2, 0.5]) };
    const expectedBy = tf.add(tf.mul(unit(x, known.mean, known.variance), scale), offset);
    expectSame(native.normaliseBy(x, scale, offset, known), expectedBy);
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
        (x, w) => pictures.convolveEvenly(x as Tensor4D, w as Tensor4D, stride),
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
      (v, g) => normaliseWeight(v as Tensor4D, g as Tensor1D),
      (v, g) => tf.mul(tf.div(v, tf.sqrt(tf.sum(tf.square(v), [0, 1, 2]))), g),
      [normal([3, 3, 2, 4], 13), normal([4], 14)],
    );
  });

  test('ReLU', () => {
    expectEquivalent(
      (x) => pictures.relu(x as Tensor4D),
      (x) => tf.relu(x),
      [normal([2, 3, 3, 2], 12)],
    );
  });

  test('logsumexp, also of logits whose exponentials overflow', () => {
    expectEquivalent(
      (x) => logSumExp(x as Tensor2D),
      (x) => tf.logSumExp(x, 1),
      [normal([6, 4], 7)],
    );
    expect(logSumExp(tf.tensor2d([[1000, 1000]])).dataSync()[0]).toBeCloseTo(1000 + Math.log(2), 3);
  });
});

test('an even kernel at stride 2 sees a picture and its mirror image alike', () => {
  const x = normal<Tensor4D>([1, 8, 8, 1], 9);
  const w = normal<Tensor4D>([4, 4, 1, 1], 10);
  const mirrored = pictures.convolve(tf.reverse(x, 2), tf.reverse(w, 1), tf.zeros([1]), 2);
  expectSame(tf.reverse(mirrored, 2), pictures.convolve(x, w, tf.zeros([1]), 2));
});

test('a warp by the identity changes nothing, and a shift moves pixels', () => {
  const x = normal<Tensor4D>([1, 4, 4, 1], 11);
  expectSame(pictures.warp(x, tf.tensor2d([[1, 0, 0, 0, 1, 0, 0, 0]])), x);
  const shifted = pictures.warp(x, tf.tensor2d([[1, 0, 1, 0, 1, 0, 0, 0]]));
  expectSame(shifted.slice([0, 0, 0, 0], [1, 4, 3, 1]), x.slice([0, 0, 1, 0], [1, 4, 3, 1]));
});

test('a warp by whole pixels and a quarter turn has the gradient of picking pixels', () => {
  // Output (x, y) shows input (6 − y, x + 1).
  const transforms = tf.tensor2d([[0, -1, 6, 1, 0, 1, 0, 0]]);
  const size = [1, 7, 7, 2];
  expectEquivalent(
    (x) => tf.slice(pictures.warp(x as Tensor4D, transforms), [0, 0, 0, 0], size),
    (x) => tf.reverse(tf.slice(tf.transpose(x, [0, 2, 1, 3]), [0, 0, 1, 0], size), [1]),
    [normal([1, 8, 8, 2], 12)],
  );
});

test('a warp between pixels has nearly the gradient of its bilinear look-up, and its whole sum', () => {
  const transforms = tf.tensor2d([[1.1, 0.2, -2, -0.15, 0.9, 1.5, 0, 0]]);
  const soft = tf.tensor4d(
    Float32Array.from({ length: 400 }, (_, i) => Math.sin(i / 70) + Math.cos((i % 20) / 4)),
    [1, 20, 20, 1],
  );
  // Of x's inside alone: beyond the edge the picture is mirrored, which its gradient leaves out.
  const inside = tf.pad(tf.ones([1, 8, 8, 1]), [
    [0, 0],
    [6, 6],
    [6, 6],
    [0, 0],
  ]);
  const loss = (x: Tensor) => tf.sum(tf.mul(pictures.warp(tf.mul(x, inside) as Tensor4D, transforms), soft));
  const found = tf
    .grad(loss)(tf.zeros([1, 20, 20, 1]))
    .dataSync();
  const exact = Float32Array.from({ length: 400 }, (_, i) => {
    const one = tf.oneHot(tf.tensor1d([i], 'int32'), 400).as4D(1, 20, 20, 1);
    return loss(one.toFloat()).dataSync()[0]!;
  });
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
  const error = Math.sqrt(
    sum(found.map((value, i) => (value - exact[i]!) ** 2)) / sum(exact.map((value) => value ** 2)),
  );
  expect(error).toBeLessThan(0.1);
  expect(Math.abs(sum(found) / sum(exact) - 1)).toBeLessThan(0.02);
});

test('executions are counted by name, and only while counting', () => {
  const x = tf.tensor1d([1, 2]);
  const counts = countExecutions(() => tf.add(tf.add(x, x), x));
  expect([...counts]).toEqual([['Add', 2]]);
  tf.add(x, x);
  expect([...counts]).toEqual([['Add', 2]]);
});
