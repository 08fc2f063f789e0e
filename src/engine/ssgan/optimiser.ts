// Adam, or plain momentum, over one flat weight vector, with an exponential moving average of the weights beside it.
// No read-back where it is native.

import { flatVariable, type FlatVariable } from '../tensorflow/backend-ops.ts';
import { tf, type Scalar, type Tensor1D } from '../tensorflow/tensorflow.ts';

export interface AdamSettings {
  rate: number;
  beta1: number;
  beta2: number;
  /** Most decay of the moving average, under 1. */
  averageMost: number;
}

/** Stochastic gradient descent with momentum, as PyTorch has it: v ← μ·v + g, w ← w − rate·v. */
export type MomentumSettings = Pick<AdamSettings, 'rate' | 'averageMost'> & { momentum: number };
export type OptimiserSettings = AdamSettings | MomentumSettings;

const EPSILON = 1e-8;

/** How far running statistics move towards a batch's own, as in PyTorch. */
const MOMENTUM = 0.1;

/** Scalars of one update, in the order of `numbersOfUpdate`. */
export type UpdateNumbers = [rate: Scalar, beta1Power: Scalar, beta2Power: Scalar, towards: Scalar];

/** Everything of a network that changes while it learns. */
export interface NetworkState {
  weights: Float32Array;
  average: Float32Array;
  m: Float32Array;
  v: Float32Array;
  updates: number;
}

export class TrainedWeights {
  readonly weights: FlatVariable;
  /** Moving average of the weights: the model that is kept, and the teacher while learning. */
  readonly average: FlatVariable;
  readonly #m: FlatVariable;
  readonly #v: FlatVariable;
  readonly #settings: OptimiserSettings;
  #updates: number;

  constructor(state: NetworkState, settings: OptimiserSettings) {
    this.weights = flatVariable(state.weights);
    this.average = flatVariable(state.average);
    this.#m = flatVariable(state.m);
    this.#v = flatVariable(state.v);
    this.#updates = state.updates;
    this.#settings = settings;
  }

  /** The state of weights that have not been updated yet. */
  static begin(weights: Float32Array): NetworkState {
    const zeros = new Float32Array(weights.length);
    return { weights, average: weights, m: zeros, v: zeros, updates: 0 };
  }

  /**
   * What the update after the next `ahead` goes by, at `share` of the full rate: [rate, β₁ᵗ, β₂ᵗ, 1−d], with d =
   * min(averageMost, (1+t) / (10+t)).
   */
  numbersOfUpdate(ahead: number, share: number): number[] {
    const t = this.#updates + ahead + 1;
    const { rate, averageMost, ...rest } = this.#settings;
    const { beta1, beta2 } = { beta1: 0, beta2: 0, ...rest };
    return [rate * share, beta1 ** t, beta2 ** t, 1 - Math.min(averageMost, (1 + t) / (10 + t))];
  }

  /** One step, then average ← d·average + (1−d)·weights, by what `numbersOfUpdate` says. */
  update(gradient: Tensor1D, [rate, beta1Power, beta2Power, towards]: UpdateNumbers): void {
    const settings = this.#settings;
    if ('momentum' in settings) {
      this.weights.applyMomentum(this.#m, rate, gradient, settings.momentum);
    } else {
      const { beta1, beta2 } = settings;
      const step = { rate, beta1Power, beta2Power, beta1, beta2, epsilon: EPSILON };
      this.weights.applyAdam({ m: this.#m, v: this.#v }, step, gradient);
    }
    this.average.subtract(towards, tf.sub(this.average.read(), this.weights.read()));
  }

  /** Counts updates that have been made. */
  updated(count: number): void {
    this.#updates += count;
  }

  /** The end of the vector moves a tenth of the way to `statistics`, which have no gradient. */
  updateStatistics(statistics: Tensor1D): void {
    const weights = this.weights.read();
    const learned = weights.size - statistics.size;
    const off = tf.sub<Tensor1D>(tf.slice1d(weights, learned, statistics.size), statistics);
    this.weights.subtract(tf.scalar(MOMENTUM), tf.concat1d([tf.fill([learned], 0) as Tensor1D, off]));
  }

  /** Whether every weight is a number: one breakdown makes all later ones NaN. */
  async isFinite(): Promise<boolean> {
    const finite = tf.tidy(() =>
      tf.logicalAnd(tf.all(tf.isFinite(this.weights.read())), tf.all(tf.isFinite(this.average.read()))),
    );
    const [yes] = await finite.data();
    finite.dispose();
    return yes === 1;
  }

  /** Goes back to an earlier state. */
  restore({ weights, average, m, v, updates }: NetworkState): void {
    this.weights.assign(weights);
    this.average.assign(average);
    this.#m.assign(m);
    this.#v.assign(v);
    this.#updates = updates;
  }

  async state(): Promise<NetworkState> {
    const [weights, average, m, v] = await Promise.all([
      this.weights.values(),
      this.average.values(),
      this.#m.values(),
      this.#v.values(),
    ]);
    return { weights, average, m, v, updates: this.#updates };
  }

  dispose(): void {
    for (const variable of [this.weights, this.average, this.#m, this.#v]) variable.dispose();
  }
}
