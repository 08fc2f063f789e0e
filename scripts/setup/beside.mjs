// What the app opens without, set up beside it in a process of its own: the window does not wait for it, and it ends
// with the window. setup-progress.json tells the app how far it is; the folders in the cache, and
// tensorflow-status.json, what became of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { knownNetwork } from './network.mjs';
import { inWords, say } from './steps.mjs';
import { knownTensorflow } from './tensorflow.mjs';

const SCRIPT = fileURLToPath(new URL('beside-process.mjs', import.meta.url));
const PATIENCE_MS = 5_000;

/**
 * Starts the set-up of the pretrained network and of TensorFlow, or none where both outcomes are known. `end()` ends it
 * if it still runs; it also ends by itself when we do.
 */
export function setUpBeside(root, node) {
  const tensorflow = knownTensorflow(root);
  if (tensorflow && !tensorflow.ok) say(trainingNote(tensorflow));
  const lacking = [!knownNetwork() && 'the pretrained network', !tensorflow && 'TensorFlow'].filter(Boolean);
  if (lacking.length === 0) return { end: () => Promise.resolve() };
  say(`  Setting up ${lacking.join(' and ')} beside the app.`);
  // Its lines come whole, so that they never run into what the app says.
  const child = spawn(node, [SCRIPT, root], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  child.on('error', (error) => say(`Set-up could not be started: ${error.message}`));
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
