// What the learner asks of a classifier and a generator, be they convolutions over pixels or small networks over
// features.

import { randomNormal } from '../tensorflow/backend-ops.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { Layout, Weights } from './parameters.ts';
import type { Random } from '../../shared/random.ts';

/** f and l: what the classifier sees in each example, and the K logits it draws from it. */
export interface Classified {
  /** [n, d] penultimate features. */
  features: Tensor2D;
  /** [n, K]; the fake class is implied: D(x) = Z / (Z + 1), Z = Σ exp(l). */
  logits: Tensor2D;
  /** [n, 4] logits of "turned by so many quarters"; only of examples that have a top. */
  rotationLogits?: () => Tensor2D;
  /**
   * What the frozen end of the weights moves towards while learning: a batch-normalised network's means and variances.
   */
  statistics?: Tensor1D;
}

/** X: the rank of its examples, [n, h, w, c] for pictures and [n, d] for features. */
export interface Classifier<X extends Tensor> {
  layout: Layout;
  /**
   * Batch-normalised: an example's answer depends on its batch, so that each kind of example gets a pass of its own.
   */
  byBatch?: boolean;
  /**
   * Fresh weights, scaled so that each layer's outputs have mean 0 and variance 1 on `sample` (Salimans & Kingma 2016).
   */
  initialise(sample: X, random: Random): Float32Array;
  /** `noise` is given while learning and null otherwise. */
  forward(weights: Weights, x: X, noise: Noise | null): Classified;
}

export interface Generator<X extends Tensor> {
  layout: Layout;
  /** Length of its random input z. */
  noiseSize: number;
  initialise(random: Random): Float32Array;
  /** z: [n, noiseSize] -> examples shaped like the real ones. */
  forward(weights: Weights, z: Tensor2D): X;
}

/** Where in a run noise is drawn; see `Noise`. */
export const counterOf = (step: number): Tensor1D => tf.tensor1d([0, step], 'int32');

/** Draws Gaussian noise that depends on the seed, the step and how many draws came before in it. */
export class Noise {
  readonly #seed: number;
  readonly #counter: Tensor1D;
  #draws = 0;

  /** counter: [0, step] as int32. */
  constructor(seed: number, counter: Tensor1D) {
    this.#seed = seed;
    this.#counter = counter;
  }

  normal<T extends Tensor>(shape: number[]): T {
    const draw = tf.tensor1d([this.#seed ^ Math.imul(++this.#draws, 0x9e3779b1), 0], 'int32');
    return randomNormal(shape, tf.add(draw, this.#counter));
  }

  /** x + N(0, sd²) */
  add<T extends Tensor>(x: T, sd: number): T {
    return tf.add(x, tf.mul(this.normal(x.shape), sd));
  }
}

/**
 * The noises of the pictures that a run is watched on, the same whenever they are asked for, so that one can see them
 * grow.  -> [count, size]
 */
export const sheetNoise = (seed: number, count: number, size: number): Tensor2D =>
  tf.tidy(() => new Noise(seed, counterOf(0)).normal<Tensor2D>([count, size]));
