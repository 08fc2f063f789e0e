// The nearest neighbours of points by the cosine of their coordinates, exactly, a chunk of rows at a time.

import { tf, tidy, type Tensor2D } from '../tensorflow/tensorflow.ts';

export interface Neighbours {
  /** How many each row has. */
  each: number;
  /** [rows, each] positions among the points, nearest first. */
  indices: Int32Array;
  /** [rows, each] cosines, 1 to -1. */
  cosines: Float32Array;
}

/** Numbers in a chunk's table of cosines: 64 MB. */
const CHUNK_NUMBERS = 2 ** 24;

/** queries: [n, k] and points: [m, k], both of unit length; as many as there are where m is less than `each`. */
export async function nearest(queries: Tensor2D, points: Tensor2D, wanted: number): Promise<Neighbours> {
  const [rows, others] = [queries.shape[0], points.shape[0]];
  const each = Math.min(wanted, others);
  const found = { each, indices: new Int32Array(rows * each), cosines: new Float32Array(rows * each) };
  const atOnce = Math.max(1, Math.floor(CHUNK_NUMBERS / others));
  for (let from = 0; from < rows; from += atOnce) {
    const chunk = tidy(() => {
      const some = tf.slice(queries, [from, 0], [Math.min(atOnce, rows - from), -1]);
      return tf.topk(tf.matMul(some, points, false, true), each);
    });
    found.indices.set(await chunk.indices.data<'int32'>(), from * each);
    found.cosines.set(await chunk.values.data<'float32'>(), from * each);
    tf.dispose([chunk.indices, chunk.values]);
  }
  return found;
}

/** [n, 1] Euclidean lengths of the rows; `tf.norm` raises each number to a power, which takes ten times as long. */
export const lengths = (x: Tensor2D): Tensor2D => tf.tidy(() => tf.sqrt(tf.sum(tf.square(x), 1, true)));

/** Each row at length 1; a row of zeros stays.  x: [n, k] */
export const unitLength = (x: Tensor2D): Tensor2D => tf.tidy(() => tf.div(x, tf.maximum(lengths(x), 1e-12)));
