// The Node that Whisker runs under, whichever one started us: the exact version of the `node` npm package in the lock
// file, kept in the cache so that clones share it and npm can replace node_modules while it runs.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { readJson, writeJson } from './cache.mjs';
import { exitCodeOf, handOver } from './command.mjs';
import { ensureNode, nodeArch, nodeFile, nodePackage } from './node-from-npm.mjs';
import { say, SetupError } from './steps.mjs';

/** The version in the lock file, e.g. "26.10.0". */
export function pinnedVersion(root) {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages['node_modules/node'].version;
}

/** Where the cache has the pinned Node of this platform, once it was downloaded. */
export const pinnedNodeFile = (root) => nodeFile(pinnedVersion(root));

/** The committed table of its packages and their bytes: { version, packages: { name: integrity } }. */
export const pinnedPackages = (root) => readJson(join(root, 'scripts', 'setup', 'pinned-node.json'));

/**
 * The path of the pinned Node's binary, downloaded first if need be. Where it can't be had (there is no such package
 * for every platform), the Node that runs us will do if it is of the same major version; that answer is remembered.
 */
export async function ensurePinnedNode(root) {
  const version = pinnedVersion(root);
  const node = pinnedNodeFile(root);
  if (existsSync(node)) return node;
  const answer = `${dirname(node)}.json`;
  const isCloseEnough = major(process.version) === major(version);
  if (isCloseEnough && readJson(answer)?.ok === false) return process.execPath;
  try {
    return await ensureNode(version, { integrity: knownIntegrity(root, version), instead: byHand(version) });
  } catch (error) {
    if (!(error instanceof SetupError) || !isCloseEnough) throw error;
    say(`  Going on under Node ${process.version}, which is close enough`);
    writeJson(answer, { ok: false, reason: error.message });
    return process.execPath;
  }
}

/** Of a platform that is not in the table there is no package that anybody has looked at. */
function knownIntegrity(root, version) {
  const { platform, arch } = process;
  const integrity = pinnedPackages(root).packages[nodePackage(platform, arch)];
  if (integrity) return integrity;
  throw new SetupError(`npm has no Node ${version} for ${platform} on ${arch}`, byHand(version));
}

const byHand = (version) => `install Node ${major(version)} from nodejs.org, then start again`;
const major = (version) => Number.parseInt(version.replace('v', ''), 10);

/** Runs this same command again under `node` when another Node runs it now, and ends with its exit code. */
export async function continueUnder(node, root) {
  const isPinned = process.version === `v${pinnedVersion(root)}`;
  if (node === process.execPath || (isPinned && process.arch === nodeArch(process.platform, process.arch))) return;
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  process.exit(exitCodeOf(await handOver(node, process.argv.slice(1), { env })));
}
