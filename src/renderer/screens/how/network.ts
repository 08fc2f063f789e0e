// A small network over points with its gradient written out: dense layers, weight-normalised, leaky ReLU between them,
// as engine/features/feature-classifier.ts has them without noise. The page may not load TensorFlow;
// test/engine/ssgan/in-the-page.test.ts holds both against each other.

import { fillNormal, type Random } from '../../../shared/random.ts';

/** Rows of one forward pass, and what its gradient needs. */
export interface Pass {
  count: number;
  /** What each layer was given: [count, from] of each. */
  inputs: Float32Array[];
  /** g·v/‖v‖ of each layer: [from, to]. */
  kernels: Float32Array[];
  /** [count, to] of the last layer: logits of a classifier, points of a generator. */
  output: Float32Array;
}

/** Where a layer's numbers lie in the flat weights. v: [from, to], b: [to], g: [to]. */
interface Layer {
  from: number;
  to: number;
  v: number;
  b: number;
  g: number;
  /** Only the output layer learns its scale. */
  last: boolean;
}

const SLOPE = 0.2;

export class Network {
  /** Numbers in all; those that are learned come first. */
  readonly size: number;
  readonly trainable: number;
  readonly #layers: Layer[];

  /** widths: of the input, of each hidden layer and of the output. */
  constructor(widths: readonly number[]) {
    let at = 0;
    const take = (count: number): number => (at += count) - count;
    const layers = widths.slice(1).map((to, i) => {
      const from = widths[i]!;
      const last = i === widths.length - 2;
      return { from, to, last, v: take(from * to), b: take(to), g: last ? take(to) : 0 };
    });
    this.trainable = at;
    for (const layer of layers) if (!layer.last) layer.g = take(layer.to);
    this.size = at;
    this.#layers = layers;
  }

  /** How many numbers a row of the input has. */
  get inputs(): number {
    return this.#layers[0]!.from;
  }

  /** How many features a row has: what the output layer is given. */
  get features(): number {
    return this.#layers.at(-1)!.from;
  }

  get outputs(): number {
    return this.#layers.at(-1)!.to;
  }

  /** x: [count, inputs] */
  forward(weights: Float32Array, x: Float32Array): Pass {
    const count = x.length / this.inputs;
    const kernels = this.#layers.map((layer) => kernelOf(weights, layer));
    const inputs: Float32Array[] = [];
    let h = x;
    this.#layers.forEach((layer, i) => {
      inputs.push(h);
      h = dense(h, kernels[i]!, weights.subarray(layer.b, layer.b + layer.to), count);
      if (!layer.last) activate(h);
    });
    return { count, inputs, kernels, output: h };
  }

  /**
   * The gradient of a loss by the weights, [size], and by the input, [count, inputs], from its gradient by the output,
   * [count, outputs], and by the features, [count, features], where it depends on those by themselves.
   */
  backward(
    weights: Float32Array,
    { count, inputs, kernels }: Pass,
    byOutput: Float32Array,
    byFeatures: Float32Array | null = null,
  ): { byWeights: Float32Array; byInput: Float32Array } {
    const byWeights = new Float32Array(this.size);
    let dz = byOutput;
    for (const [i, layer] of [...this.#layers.entries()].reverse()) {
      const h = inputs[i]!;
      const { byKernel, byBias, byRows } = denseGradient(h, kernels[i]!, dz, count);
      byWeights.set(byBias, layer.b);
      kernelGradient(weights, layer, byKernel, byWeights);
      if (layer.last && byFeatures) byFeatures.forEach((d, at) => (byRows[at] = byRows[at]! + d));
      if (i > 0) for (let at = 0; at < byRows.length; at++) if (h[at]! < 0) byRows[at] = byRows[at]! * SLOPE;
      dz = byRows;
    }
    return { byWeights, byInput: dz };
  }

  /** Fresh weights: the outputs of each layer have mean 0 and variance 1 on `sample`. Salimans & Kingma 2016. */
  initialise(sample: Float32Array, random: Random): Float32Array {
    const weights = new Float32Array(this.size);
    const count = sample.length / this.inputs;
    let h = sample;
    for (const layer of this.#layers) {
      const { from, to, v, b, g, last } = layer;
      fillNormal(weights.subarray(v, v + from * to), random, 0.05);
      weights.fill(1, g, g + to);
      const z = dense(h, kernelOf(weights, layer), new Float32Array(to), count);
      for (let j = 0; j < to; j++) {
        const { mean, variance } = momentsOf(z, j, to, count);
        weights[g + j] = 1 / Math.sqrt(variance + 1e-6);
        weights[b + j] = -mean * weights[g + j]!;
      }
      h = dense(h, kernelOf(weights, layer), weights.subarray(b, b + to), count);
      if (!last) activate(h);
    }
    return weights;
  }
}

