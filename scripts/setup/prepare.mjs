// What every command does before its own work: the pinned Node, the packages, the pretrained network, native
// TensorFlow, a fresh build. When all is in place this costs a few file reads: no npm, no pip, no TensorFlow.
import { fileURLToPath } from 'node:url';
import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { continueUnder, ensurePinnedNode } from './pinned-node.mjs';
import { describeFailure, say } from './steps.mjs';
import { ensureNetwork } from './network.mjs';
import { ensureTensorflow } from './tensorflow.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * Prepares this checkout and goes on under the pinned Node. `network` and `tensorflow` are the options of ensureNetwork
 * and ensureTensorflow, or null to leave them to setUpBeside. Returns { node, network, tensorflow }: the path of the
 * pinned Node, and what became of the two.
 */
export async function prepare({ network = {}, tensorflow = {}, build = true } = {}) {
  const node = await ensurePinnedNode(root);
  await continueUnder(node, root);
  await ensureDependencies(root, node);
  const found = {
    network: network && (await ensureNetwork(network)),
    tensorflow: tensorflow && (await ensureTensorflow({ root, node, ...tensorflow })),
  };
  if (build) await ensureBuild(root, node);
  return { node, ...found };
}

/** Runs a command's work; a failed step ends it with what to do rather than with a stack. */
export async function runCommand(work, failureCode = 1) {
  if (process.env.npm_lifecycle_event) endWithParent();
  try {
    await work();
  } catch (error) {
    say(describeFailure(error));
    process.exitCode = failureCode;
  }
}

/** A SIGTERM to npm ends npm and its shell but never reaches what the shell runs, which would stay behind unseen. */
function endWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}
