// backend-ops.ts by native TensorFlow, which has one op for each.

import { attribute, execute, executeMany, type Attribute } from './execute.ts';
import type { FlatVariable, Normalised } from './backend-ops.ts';
import { first, fuse, need } from './fuse.ts';
import { NativeVariable } from './native-variable.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from './tensorflow.ts';

const T = attribute.float32('T');
const NHWC = attribute.text('data_format', 'NHWC');

// ---------------------------------------------------------------- batch normalisation

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

/**
 * scale · (x − mean) / √(variance + 1e-5) + offset over the batch, and the batch's own [c] mean and unbiased variance,
 * which have no gradient.  x: [n, h, w, c]; scale, offset: [c].
 */
export const normaliseByBatch = (x: Tensor4D, scale: Tensor1D, offset: Tensor1D): Normalised =>
  normalised(batchNormAlone({ x, scale, offset }, 0));

export const normaliseRelu = (x: Tensor4D, scale: Tensor1D, offset: Tensor1D): Normalised =>
  normalised(batchNormRelu({ x, scale, offset }, 0));

/** `normaliseByBatch` by a mean and a variance known before, without a gradient. */
export const normaliseBy = (
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  { mean, variance }: { mean: Tensor1D; variance: Tensor1D },
): Tensor4D => first(executeMany('FusedBatchNormV3', byStatistics, [x, scale, offset, mean, variance], 6)) as Tensor4D;

const normalised = ([y, mean, variance]: Tensor[]): Normalised => ({
  y: need(y) as Tensor4D,
  mean: need(mean) as Tensor1D,
  variance: need(variance) as Tensor1D,
});

// ---------------------------------------------------------------- the others

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

export const crossEntropy = (logits: Tensor2D, labels: Tensor1D): Tensor1D =>
  first(crossEntropyOp({ logits, labels }, 0)) as Tensor1D;

const randomOp = [attribute.float32('dtype'), attribute.int32('T'), attribute.int32('Tseed')];

export const randomNormal = <R extends Tensor>(shape: number[], seeds: Tensor1D): R =>
  execute('StatelessRandomNormal', randomOp, [tf.tensor1d(shape, 'int32'), seeds]);

const gathering = [attribute.float32('Tparams'), attribute.int32('Tindices'), attribute.int32('Taxis')];

/** TensorFlow.js's own op reads the numbers back, to see that they are in range. */
export const gatherRows = (x: Tensor2D, rows: Tensor1D): Tensor2D =>
  execute('GatherV2', gathering, [x, rows, tf.scalar(0, 'int32')]);

const eigen = [attribute.bool('compute_v', true), T];

export function leadingEigenvectors(symmetric: Tensor2D, count: number): Tensor2D {
  return tf.tidy(() => {
    const side = symmetric.shape[0];
    const [, vectors] = executeMany('SelfAdjointEigV2', eigen, [symmetric], 2);
    // Eigenvalues come in rising order, so the leading vectors are the last columns.
    return tf.reverse(tf.slice(need(vectors) as Tensor2D, [0, side - count], [side, count]), 1);
  });
}

export const flatVariable = (values: Float32Array): FlatVariable => new NativeVariable(values);

export { compiled } from './trace.ts';