/** g·v/‖v‖, ‖v‖ over the inputs of each unit. */
function kernelOf(weights: Float32Array, { from, to, v, g }: Layer): Float32Array {
  const kernel = new Float32Array(from * to);
  for (let j = 0; j < to; j++) {
    const scale = weights[g + j]! * inverseLength(weights, v + j, from, to);
    for (let i = 0; i < from; i++) kernel[i * to + j] = weights[v + i * to + j]! * scale;
  }
  return kernel;
}

/** ∂v = g/‖v‖·(∂w − u(u·∂w)), ∂g = u·∂w, with u = v/‖v‖. */
function kernelGradient(weights: Float32Array, layer: Layer, byKernel: Float32Array, byWeights: Float32Array): void {
  const { from, to, v, g, last } = layer;
  for (let j = 0; j < to; j++) {
    const inverse = inverseLength(weights, v + j, from, to);
    let along = 0;
    for (let i = 0; i < from; i++) along += byKernel[i * to + j]! * weights[v + i * to + j]! * inverse;
    for (let i = 0; i < from; i++) {
      const u = weights[v + i * to + j]! * inverse;
      byWeights[v + i * to + j] = weights[g + j]! * inverse * (byKernel[i * to + j]! - u * along);
    }
    if (last) byWeights[g + j] = along;
  }
}

function inverseLength(values: Float32Array, at: number, count: number, stride: number): number {
  let sum = 1e-12;
  for (let i = 0; i < count; i++) sum += values[at + i * stride]! ** 2;
  return 1 / Math.sqrt(sum);
}

/** h·w + b.  h: [count, from], w: [from, to], b: [to] -> [count, to]. */
function dense(h: Float32Array, w: Float32Array, b: Float32Array, count: number): Float32Array {
  const to = b.length;
  const from = w.length / to;
  const z = new Float32Array(count * to);
  for (let row = 0; row < count; row++) {
    for (let j = 0; j < to; j++) {
      let sum = b[j]!;
      for (let i = 0, at = j; i < from; i++, at += to) sum += h[row * from + i]! * w[at]!;
      z[row * to + j] = sum;
    }
  }
  return z;
}

/** Of h·w + b, by w, by b and by h, from the gradient by its result dz: [count, to]. */
function denseGradient(h: Float32Array, w: Float32Array, dz: Float32Array, count: number) {
  const to = dz.length / count;
  const from = w.length / to;
  const byKernel = new Float32Array(w.length);
  const byBias = new Float32Array(to);
  const byRows = new Float32Array(count * from);
  for (let row = 0; row < count; row++) {
    const out = row * to;
    for (let j = 0; j < to; j++) byBias[j] = byBias[j]! + dz[out + j]!;
    for (let i = 0; i < from; i++) {
      const value = h[row * from + i]!;
      let sum = 0;
      for (let j = 0, at = i * to; j < to; j++, at++) {
        const d = dz[out + j]!;
        byKernel[at] = byKernel[at]! + value * d;
        sum += w[at]! * d;
      }
      byRows[row * from + i] = sum;
    }
  }
  return { byKernel, byBias, byRows };
}

/** max(x, 0.2 x), in place. */
function activate(x: Float32Array): void {
  for (let i = 0; i < x.length; i++) if (x[i]! < 0) x[i] = x[i]! * SLOPE;
}

function momentsOf(z: Float32Array, column: number, width: number, count: number): { mean: number; variance: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) sum += z[i * width + column]!;
  const mean = sum / count;
  for (let i = 0; i < count; i++) squares += (z[i * width + column]! - mean) ** 2;
  return { mean, variance: squares / count };
}
