// Loads native TensorFlow: importing this file is loading it, and failing to is a sentence a person can read.
// The one place that knows how the runtime is found and which shims and settings it needs.

import { createRequire } from 'node:module';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs-node-gpu';
import { WhiskerError } from '../../shared/errors.ts';

import type { TensorContainer } from '@tensorflow/tfjs-node-gpu';
export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';

export const tf = load();

function load(): typeof TensorFlow {
  // tfjs-node 4.22 calls two functions that Node 23 removed (tensorflow/tfjs#8425).
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // oneDNN convolutions take about 40 % less time on CPUs where TensorFlow does not choose them by itself.
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  try {
    const loaded: typeof TensorFlow = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu');
    loaded.enableProdMode();
    return loaded;
  } catch (error) {
    throw new WhiskerError(
      'training-unavailable',
      `TensorFlow's native runtime could not be loaded: ${firstLine(error)}`,
      'Run "npm run setup" to install it, then start Whisker again.',
    );
  }
}

// Hoisted, because load() runs before a constant here would be set.
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `${text.split('\n')[0]?.trim().replace(/\.$/, '')}.`;
}

/** `tf.tidy` for a result of any shape: the tensors in it stay, all others that `compute` made are freed. */
export const tidy = <R>(compute: () => R): R => tf.tidy(compute as () => TensorContainer) as R;
