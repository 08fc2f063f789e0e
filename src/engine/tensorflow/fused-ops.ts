// Ops that TensorFlow fuses and TensorFlow.js does not offer, each with its gradient. Their meaning in plain ops is in
// the tests.

import type { NamedTensorMap } from '@tensorflow/tfjs-node-gpu';
import { attribute, execute, executeMany, type Attribute } from './execute.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from './tensorflow.ts';

const T = attribute.float32('T');
const NHWC = attribute.text('data_format', 'NHWC');

interface Fused {
  inputsToSave: string[];
  outputsToSave: boolean[];
  forward(inputs: NamedTensorMap, option: number): Tensor[];
  /** `saved`: the inputs, then the outputs, asked for above. Each gradient is computed only when it is needed. */
  gradients(dy: Tensor, saved: Tensor[], option: number): Record<string, () => Tensor>;
}

/** Makes the op known to TensorFlow.js's tape and returns its call; the first output is the value. */
function fuse(kernelName: string, op: Fused): (inputs: NamedTensorMap, option: number) => Tensor[] {
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    // The engine passes on what `runKernel` below was given, typed more widely. What an op makes on its way is freed
    // with it.
    kernelFunc: ({ inputs, attrs }) => tf.tidy(() => op.forward(inputs as NamedTensorMap, Number(attrs?.['option']))),
  });
  tf.registerGradient({
    kernelName,
    inputsToSave: op.inputsToSave,
    outputsToSave: op.outputsToSave,
    gradFunc: (dy, saved, attrs) => op.gradients(first(dy), saved, Number(attrs['option'])),
  });
  return (inputs, option) => tf.engine().runKernel<Tensor[]>(kernelName, inputs, { option });
}

function first(tensors: Tensor | Tensor[]): Tensor {
  const tensor = Array.isArray(tensors) ? tensors[0] : tensors;
  if (!tensor) throw new Error('A fused op made no output.');
  return tensor;
}

function need(tensor: Tensor | undefined): Tensor {
  if (!tensor) throw new Error('A fused op was called without one of its inputs.');
  return tensor;
}

const shapeOf = (tensor: Tensor): Tensor => tf.tensor1d(tensor.shape, 'int32');

// ---------------------------------------------------------------- convolution, bias and leaky ReLU

const LEAK = 0.2;
const leak = attribute.float('alpha', LEAK);
const convolutionOf = (stride: number): Attribute[] => [
  T,
  NHWC,
  attribute.int('strides', [1, stride, stride, 1]),
  attribute.text('padding', 'SAME'),
];
const convolutions: Record<number, Attribute[]> = { 1: convolutionOf(1), 2: convolutionOf(2) };
const convolution = (stride: number): Attribute[] => convolutions[stride] ?? convolutionOf(stride);

const convBiasLeaky = fuse('WhiskerConvBiasLeaky', {
  inputsToSave: ['x', 'w'],
  outputsToSave: [true],
  forward({ x, w, b }, stride) {
    const z = execute('Conv2D', convolution(stride), [need(x), need(w)]);
    const biased = execute('BiasAdd', [T, NHWC], [z, need(b)]);
    return [execute('LeakyRelu', [T, leak], [biased])];
  },
  gradients(dy, [x, w, y], stride) {
    // The sign of a leaky ReLU's output is the sign of its input, so the output serves in its place.
    const dz = execute('LeakyReluGrad', [T, leak], [dy, need(y)]);
    return {
      x: () => execute('Conv2DBackpropInput', convolution(stride), [shapeOf(need(x)), need(w), dz]),
      w: () => execute('Conv2DBackpropFilter', convolution(stride), [need(x), shapeOf(need(w)), dz]),
      b: () => execute('BiasAddGrad', [T, NHWC], [dz]),
    };
  },
});

/**
 * leaky(conv(x, w) + b), slope 0.2, 'same' padding.  x: [n, h, w, ci], w: [k, k, ci, co], b: [co] -> [n, h/s, w/s, co].
 * With stride 2 use an even kernel: TensorFlow pads an odd one on one side only, which shifts the picture.
 */
export const convolve = (x: Tensor4D, w: Tensor4D, b: Tensor1D, stride: number): Tensor4D =>
  first(convBiasLeaky({ x, w, b }, stride)) as Tensor4D;

/** conv(x, w) alone, without a gradient. */
export const convolvePlain = (x: Tensor4D, w: Tensor4D, stride: number): Tensor4D =>
  execute('Conv2D', convolution(stride), [x, w]);

