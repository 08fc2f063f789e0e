// The seam between the networks and what computes them: what they need beyond TensorFlow.js's own ops, by native ops
// where a runtime is loaded, else by TensorFlow.js and plain code. Both mean the same; the tests compare them.

import { runtime, type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from './tensorflow.ts';

export interface BackendOps {
  /** logsumexp(l) − l_y per row.  logits: [n, K], labels: [n] int32 -> [n]. */
  crossEntropy(logits: Tensor2D, labels: Tensor1D): Tensor1D;

  /**
   * max(0, scale · (x − mean) / √(variance + 1e-5) + offset) over the batch, and the batch's own [c] mean and unbiased
   * variance, which have no gradient.  x: [n, h, w, c]; scale, offset: [c].
   */
  normaliseRelu(x: Tensor4D, scale: Tensor1D, offset: Tensor1D): Normalised;

  /**
   * Standard normal numbers that depend on the two seeds alone, so that a resumed run draws what an unbroken one would.
   * seeds: [2] int32.
   */
  randomNormal<R extends Tensor>(shape: number[], seeds: Tensor1D): R;

  /** Rows of x by their numbers, which must be some of its own.  x: [n, k]; rows: [m] int32 -> [m, k]. */
  gatherRows(x: Tensor2D, rows: Tensor1D): Tensor2D;

  /** The eigenvectors of the `count` largest eigenvalues, largest first, up to their signs.  [d, d] -> [d, count]. */
  leadingEigenvectors(symmetric: Tensor2D, count: number): Tensor2D;

  flatVariable(values: Float32Array): FlatVariable;

  /** `body`, to be run again and again: in one native call, where there are such. */
  compiled(body: Body): Compiled;
}

/**
 * Takes tensors and gives tensors, and may read and change variables. Whatever else it uses must stay as it is from
 * call to call: numbers, and tensors that were there before.
 */
export type Body = (inputs: Tensor[]) => Tensor[];

export interface Compiled {
  /**
   * The body once for each of `turns`, which are its inputs, in their order; the outputs of the last. Call inside
   * tf.tidy. Turns of one call have the same shapes; `kind` tells bodies apart that the shapes don't.
   */
  run(turns: Tensor[][], kind: string): Tensor[];
  /** Why it can't be one native call; null while nothing stands against it. */
  readonly refusal: string | null;
}

export interface Normalised {
  y: Tensor4D;
  mean: Tensor1D;
  variance: Tensor1D;
}

/** All weights of one network as one float32 vector, so that an optimiser step is one op however many layers it has. */
export interface FlatVariable {
  readonly size: number;
  /** Copies `values`. */
  assign(values: Float32Array): void;
  /** The current values; later updates do not change what was read. */
  read(): Tensor1D;
  values(): Promise<Float32Array>;
  /** this −= rate · delta */
  subtract(rate: Scalar, delta: Tensor1D): void;
  /** One Adam update of this from `gradient`; `slots` are its running first and second moments (Kingma & Ba 2015). */
  applyAdam(slots: { m: FlatVariable; v: FlatVariable }, settings: AdamStep, gradient: Tensor1D): void;
  /**
   * One step of gradient descent with momentum: accumulated ← momentum · accumulated + gradient; this −= rate ·
   * accumulated.
   */
  applyMomentum(accumulated: FlatVariable, rate: Scalar, gradient: Tensor1D, momentum: number): void;
  dispose(): void;
}

/** The powers are those of the number of updates, this one included. */
export interface AdamStep {
  rate: Scalar;
  beta1Power: Scalar;
  beta2Power: Scalar;
  beta1: number;
  beta2: number;
  epsilon: number;
}

const ops: BackendOps = runtime ? await import('./native-ops.ts') : await import('./portable-ops.ts');

export const { crossEntropy, normaliseRelu, randomNormal, gatherRows, leadingEigenvectors, flatVariable, compiled } =
  ops;
