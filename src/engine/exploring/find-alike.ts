// The photos that look most like one of them.

import { WhiskerError } from '../../shared/errors.ts';
import type { Alike, FindAlikeRequest } from '../messages.ts';
import { tf, tidy, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';

/** Nearest by the cosine of coordinates x [n, d].  Throws 'bad-input' when there is no such position. */
export function findAlike(x: Tensor2D, { position, count }: Pick<FindAlikeRequest, 'position' | 'count'>): Alike {
  const n = x.shape[0];
  if (!(position >= 0 && position < n))
    throw new WhiskerError('bad-input', `There is no photo at ${position} of ${n}.`);
  // The photo itself is among the nearest unless so many are its equals that it need not be.
  const [values, indices] = tidy((): [Float32Array, Int32Array] => {
    const unit = tf.div<Tensor2D>(x, tf.maximum(tf.norm(x, 2, 1, true), 1e-12));
    const cosines = tf.matMul(unit, tf.slice(unit, [position, 0], [1, -1]), false, true).as1D();
    const nearest = tf.topk<Tensor1D>(cosines, Math.min(n, count + 1));
    return [nearest.values.dataSync<'float32'>(), nearest.indices.dataSync<'int32'>()];
  });
  const others = [...indices.keys()].filter((i) => indices[i] !== position).slice(0, count);
  return {
    positions: Int32Array.from(others, (i) => indices[i] ?? 0),
    similarities: Float32Array.from(others, (i) => values[i] ?? 0),
  };
}
