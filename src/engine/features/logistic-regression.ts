// The linear probe: multinomial logistic regression on feature coordinates. What the labels alone are worth on a
// backbone, and the head of choice where unlabelled photos can't help.

import { compiled } from '../tensorflow/backend-ops.ts';
import { tf, type Tensor, type Tensor2D } from '../tensorflow/tensorflow.ts';

export interface LogisticRegression {
  /** [k, K] and [1, K]. */
  weights: Tensor2D;
  bias: Tensor2D;
}

const ITERATIONS = 300;
/** Iterations in a native call. */
const AT_ONCE = 10;

/**
 * Minimises mean cross-entropy + λ/2 · ‖W‖² over W [k, K] and an unpenalised bias, from zero: no random start, one
 * answer. x: [n, k]; targets: [n, K], each row
 * summing to 1. Nesterov's accelerated gradient with step 1/L, where L = λmax(XᵀX)/(2n) + λ bounds
 * the curvature (Böhning 1992); λmax by its own bound, the trace. X is centred first, because a bias that has to make
 * up for a distant mean would take thousands of steps: a class that is rare in the pool lies far from the pool's mean.
 */
export function fitLogisticRegression(
  x: Tensor2D,
  targets: Tensor2D,
  lambda: number,
  iterations = ITERATIONS,
): LogisticRegression {
  return tf.tidy(() => {
    const rows = x.shape[0];
    const mean: Tensor2D = tf.mean(x, 0, true);
    // A column of ones carries the bias; the penalty leaves its row out.
    const inputs: Tensor2D = tf.concat([tf.sub(x, mean), tf.ones([rows, 1])], 1);
    const columns = inputs.shape[1];
    const penalty = tf.concat([tf.fill([columns - 1, 1], lambda), tf.zeros([1, 1])]);
    const curvature = tf.add(tf.div(tf.sum(tf.square(inputs)), 2 * rows), lambda);
    const rate = tf.reciprocal(curvature);
    const iterate = (fitted: Tensor, ahead: Tensor, momentum: Tensor): Tensor[] => {
      const residual = tf.sub(tf.softmax(tf.matMul(inputs, ahead as Tensor2D)), targets);
      const gradient = tf.add(tf.div(tf.matMul(inputs, residual, true, false), rows), tf.mul(penalty, ahead));
      const stepped = tf.sub(ahead, tf.mul(gradient, rate));
      return [stepped, tf.add(stepped, tf.mul(tf.sub(stepped, fitted), momentum))];
    };
    const several = compiled(([fitted, ahead, ...momenta]) =>
      momenta.reduce(([one, other], momentum) => iterate(one!, other!, momentum), [fitted!, ahead!]),
    );
    let fitted: Tensor = tf.zeros([columns, targets.shape[1]]);
    let ahead = tf.zerosLike(fitted);
    for (let t = 0; t < iterations; t += AT_ONCE) {
      const momenta = Array.from({ length: AT_ONCE }, (_, i) => (t + i) / (t + i + 3));
      const [next, nextAhead] = tf.tidy(() => several.run([[fitted, ahead, ...momenta.map((m) => tf.scalar(m))]], ''));
      tf.dispose([fitted, ahead]);
      [fitted, ahead] = [next!, nextAhead!];
    }
    const weights = tf.slice(fitted as Tensor2D, [0, 0], [columns - 1, -1]);
    const bias: Tensor2D = tf.sub(tf.slice(fitted, [columns - 1, 0], [1, -1]), tf.matMul(mean, weights));
    return { weights, bias };
  });
}

/** x: [n, k] to logits [n, K]. */
export const logisticLogits = ({ weights, bias }: LogisticRegression, x: Tensor2D): Tensor2D =>
  tf.tidy(() => tf.add(tf.matMul(x, weights), bias));
