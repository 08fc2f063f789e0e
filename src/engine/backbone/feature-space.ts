// The coordinates in which the SSGAN works on backbone features: unit length, centred, the leading principal components, one scale.
// Fitted once on the pool, kept with the model, applied the same way to every later photo.

import { attribute, executeMany } from '../backend/execute.ts';
import { tf, type Tensor1D, type Tensor2D } from '../backend/tensorflow.ts';

export interface FeatureSpace {
  /** [d] mean of the unit vectors of the pool. */
  mean: Tensor1D;
  /** [d, k] leading eigenvectors of their covariance, strongest first. */
  basis: Tensor2D;
  /** Brings the mean length of a centred vector to sqrt(d), so that noise of variance 1 means the same for every backbone. */
  scale: number;
}

const MAX_COMPONENTS = 128;

/** Fits mean, basis and scale to features [n, d], n >= 2. k = min(128, d, n - 1). */
export function fitFeatureSpace(features: Tensor2D): FeatureSpace {
  const [rows, columns] = features.shape;
  const components = Math.min(MAX_COMPONENTS, columns, rows - 1);
  const [mean, basis, meanNorm] = tf.tidy(() => {
    const unit = unitRows(features);
    const centre = tf.mean<Tensor1D>(unit, 0);
    const centred = tf.sub<Tensor2D>(unit, centre);
    const covariance = tf.div<Tensor2D>(tf.matMul(centred, centred, true, false), rows);
    // Eigenvalues come in rising order, so the leading vectors are the last columns.
    const vectors = eigenvectors(covariance);
    const leading = tf.reverse(tf.slice(vectors, [0, columns - components], [columns, components]), 1);
    return [centre, leading, tf.mean(tf.norm(centred, 2, 1))];
  });
  const scale = Math.sqrt(columns) / Math.max(meanNorm.dataSync()[0] ?? 0, 1e-6);
  meanNorm.dispose();
  return { mean, basis, scale };
}

/** features [n, d] to coordinates [n, k]. */
export const project = (space: FeatureSpace, features: Tensor2D): Tensor2D =>
  tf.tidy(() => tf.mul(tf.matMul(tf.sub(unitRows(features), space.mean), space.basis), space.scale));

const unitRows = (x: Tensor2D): Tensor2D => tf.div(x, tf.maximum(tf.norm(x, 2, 1, true), 1e-12));

/** symmetric: [d, d] -> [d, d], eigenvectors in columns. */
function eigenvectors(symmetric: Tensor2D): Tensor2D {
  const attributes = [attribute.bool('compute_v', true), attribute.float32('T')];
  const [values, vectors] = executeMany('SelfAdjointEigV2', attributes, [symmetric], 2);
  values!.dispose();
  return vectors as Tensor2D;
}
