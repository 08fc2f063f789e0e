// The classifier over feature coordinates of a frozen backbone (or any points): k -> 128 -> 64 -> K, weight-normalised,
// with Gaussian noise on the input and after each hidden layer while it learns (Salimans et al. 2016, their MNIST
// network).

import { normaliseWeight } from '../tensorflow/fused-ops.ts';
import { tf, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { Classifier, Noise } from '../ssgan/network.ts';
import { layOut, part } from '../ssgan/parameters.ts';
import { fillNormal } from '../../shared/random.ts';
import { dataDependentScale } from '../ssgan/weight-norm.ts';

export interface FeatureClassifierSettings {
  /** Length k of the coordinates. */
  inputs: number;
  classes: number;
  hidden: readonly number[];
  /**
   * Standard deviation of the noise on the input, whose coordinates have variance 1 on average, and after each hidden
   * layer.
   */
  inputNoise: number;
  hiddenNoise: number;
}

export const featureClassifierDefaults = { hidden: [128, 64], inputNoise: 1, hiddenNoise: 0.5 } as const;

const SLOPE = 0.2;

export function featureClassifier(settings: FeatureClassifierSettings): Classifier<Tensor2D> {
  const { inputs, classes, hidden, inputNoise, hiddenNoise } = settings;
  const widths = [inputs, ...hidden, classes];
  const layers = widths
    .slice(1)
    .map((to, i) => ({ name: `dense${i + 1}`, from: widths[i] ?? inputs, to, last: i === hidden.length }));
  const layout = layOut(
    layers.flatMap(({ name, from, to, last }) => [
      { name: `${name}.v`, shape: [from, to] },
      { name: `${name}.b`, shape: [to] },
      // Only the output layer learns its scale: the hidden ones keep the variance of 1 that they began with.
      { name: `${name}.g`, shape: [to], frozen: !last },
    ]),
  );

  const dense = (h: Tensor2D, v: Tensor2D, g: Tensor1D, b: Tensor1D): Tensor2D =>
    tf.add(tf.matMul(h, normaliseWeight(v, g)), b);
  // max(x, 0.2 x) from ops that can be differentiated twice.
  const activate = (x: Tensor2D): Tensor2D => tf.maximum(x, tf.mul(x, SLOPE));
  const noisy = (noise: Noise | null, x: Tensor2D, sd: number): Tensor2D => (noise && sd > 0 ? noise.add(x, sd) : x);

  return {
    layout,

    /** x: [n, inputs] */
    forward(weights, x, noise) {
      let features = noisy(noise, x, inputNoise);
      for (const { name, last } of layers) {
        const h = dense(features, weights(`${name}.v`), weights(`${name}.g`), weights(`${name}.b`));
        if (last) return { features, logits: h };
        features = noisy(noise, activate(h), hiddenNoise);
      }
      throw new Error('A classifier needs an output layer.');
    },

    initialise(sample, random) {
      const flat = new Float32Array(layout.size);
      return tf.tidy(() => {
        let h = sample;
        for (const { name, from, to, last } of layers) {
          const ofLayer = (kind: string) => part(flat, layout, `${name}.${kind}`);
          fillNormal(ofLayer('v'), random, 0.05);
          const v = tf.tensor2d(ofLayer('v').slice(), [from, to]);
          const { g, b } = dataDependentScale(dense(h, v, tf.ones([to]), tf.zeros([to])));
          ofLayer('g').set(g);
          ofLayer('b').set(b);
          if (!last) h = activate(dense(h, v, tf.tensor1d(g), tf.tensor1d(b)));
        }
        return flat;
      });
    },
  };
}
