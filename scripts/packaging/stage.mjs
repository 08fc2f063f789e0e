// Lays out what goes beside the app's archive: the pinned Node, the TensorFlow runtime, the pretrained network, and the
// word that the engine's files are modules.
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findProgram, run, tryRun } from '../setup/command.mjs';
import { pinnedNodeFile, pinnedVersion } from '../setup/pinned-node.mjs';
import { SetupError } from '../setup/steps.mjs';
import { copyRuntime } from './copy-runtime.mjs';

/** The Node to pack: npm's of the pinned version. What a person has installed may need libraries that others lack. */
export async function pinnedNode(root) {
  const node = pinnedNodeFile(root);
  const wanted = `v${pinnedVersion(root)}`;
  if (!existsSync(node))
    throw new SetupError(
      `Only this machine's own Node is here, and the app is packed with ${wanted} as npm has it`,
      'check that npm can reach its registry, then run: npm run setup',
    );
  const { output } = await tryRun(node, ['--version']);
  if (output.trim() === wanted) return node;
  throw new SetupError(`${node} is not Node ${wanted}`, 'remove its folder, then run: npm run setup');
}

/**
 * Fills `folder` anew. `node` is the path of the binary, `runtime` a folder with a runtime.json, `network` one with a
 * network.json, or null.
 *
 * @param {string} folder
 * @param {{ node: string, runtime: string, network: string | null }} parts
 */
export async function stage(folder, { node, runtime, network }) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'node'), { recursive: true });
  const placed = join(folder, 'node', basename(node));
  cpSync(node, placed);
  chmodSync(placed, 0o755);
  await strip(placed);
  await copyRuntime(runtime, join(folder, 'runtime'));
  if (network !== null) cpSync(network, join(folder, 'networks', basename(network)), { recursive: true });
  // package.json itself is in the archive, where plain Node can't read it.
  mkdirSync(join(folder, 'app.asar.unpacked'));
  writeFileSync(join(folder, 'app.asar.unpacked', 'package.json'), '{ "type": "module" }\n');
}

/** Takes the names that only a debugger reads out of a program or library: a fifth of its size. */
async function strip(file) {
  const program = process.platform === 'linux' && findProgram('strip');
  if (program) await run(program, ['--strip-unneeded', file]);
}
