// How an op with a gradient of its own is made known to TensorFlow.js, over whichever backend is loaded.

import type { NamedTensorMap } from '@tensorflow/tfjs';
import { tf, type Tensor } from './tensorflow.ts';

export interface Fused {
  inputsToSave: string[];
  outputsToSave: boolean[];
  forward(inputs: NamedTensorMap, option: number): Tensor[];
  /** `saved`: the inputs, then the outputs, asked for above. Each gradient is computed only when it is needed. */
  gradients(dy: Tensor, saved: Tensor[], option: number): Record<string, () => Tensor>;
}

/** Makes the op known to TensorFlow.js's tape and returns its call; the first output is the value. */
export function fuse(kernelName: string, op: Fused): (inputs: NamedTensorMap, option: number) => Tensor[] {
  tf.registerKernel({
    kernelName,
    backendName: tf.getBackend(),
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

export function first(tensors: Tensor | Tensor[]): Tensor {
  const tensor = Array.isArray(tensors) ? tensors[0] : tensors;
  if (!tensor) throw new Error('A fused op made no output.');
  return tensor;
}

export function need(tensor: Tensor | undefined): Tensor {
  if (!tensor) throw new Error('A fused op was called without one of its inputs.');
  return tensor;
}
