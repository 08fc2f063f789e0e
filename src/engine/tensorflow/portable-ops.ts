// backend-ops.ts by TensorFlow.js's own ops and plain code, where no native runtime is loaded.

import type { Body, Compiled, FlatVariable, Normalised } from './backend-ops.ts';
import { logSumExp } from './fused-ops.ts';
import { HostVariable } from './host-variable.ts';
import { fillStateless } from './philox.ts';
import { takeTurns } from './take-turns.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from './tensorflow.ts';

export { leadingEigenvectors } from './subspace-iteration.ts';

export const crossEntropy = (logits: Tensor2D, labels: Tensor1D): Tensor1D =>
  tf.sub(logSumExp(logits), tf.sum(tf.mul(logits, tf.oneHot(labels, logits.shape[1])), 1));

export function normaliseRelu(x: Tensor4D, scale: Tensor1D, offset: Tensor1D): Normalised {
  const [n, h, w] = x.shape;
  const rows = n * h * w;
  const mean: Tensor1D = tf.mean(x, [0, 1, 2]);
  const centred = tf.sub(x, mean);
  const variance: Tensor1D = tf.mean(tf.square(centred), [0, 1, 2]);
  const unit = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)));
  return {
    y: tf.relu(tf.add(tf.mul(unit, scale), offset)),
    mean,
    variance: tf.mul(variance, rows / (rows - 1)),
  };
}

export const randomNormal = <R extends Tensor>(shape: number[], seeds: Tensor1D): R => {
  const [key = 0, counter = 0] = seeds.dataSync<'int32'>();
  return tf.tensor(fillStateless(tf.util.sizeFromShape(shape), [key, counter]), shape) as R;
};

export const gatherRows = (x: Tensor2D, rows: Tensor1D): Tensor2D => tf.gather(x, rows);

/** Nothing but the body: a call costs little here. */
export const compiled = (body: Body): Compiled => ({
  run: (turns) => takeTurns(body, turns),
  refusal: null,
});

export const flatVariable = (values: Float32Array): FlatVariable => new HostVariable(values);
