// TensorFlow's set-up beside the app, in a process of its own: the window does not wait for it, and it ends with the
// window. setup-progress.json tells the app how far it is, tensorflow-status.json what became of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inWords, say } from './steps.mjs';
import { knownTensorflow } from './tensorflow.mjs';

const SCRIPT = fileURLToPath(new URL('tensorflow-process.mjs', import.meta.url));
const PATIENCE_MS = 5_000;

/**
 * Starts TensorFlow's set-up, or none where its outcome is known. `end()` ends it if it still runs; it also ends by
 * itself when we do.
 */
export function setUpTensorflowBeside(root, node) {
  const known = knownTensorflow(root);
  if (known) {
    if (!known.ok) say(trainingNote(known));
    return { end: () => Promise.resolve() };
  }
  say('  Setting up TensorFlow beside the app, which shows how far it is.');
  // Its lines come whole, so that they never run into what the app says.
  const child = spawn(node, [SCRIPT, root], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  child.on('error', (error) => say(`TensorFlow's set-up could not be started: ${error.message}`));
  createInterface(child.stderr).on('line', say);
  const exited = once(child, 'exit').catch(() => {});
  return {
    async end() {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

export const trainingNote = (status) => `Training is not possible yet. ${inWords(status)}`;
