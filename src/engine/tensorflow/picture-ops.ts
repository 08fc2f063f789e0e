// Ops over pictures, native ones only: what learning from pixels needs beside backend-ops.ts. Each has its gradient
// where it needs one; their meaning in plain ops is in the tests.

import { attribute, execute, type Attribute } from './execute.ts';
import { first, fuse, need } from './fuse.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from './tensorflow.ts';

const T = attribute.float32('T');
const NHWC = attribute.text('data_format', 'NHWC');
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

// ---------------------------------------------------------------- ReLU

const reluOp = fuse('WhiskerRelu', {
  inputsToSave: [],
  outputsToSave: [true],
  forward: ({ x }) => [execute('Relu', [T], [need(x)])],
  gradients: (dy, [y]) => ({ x: () => execute('ReluGrad', [T], [dy, need(y)]) }),
});

/** max(x, 0), whose gradient is one op. */
export const relu = (x: Tensor4D): Tensor4D => first(reluOp({ x }, 0)) as Tensor4D;

// ---------------------------------------------------------------- warps

const transformation = (fill: 'REFLECT' | 'CONSTANT'): Attribute[] => [
  attribute.float32('dtype'),
  attribute.text('interpolation', 'BILINEAR'),
  attribute.text('fill_mode', fill),
];
const mirroredBeyond = transformation('REFLECT');
const nothingBeyond = transformation('CONSTANT');

function transform(attributes: Attribute[], pictures: Tensor, transforms: Tensor): Tensor {
  const size = tf.tensor1d(pictures.shape.slice(1, 3), 'int32');
  return execute('ImageProjectiveTransformV3', attributes, [pictures, transforms, size, tf.scalar(0)]);
}

const warpOp = fuse('WhiskerWarp', {
  inputsToSave: ['transforms'],
  outputsToSave: [],
  forward: ({ pictures, transforms }) => [transform(mirroredBeyond, need(pictures), need(transforms))],
  gradients(dy, [transforms]) {
    const { inverse, enlarging } = inverted(need(transforms));
    return { pictures: () => tf.mul(transform(nothingBeyond, dy, inverse), enlarging) };
  },
});

/** The transforms that undo these, [n, 8], and by how much each enlarges an area, [n, 1, 1, 1]. */
function inverted(transforms: Tensor): { inverse: Tensor; enlarging: Tensor } {
  const n = transforms.shape[0] ?? 0;
  const matrices = tf.reshape(tf.concat([transforms, tf.ones([n, 1])], 1), [n, 3, 3]);
  const inverse = execute('MatrixInverse', [T, attribute.bool('adjoint', false)], [matrices]);
  const area = tf.abs(execute('MatrixDeterminant', [T], [inverse]));
  return {
    inverse: tf.slice(tf.reshape(inverse, [n, 9]), [0, 0], [n, 8]),
    enlarging: tf.reshape(area, [n, 1, 1, 1]),
  };
}

/**
 * Warps each picture: output (x, y) shows input (a₀x + a₁y + a₂, a₃x + a₄y + a₅), bilinear, mirrored beyond the edge.
 * Its gradient is warped back by the inverse, as in TensorFlow's own Python, and weighed by the change of area: exact
 * for whole pixels within the picture, else as exact as the bilinear look-up is.
 * pictures: [n, h, w, c], transforms: [n, 8] as (a₀ … a₅, 0, 0), without a gradient.
 */
export const warp = (pictures: Tensor4D, transforms: Tensor2D): Tensor4D =>
  first(warpOp({ pictures, transforms }, 0)) as Tensor4D;
