// Adam over one flat weight vector, with an exponential moving average beside it, as engine/ssgan/optimiser.ts has it.

export interface AdamSettings {
  rate: number;
  beta1: number;
  beta2: number;
  /** Most decay of the moving average, under 1. */
  averageMost: number;
}

const EPSILON = 1e-8;

export class TrainedWeights {
  readonly weights: Float32Array;
  /** Moving average of the weights: what is shown, and the teacher while learning. */
  readonly average: Float32Array;
  readonly #m: Float32Array;
  readonly #v: Float32Array;
  readonly #settings: AdamSettings;
  #updates = 0;

  constructor(weights: Float32Array, settings: AdamSettings) {
    this.weights = weights.slice();
    this.average = weights.slice();
    this.#m = new Float32Array(weights.length);
    this.#v = new Float32Array(weights.length);
    this.#settings = settings;
  }

  /** One step (Kingma & Ba 2015), then average ← d·average + (1−d)·weights, d = min(averageMost, (1+t)/(10+t)). */
  update(gradient: Float32Array): void {
    const t = ++this.#updates;
    const { rate, beta1, beta2, averageMost } = this.#settings;
    const corrected = (rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
    const towards = 1 - Math.min(averageMost, (1 + t) / (10 + t));
    const { weights, average } = this;
    for (let i = 0; i < weights.length; i++) {
      const g = gradient[i]!;
      const m = this.#m[i]! + (1 - beta1) * (g - this.#m[i]!);
      const v = this.#v[i]! + (1 - beta2) * (g * g - this.#v[i]!);
      this.#m[i] = m;
      this.#v[i] = v;
      weights[i] = weights[i]! - (corrected * m) / (Math.sqrt(v) + EPSILON);
      average[i] = average[i]! + towards * (weights[i]! - average[i]!);
    }
  }
}
