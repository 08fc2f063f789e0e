// Compares a gradient with central differences of its function, at a few places of each input.

import { expect } from 'vitest';
import { tf, type Scalar, type Tensor } from '../../../src/engine/tensorflow/tensorflow.ts';

/**
 * Every gradient of `f` at `inputs` agrees with (f(x + h) − f(x − h)) / 2h within 2 %, relative to the larger of both
 * and 0.1.
 */
export function expectGradients(f: (...inputs: Tensor[]) => Scalar, inputs: Tensor[], h = 1e-2): void {
  const gradients = tf.grads((...x: Tensor[]) => f(...x))(inputs);
  inputs.forEach((input, which) => {
    const analytic = gradients[which]!.dataSync();
    const values = input.dataSync();
    const stride = Math.max(1, Math.floor(values.length / 7));
    for (let i = 0; i < values.length; i += stride) {
      const at = (shift: number): number => {
        const moved = Float32Array.from(values);
        moved[i]! += shift;
        const x = inputs.map((other, j) => (j === which ? tf.tensor(moved, input.shape) : other));
        return tf.tidy(() => f(...x)).dataSync()[0]!;
      };
      const numeric = (at(h) - at(-h)) / (2 * h);
      const scale = Math.max(0.1, Math.abs(numeric), Math.abs(analytic[i]!));
      expect(Math.abs(numeric - analytic[i]!) / scale, `input ${which}, place ${i}`).toBeLessThan(0.02);
    }
  });
}

/**
 * The same for networks with many kinks: along each input's own gradient the function climbs as steeply as its length
 * says.
 */
export function expectSlopes(f: (...inputs: Tensor[]) => Scalar, inputs: Tensor[], h: number, off = 0.02): void {
  tf.grads((...x: Tensor[]) => f(...x))(inputs).forEach((gradient, which) => {
    const length = tf.norm(gradient).dataSync()[0]!;
    const at = (distance: number): number => {
      const step = tf.mul(gradient, distance / Math.max(length, 1e-12));
      return f(...inputs.map((x, i) => (i === which ? tf.add(x, step) : x))).dataSync()[0]!;
    };
    const slope = (at(h) - at(-h)) / (2 * h);
    expect(Math.abs(slope - length), `input ${which}: ${slope} against ${length}`).toBeLessThan(off * length + 1e-3);
  });
}
