// Loads the installed TensorFlow in a child process and lets it train, because only that proves an installation.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { tryRun } from '../command.mjs';
import { SetupError, step } from '../steps.mjs';
import { findPython } from '../pip.mjs';

const TRAINING_STEP = fileURLToPath(new URL('training-step.cjs', import.meta.url));
export const DRIVER_REMEDY = 'update the NVIDIA driver, then run: npm run setup';
const LOAD_LIBRARY = 'import ctypes, sys; ctypes.CDLL(sys.argv[1])';

/** Runs one training step on the TensorFlow of a runtime folder: { device: 'cpu' | 'gpu', ms }. */
export function verifyTraining(root, node, { folder, addon }) {
  return step('Running one training step', async () => {
    const env = { ...process.env, WHISKER_RUNTIME: folder, TF_CPP_MIN_LOG_LEVEL: '2' };
    const { code, output } = await tryRun(node, [TRAINING_STEP, root, addon], { env, timeoutMs: 300_000 });
    const result = output.split('\n').find((line) => line.startsWith('{"device"'));
    if (code === 0 && result) return JSON.parse(result);
    throw new SetupError(
      `TensorFlow did not train: ${reason(output)}`,
      'run npm run setup -- --fresh to install it anew',
    );
  });
}

/** Loads every CUDA library by itself, so that a missing one is named rather than silently leaving the GPU unused. */
export function verifyLibraries(site) {
  return step('Loading every CUDA library', async () => {
    const python = findPython();
    const failed = [];
    for (const file of sharedLibraries(join(site, 'nvidia'))) {
      const { code, output } = await tryRun(python, ['-c', LOAD_LIBRARY, file], { timeoutMs: 60_000 });
      if (code !== 0) failed.push(reason(output));
    }
    if (failed.length) throw new SetupError(`CUDA libraries do not load: ${failed.join('; ')}`, DRIVER_REMEDY);
  });
}

function sharedLibraries(nvidia) {
  return readdirSync(nvidia).flatMap((part) => {
    try {
      const lib = join(nvidia, part, 'lib');
      return readdirSync(lib)
        .filter((name) => name.includes('.so'))
        .map((name) => join(lib, name));
    } catch {
      return [];
    }
  });
}

/** The one line of a crash that says something: the last with "error" in it, else the last. */
export function reason(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.findLast((line) => /error|cannot|undefined symbol/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}
