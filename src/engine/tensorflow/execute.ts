// Runs one native TensorFlow op by name, for the fused ops that TensorFlow.js has no function for, and counts every
// execution. Importing this file needs a native runtime.

import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';
import { WhiskerError } from '../../shared/errors.ts';
import { pixelsNeedNative } from '../../shared/training.ts';
import { runtime, tf, whyNotNative, type Tensor } from './tensorflow.ts';

if (!runtime) {
  throw new WhiskerError(
    'training-unavailable',
    `${pixelsNeedNative} ${whyNotNative}`,
    'The Train page says what to do about it, and so does "whisker runtime".',
  );
}

// The edge to the binding: the registered backend is always this class, whose type TensorFlow.js does not name
// publicly.
export const native = tf.backend() as NodeJSKernelBackend;
const { binding } = native;

export type Attribute = TFEOpAttr;
export const attribute = {
  int: (name: string, value: number | number[]): Attribute => ({ name, type: binding.TF_ATTR_INT, value }),
  float: (name: string, value: number): Attribute => ({ name, type: binding.TF_ATTR_FLOAT, value }),
  bool: (name: string, value: boolean): Attribute => ({ name, type: binding.TF_ATTR_BOOL, value }),
  text: (name: string, value: string): Attribute => ({ name, type: binding.TF_ATTR_STRING, value }),
  shape: (name: string, value: number[]): Attribute => ({ name, type: binding.TF_ATTR_SHAPE, value }),
  float32: (name: string): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }),
  int32: (name: string): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 }),
};

/** One op with one output. The caller vouches for the rank, which TensorFlow knows only at run time. */
export function execute<T extends Tensor>(op: string, attributes: Attribute[], inputs: Tensor[]): T {
  return native.executeSingleOutput(op, attributes, inputs) as T;
}

/** One op with any number of outputs. */
export function executeMany(op: string, attributes: Attribute[], inputs: Tensor[], outputs: number): Tensor[] {
  return native.executeMultipleOutputs(op, attributes, inputs, outputs);
}

/** How often TensorFlow executes each op while `work` runs. Making and deleting tensors are not executions. */
export function countExecutions(work: () => void): Map<string, number> {
  const counts = new Map<string, number>();
  const before = native.binding;
  native.binding = Object.create(before, {
    executeOp: {
      value: (...call: Parameters<typeof before.executeOp>) => {
        counts.set(call[0], (counts.get(call[0]) ?? 0) + 1);
        return before.executeOp(...call);
      },
    },
  });
  try {
    work();
    return counts;
  } finally {
    native.binding = before;
  }
}