const evenConvolution = ([kernel = 1]: number[], stride: number): Attribute[] => {
  if (stride === 1) return convolution(1); // The same thing, on a path that is several times as fast backwards.
  const pad = kernel >> 1;
  const padding = attribute.int('explicit_paddings', [0, 0, pad, pad, pad, pad, 0, 0]);
  return [T, NHWC, attribute.int('strides', [1, stride, stride, 1]), attribute.text('padding', 'EXPLICIT'), padding];
};

const convEven = fuse('WhiskerConvEven', {
  inputsToSave: ['x', 'w'],
  outputsToSave: [],
  forward: ({ x, w }, stride) => [execute('Conv2D', evenConvolution(need(w).shape, stride), [need(x), need(w)])],
  gradients(dy, [x, w], stride) {
    const attributes = evenConvolution(need(w).shape, stride);
    return {
      x: () => execute('Conv2DBackpropInput', attributes, [shapeOf(need(x)), need(w), dy]),
      w: () => execute('Conv2DBackpropFilter', attributes, [need(x), shapeOf(need(w)), dy]),
    };
  },
});

/**
 * conv(x, w) with an odd kernel and as much padding on each side, as PyTorch has it.  x: [n, h, w, ci], w: [k, k, ci,
 * co].
 */
export const convolveEvenly = (x: Tensor4D, w: Tensor4D, stride: number): Tensor4D =>
  first(convEven({ x, w }, stride)) as Tensor4D;

// ---------------------------------------------------------------- batch normalisation and ReLU

const epsilon = attribute.float('epsilon', 1e-5);
const normalisation = (training: boolean): Attribute[] => [
  ...[T, attribute.float32('U'), NHWC, epsilon],
  attribute.bool('is_training', training),
];
const byBatch = normalisation(true);
const byStatistics = normalisation(false);

/** Two ops: with ReLU the output is kept for the gradient, which needs its sign; alone it is not. */
const batchNorm = (withRelu: boolean) =>
  fuse(withRelu ? 'WhiskerBatchNormRelu' : 'WhiskerBatchNorm', {
    inputsToSave: ['x', 'scale'],
    outputsToSave: [withRelu, false, false, true, true, true],
    forward({ x, scale, offset }) {
      const none = tf.tensor1d([]);
      const inputs = [need(x), need(scale), need(offset), none, none];
      const [z, mean, variance, ...reserved] = executeMany('FusedBatchNormV3', byBatch, inputs, 6);
      return [withRelu ? execute('Relu', [T], [need(z)]) : need(z), need(mean), need(variance), ...reserved];
    },
    gradients(dy, [x, scale, ...outputs]) {
      const dz = withRelu ? execute('ReluGrad', [T], [dy, need(outputs.shift())]) : dy;
      const [dx, dScale, dOffset] = executeMany(
        'FusedBatchNormGradV3',
        byBatch,
        [dz, need(x), need(scale), ...outputs],
        5,
      );
      return { x: () => need(dx), scale: () => need(dScale), offset: () => need(dOffset) };
    },
  });
const batchNormAlone = batchNorm(false);
const batchNormRelu = batchNorm(true);

const reluOp = fuse('WhiskerRelu', {
  inputsToSave: [],
  outputsToSave: [true],
  forward: ({ x }) => [execute('Relu', [T], [need(x)])],
  gradients: (dy, [y]) => ({ x: () => execute('ReluGrad', [T], [dy, need(y)]) }),
});

/** max(x, 0), whose gradient is one op. */
export const relu = (x: Tensor4D): Tensor4D => first(reluOp({ x }, 0)) as Tensor4D;

/**
 * scale · (x − mean) / √(variance + 1e-5) + offset over the batch, and the batch's own [c] mean and unbiased variance,
 * which have no gradient.  x: [n, h, w, c]; scale, offset: [c].
 */
export const normaliseByBatch = (x: Tensor4D, scale: Tensor1D, offset: Tensor1D): Normalised =>
  normalised(batchNormAlone({ x, scale, offset }, 0));

/** The same, then ReLU. */
export const normaliseRelu = (x: Tensor4D, scale: Tensor1D, offset: Tensor1D): Normalised =>
  normalised(batchNormRelu({ x, scale, offset }, 0));

export interface Normalised {
  y: Tensor4D;
  mean: Tensor1D;
  variance: Tensor1D;
}

const normalised = ([y, mean, variance]: Tensor[]): Normalised => ({
  y: need(y) as Tensor4D,
  mean: need(mean) as Tensor1D,
  variance: need(variance) as Tensor1D,
});

