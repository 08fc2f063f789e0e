// Ops of several of TensorFlow.js's own, each with a gradient of fewer; on any backend. Their meaning in plain ops is
// in the tests.

import { first, fuse, need } from './fuse.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from './tensorflow.ts';

const allButLast = (x: Tensor): number[] => x.shape.slice(0, -1).map((_, axis) => axis);

const weightNorm = fuse('WhiskerWeightNorm', {
  inputsToSave: ['g'],
  outputsToSave: [false, true, true],
  forward({ v, g }) {
    const inverse = tf.rsqrt(tf.add(tf.sum(tf.square(need(v)), allButLast(need(v))), 1e-12)); // 1 / ‖v‖
    const unit = tf.mul(need(v), inverse);
    return [tf.mul(unit, need(g)), unit, inverse];
  },
  gradients(dw, [g, unit, inverse]) {
    const along = () => tf.sum(tf.mul(dw, need(unit)), allButLast(dw));
    return {
      v: () => tf.mul(tf.sub(dw, tf.mul(need(unit), along())), tf.mul(need(g), need(inverse))),
      g: along,
    };
  },
});

/**
 * g · v / ‖v‖ (Salimans & Kingma 2016), where ‖v‖ runs over all but the last axis.  v: [..., out], g: [out] -> [...,
 * out].
 */
export const normaliseWeight = <W extends Tensor>(v: W, g: Tensor1D): W => first(weightNorm({ v, g }, 0)) as W;

const logSumExpOp = fuse('WhiskerLogSumExp', {
  inputsToSave: ['x'],
  outputsToSave: [true],
  forward({ x }) {
    // Shifted by the row's maximum, so that no exponential overflows.
    const peak = tf.max(need(x), 1, true);
    return [tf.add(tf.log(tf.sum(tf.exp(tf.sub(need(x), peak)), 1)), tf.squeeze(peak, [1]))];
  },
  gradients: (dy, [x, s]) => ({
    x: () => tf.mul(tf.exp(tf.sub(need(x), tf.expandDims(need(s), 1))), tf.expandDims(dy, 1)),
  }),
});

/** log Σ_k exp(x_k) per row.  x: [n, K] -> [n]. */
export const logSumExp = (x: Tensor2D): Tensor1D => first(logSumExpOp({ x }, 0)) as Tensor1D;
