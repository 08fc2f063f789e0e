// The losses, as in the papers. l: logits [n, K]; s = logsumexp(l) [n]; f: features [n, d]; softplus(x) = log(1 + eˣ).

import { crossEntropy } from '../tensorflow/backend-ops.ts';
import { logSumExp } from '../tensorflow/fused-ops.ts';
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';

/** Labelled photos: mean(s − l_y), which is softmax cross-entropy.  l: [n, K], y: [n] int32. */
export const labelledLoss = (l: Tensor2D, y: Tensor1D): Scalar => tf.mean(crossEntropy(l, y));

/** Photos of none of the classes look as much like one as like another: softmax cross-entropy with the uniform
 *  distribution, mean(s − mean_k l_k).  Hendrycks et al. 2019 ("Deep anomaly detection with outlier exposure"). */
export const noneLoss = (l: Tensor2D): Scalar => tf.mean(tf.sub(logSumExp(l), tf.mean(l, 1)));

/** Unlabelled photos look like one of the K classes: −log D = ½·mean(softplus(−s)), D = Z/(Z+1), Z = eˢ.
 *  Salimans et al. 2016, section 5, with the fake class's logit fixed at 0. */
export const realLoss = (l: Tensor2D): Scalar => tf.mul(tf.mean(tf.softplus(tf.neg(logSumExp(l)))), 0.5);

/** Generated pictures look like none of them: −log(1 − D) = ½·mean(softplus(s)). */
export const fakeLoss = (l: Tensor2D): Scalar => tf.mul(tf.mean(tf.softplus(logSumExp(l))), 0.5);

/** What the generator wants in the article (Petrova 2020): the classifier to take its pictures for real. */
export const adversarialLoss = realLoss;

/**
 * Generated pictures have the same mean features as real ones: mean |E f(real) − E f(generated)|, as in the code that
 * Salimans et al. released; their article (2016, section 3.1) has the squared L2 distance.
 */
export const featureMatchingLoss = (real: Tensor2D, generated: Tensor2D): Scalar =>
  tf.mean(tf.abs(tf.sub(tf.mean(real, 0), tf.mean(generated, 0))));

/** Generated pictures differ: Σ_{i≠j} cos²(f_i, f_j) / (n(n−1)). Dai et al. 2017, equation 5. */
export function pullAwayLoss(f: Tensor2D): Scalar {
  const n = f.shape[0];
  const unit = tf.mul(f, tf.rsqrt(tf.add(tf.sum(tf.square(f), 1, true), 1e-8)));
  const cosines = tf.matMul(unit, unit, false, true); // [n, n], 1 on the diagonal
  return tf.div(tf.sub(tf.sum(tf.square(cosines)), n), n * (n - 1));
}

/** Confident pseudo-labels: mean over all n of 1[max p ≥ τ]·CE(l, argmax p); p is the teacher's, without a gradient.
 *  Sohn et al. 2020 (FixMatch), equation 4.  l: [n, K] on the strong view, p: [n, K] on the weak view. */
export function pseudoLabelLoss(l: Tensor2D, p: Tensor2D, confidence: number): Scalar {
  const sure = tf.cast(tf.greaterEqual(tf.max(p, 1), confidence), 'float32');
  return tf.mean(tf.mul(sure, crossEntropy(l, tf.argMax<Tensor1D>(p, 1))));
}

/** Two views agree: mean ‖softmax(l) − p‖². Tarvainen & Valpola 2017 (Mean Teacher). */
export const consistencyLoss = (l: Tensor2D, p: Tensor2D): Scalar =>
  tf.mean(tf.sum(tf.square(tf.sub(tf.softmax(l), p)), 1));

/** The classifier makes up its mind: mean H(softmax l) = mean(s − Σ_k p_k l_k). */
export const entropyLoss = (l: Tensor2D): Scalar => tf.mean(tf.sub(logSumExp(l), tf.sum(tf.mul(tf.softmax(l), l), 1)));

/** By how many quarters was the picture turned? Softmax cross-entropy over the four answers. Gidaris et al. 2018. */
export const rotationLoss = labelledLoss;

/** Learned weights stay small: ½·Σ w².  Its gradient is what PyTorch calls weight decay. */
export const sizeLoss = (weights: Tensor[]): Scalar =>
  tf.mul(tf.addN<Scalar>(weights.map((w) => tf.sum<Scalar>(tf.square(w)))), 0.5);