/** `normaliseByBatch` by a mean and a variance known before, without a gradient. */
export const normaliseBy = (
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  { mean, variance }: { mean: Tensor1D; variance: Tensor1D },
): Tensor4D => first(executeMany('FusedBatchNormV3', byStatistics, [x, scale, offset, mean, variance], 6)) as Tensor4D;

// ---------------------------------------------------------------- weight normalisation

const allButLast = (x: Tensor): number[] => x.shape.slice(0, -1).map((_, axis) => axis);

const weightNorm = fuse('WhiskerWeightNorm', {
  inputsToSave: ['g'],
  outputsToSave: [false, true, true],
  forward({ v, g }) {
    const inverse = tf.rsqrt(tf.add(tf.sum(tf.square(need(v)), allButLast(need(v))), 1e-12)); // 1 / ‖v‖
    const unit = tf.mul(need(v), inverse);
    return [tf.mul(unit, need(g)), unit, inverse];
  },
  gradients(dw, [g, unit, inverse]) {
    const along = () => tf.sum(tf.mul(dw, need(unit)), allButLast(dw));
    return {
      v: () => tf.mul(tf.sub(dw, tf.mul(need(unit), along())), tf.mul(need(g), need(inverse))),
      g: along,
    };
  },
});

/**
 * g · v / ‖v‖ (Salimans & Kingma 2016), where ‖v‖ runs over all but the last axis.  v: [..., out], g: [out] -> [...,
 * out].
 */
export const normaliseWeight = <W extends Tensor>(v: W, g: Tensor1D): W => first(weightNorm({ v, g }, 0)) as W;

// ---------------------------------------------------------------- softmax losses

const crossEntropyOp = fuse('WhiskerCrossEntropy', {
  inputsToSave: [],
  outputsToSave: [false, true],
  forward: ({ logits, labels }) =>
    executeMany(
      'SparseSoftmaxCrossEntropyWithLogits',
      [T, attribute.int32('Tlabels')],
      [need(logits), need(labels)],
      2,
    ),
  gradients: (dy, [softmaxMinusOneHot]) => ({
    logits: () => tf.mul(tf.expandDims(dy, 1), need(softmaxMinusOneHot)),
    labels: () => tf.zerosLike(dy),
  }),
});

/** logsumexp(l) − l_y per row.  logits: [n, K], labels: [n] int32 -> [n]. */
export const crossEntropy = (logits: Tensor2D, labels: Tensor1D): Tensor1D =>
  first(crossEntropyOp({ logits, labels }, 0)) as Tensor1D;

const logSumExpOp = fuse('WhiskerLogSumExp', {
  inputsToSave: ['x'],
  outputsToSave: [true],
  forward({ x }) {
    // Shifted by the row's maximum, so that no exponential overflows.
    const peak = tf.max(need(x), 1, true);
    return [tf.add(tf.log(tf.sum(tf.exp(tf.sub(need(x), peak)), 1)), tf.squeeze(peak, [1]))];
  },
  gradients: (dy, [x, s]) => ({
    x: () => tf.mul(tf.exp(tf.sub(need(x), tf.expandDims(need(s), 1))), tf.expandDims(dy, 1)),
  }),
});

/** log Σ_k exp(x_k) per row.  x: [n, K] -> [n]. */
export const logSumExp = (x: Tensor2D): Tensor1D => first(logSumExpOp({ x }, 0)) as Tensor1D;

// ---------------------------------------------------------------- pictures and random numbers, without gradients

const transformation = [
  attribute.float32('dtype'),
  attribute.text('interpolation', 'BILINEAR'),
  attribute.text('fill_mode', 'REFLECT'),
];

/** Warps each picture: output (x, y) shows input (a₀x + a₁y + a₂, a₃x + a₄y + a₅), bilinear, mirrored beyond the edge.
 *  pictures: [n, h, w, c], transforms: [n, 8] as (a₀ … a₅, 0, 0). */
export function warp(pictures: Tensor4D, transforms: Tensor2D): Tensor4D {
  const size = tf.tensor1d(pictures.shape.slice(1, 3), 'int32');
  return execute('ImageProjectiveTransformV3', transformation, [pictures, transforms, size, tf.scalar(0)]);
}

const randomOp = [attribute.float32('dtype'), attribute.int32('T'), attribute.int32('Tseed')];

/**
 * Standard normal numbers that depend on the two seeds alone, so that a resumed run draws what an unbroken one would.
 */
export const randomNormal = <R extends Tensor>(shape: number[], seeds: readonly [number, number]): R =>
  execute('StatelessRandomNormal', randomOp, [tf.tensor1d(shape, 'int32'), tf.tensor1d([...seeds], 'int32')]);
