// TensorFlow.js without a native runtime: over its own WebAssembly backend, which is part of the app and runs wherever
// Node does, on one core (its threads need a browser's workers, tensorflow/tfjs#3830).

import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs';
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import { WhiskerError } from '../../shared/errors.ts';
import { firstLine } from './load-native.ts';

const require = createRequire(import.meta.url);

/** Throws 'training-unavailable'. */
export async function loadWebAssembly(): Promise<typeof TensorFlow> {
  try {
    const tf: typeof TensorFlow = require('@tensorflow/tfjs');
    tf.enableProdMode(); // Before anything is computed: it advertises its native package otherwise.
    require('@tensorflow/tfjs-backend-wasm');
    if (!(await tf.setBackend('wasm'))) throw new Error('its WebAssembly backend did not start');
    transposeBeforeProducts(tf);
    return tf;
  } catch (error) {
    throw new WhiskerError(
      'training-unavailable',
      `TensorFlow.js could not be loaded: ${firstLine(error)}`,
      'Install Whisker again.',
    );
  }
}

/**
 * The backend multiplies a transposed matrix in a loop that takes 40 times as long as its product of straight ones, and
 * a gradient has two of those: here what is transposed is transposed first.
 */
function transposeBeforeProducts(tf: typeof TensorFlow): void {
  const product = kernelOf(tf, 'BatchMatMul');
  const transposition = kernelOf(tf, 'Transpose');
  tf.unregisterKernel(product.kernelName, product.backendName);
  tf.registerKernel({
    ...product,
    kernelFunc({ inputs, attrs, backend }) {
      const made: TensorInfo[] = [];
      function straight(x: TensorInfo | undefined, isTransposed: unknown): TensorInfo {
        if (!x) throw new Error('A product needs two matrices.');
        if (isTransposed !== true) return x;
        const rank = x.shape.length;
        const perm = x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis)); // The last two swapped.
        const transposed = [transposition.kernelFunc({ inputs: { x }, backend, attrs: { perm } })].flat();
        made.push(...transposed);
        return straight(transposed[0], false);
      }
      const a = straight(inputs['a'], attrs?.['transposeA']);
      const b = straight(inputs['b'], attrs?.['transposeB']);
      const result = product.kernelFunc({ inputs: { a, b }, backend, attrs: { transposeA: false, transposeB: false } });
      for (const { dataId } of made) tf.backend().disposeData(dataId);
      return result;
    },
  });
}

function kernelOf({ getKernel }: typeof TensorFlow, name: string): KernelConfig {
  const kernel = getKernel(name, 'wasm');
  if (!kernel) throw new Error(`its WebAssembly backend has no ${name}`);
  return kernel;
}
