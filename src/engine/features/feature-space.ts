// The coordinates in which the SSGAN works on backbone features: unit length, centred, the leading principal
// components, one scale. Fitted once on the pool, kept with the model, applied the same way to every later photo.

import { leadingEigenvectors } from '../tensorflow/backend-ops.ts';
import { lengths, unitLength } from '../measuring/nearest.ts';
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';

export interface FeatureSpace {
  /** [d] mean of the unit vectors of the pool. */
  mean: Tensor1D;
  /** [d, k] leading eigenvectors of their covariance, strongest first. */
  basis: Tensor2D;
  /**
   * Brings the mean length of a centred vector to sqrt(d), so that noise of variance 1 means the same for every
   * backbone.
   */
  scale: number;
}

const MAX_COMPONENTS = 128;

/** Feature vectors that need not fit into memory together. Each chunk [some, length] belongs to whoever takes it. */
export interface RowSource {
  count: number;
  length: number;
  chunks(): Iterable<Tensor2D>;
}

/** Fits mean, basis and scale to n >= 2 feature vectors of length d. k = min(128, d, n - 1). */
export function fitFeatureSpace(source: RowSource): FeatureSpace {
  const { count, length } = source;
  const components = Math.min(MAX_COMPONENTS, length, count - 1);
  const mean = averageOver<Tensor1D>(source, (rows) => tf.sum(unitLength(rows), 0));
  const centred = (rows: Tensor2D): Tensor2D => tf.sub(unitLength(rows), mean);
  const covariance = averageOver<Tensor2D>(source, (rows) => {
    const x = centred(rows);
    return tf.matMul(x, x, true, false);
  });
  const meanNorm = averageOver<Scalar>(source, (rows) => tf.sum(lengths(centred(rows))));
  const basis = leadingEigenvectors(covariance, components);
  const scale = Math.sqrt(length) / Math.max(meanNorm.dataSync()[0] ?? 0, 1e-6);
  tf.dispose([covariance, meanNorm]);
  return { mean, basis, scale };
}

/** Feature vectors to coordinates [count, k]. */
export function project(space: FeatureSpace, source: RowSource): Tensor2D {
  const projected: Tensor2D[] = [];
  for (const rows of source.chunks()) {
    projected.push(projectRows(space, rows));
    rows.dispose();
  }
  const all = tf.concat(projected);
  tf.dispose(projected);
  return all;
}

/** [some, d] feature vectors to coordinates [some, k]. */
export const projectRows = ({ mean, basis, scale }: FeatureSpace, rows: Tensor2D): Tensor2D =>
  tf.tidy(() => tf.mul(tf.matMul(tf.sub(unitLength(rows), mean), basis), scale));

/** Σ over the chunks of `sum`, divided by the number of rows. */
function averageOver<T extends Tensor>({ count, chunks }: RowSource, sum: (rows: Tensor2D) => T): T {
  let total: T | null = null;
  for (const rows of chunks()) {
    const next: T = tf.tidy(() => tf.add(total ?? 0, tf.div(sum(rows), count)));
    tf.dispose([rows, ...(total ? [total] : [])]);
    total = next;
  }
  if (!total) throw new Error('There are no rows to average over.');
  return total;
}
