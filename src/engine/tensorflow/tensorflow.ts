// Loads TensorFlow: importing this file is loading it. Native, from the first runtime that loads, or else TensorFlow.js
// over its own WebAssembly backend, which can learn on features and on nothing larger.

import type { TensorContainer } from '@tensorflow/tfjs';
import { loadNative } from './load-native.ts';
import { loadWebAssembly } from './load-webassembly.ts';

export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';

const native = loadNative();

/** The native runtime that is loaded; null where TensorFlow.js computes by itself. */
export const runtime = native.ok ? native.runtime : null;
/** Why none is loaded, in a sentence; null where one is. */
export const whyNotNative = native.ok ? null : native.reason;
/** TensorFlow.js over whichever it is. */
export const tf = native.ok ? native.tf : await loadWebAssembly();

/** `tf.tidy` for a result of any shape: the tensors in it stay, all others that `compute` made are freed. */
export const tidy = <R>(compute: () => R): R => tf.tidy(compute as () => TensorContainer) as R;
