// Two ways to compute one thing: values and all gradients, as closely as float32 allows.

import { expect } from 'vitest';
import { tf, type Tensor } from '../../../src/engine/tensorflow/tensorflow.ts';

export const normal = <T extends Tensor>(shape: number[], seed: number): T =>
  tf.randomNormal(shape, 0, 1, 'float32', seed) as T;

export function expectSame(a: Tensor, b: Tensor): void {
  expect(a.shape).toEqual(b.shape);
  const scale = Math.max(1, tf.max(tf.abs(b)).dataSync()[0]!);
  expect(tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]! / scale).toBeLessThan(1e-5);
}

type Op = (...x: Tensor[]) => Tensor;

/** Values and all gradients of `ours` against the same thing in other ops. */
export function expectEquivalent(ours: Op, plain: Op, inputs: Tensor[]): void {
  const value = ours(...inputs);
  expectSame(value, plain(...inputs));
  const weights = normal(value.shape, 99);
  const loss =
    (f: Op) =>
    (...x: Tensor[]) =>
      tf.sum(tf.mul(f(...x), weights));
  const expected = tf.grads(loss(plain))(inputs);
  tf.grads(loss(ours))(inputs).forEach((gradient, i) => expectSame(gradient, expected[i]!));
}
