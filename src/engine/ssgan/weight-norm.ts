// How weight normalisation (Salimans & Kingma 2016) begins: w = g · v / ‖v‖ with one length g for each output unit.
// It gives the classifier the even scale that batch normalisation would, without tying a picture to its batch-mates.

import { tf, type Tensor } from '../tensorflow/tensorflow.ts';

/** Picks g and b so that z = g · (v/‖v‖ · x) + b has mean 0 and variance 1 over a sample.
 *  z: [..., out] from unit g and zero b. */
export function dataDependentScale(z: Tensor): { g: Float32Array; b: Float32Array } {
  const { mean, variance } = tf.moments(
    z,
    z.shape.slice(0, -1).map((_, axis) => axis),
  );
  const g = tf.rsqrt(tf.add(variance, 1e-6));
  const b = tf.neg(tf.mul(mean, g));
  return { g: g.dataSync<'float32'>(), b: b.dataSync<'float32'>() };
}
