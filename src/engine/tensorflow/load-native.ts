// The one place that knows how a native runtime is loaded and which shims and settings it needs.

import { createRequire, registerHooks } from 'node:module';
import { delimiter, join } from 'node:path';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs';
import { findRuntimes, type Runtime } from './find-runtime.ts';

const require = createRequire(import.meta.url);

/** `reason`: one sentence. */
export type Loaded = { ok: true; runtime: Runtime; tf: typeof TensorFlow } | { ok: false; reason: string };

export function loadNative(): Loaded {
  const runtimes = findRuntimes();
  if (runtimes.length === 0) return { ok: false, reason: 'TensorFlow is not installed on this computer.' };
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
    const runtime = firstThatLoads(runtimes);
    const tf = requireTensorflow(runtime.addon);
    tf.enableProdMode();
    return { ok: true, runtime, tf };
  } catch (error) {
    return { ok: false, reason: `TensorFlow's native runtime could not be loaded: ${firstLine(error)}` };
  }
}

/** One that was damaged since it was proved does not stand in the way of the next. Throws what the first one said. */
function firstThatLoads(runtimes: readonly Runtime[]): Runtime {
  let refusal: unknown;
  for (const [tried, runtime] of runtimes.entries()) {
    try {
      // Windows looks for the libraries of an addon there; elsewhere the addon knows the way.
      if (process.platform === 'win32') {
        process.env['PATH'] = [join(runtime.folder, 'site', 'tensorflow', 'python'), process.env['PATH']].join(
          delimiter,
        );
      }
      require(runtime.addon);
      return runtime;
    } catch (error) {
      if (tried === 0) refusal = error;
    }
  }
  throw refusal;
}

/** TensorFlow.js asks the package that installs addons where its own lies, and is answered with ours in its stead. */
function requireTensorflow(addon: string): typeof TensorFlow {
  const installer = '@mapbox/node-pre-gyp';
  const answer = 'whisker:addon';
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === installer ? { url: answer, format: 'commonjs', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === answer
        ? { format: 'commonjs', source: `exports.find = () => ${JSON.stringify(addon)};`, shortCircuit: true }
        : next(url, context),
  });
  try {
    return require('@tensorflow/tfjs-node-gpu');
  } finally {
    hooks.deregister();
  }
}

/** What was thrown, as the end of a sentence. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `${text.split('\n')[0]?.trim().replace(/\.$/, '')}.`;
}
