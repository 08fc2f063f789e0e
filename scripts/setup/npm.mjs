// How set-up calls npm: the npm that runs us, under the pinned Node, and a newer one where the lock file needs it.
import { basename, delimiter, dirname } from 'node:path';
import { run } from './command.mjs';

const NEEDED_MAJOR = 11;

/** The arguments that make `npm` of this version behave as npm 11: with npm 10, Vite 8's platform parts go missing. */
export function newEnoughNpm(version) {
  const isEnough = Number.parseInt(version, 10) >= NEEDED_MAJOR;
  return isEnough ? [] : ['exec', '--yes', `npm@${NEEDED_MAJOR}`, '--'];
}

/** Runs npm with `args`, under `node` (default: the Node that runs us). */
export function npm(args, { node = process.execPath, ...options } = {}) {
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund', '--no-progress'];
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  const script = process.env.npm_execpath ?? '';
  if (basename(script) === 'npm-cli.js') return run(node, [script, ...quiet, ...args], { env, ...options });
  const isWindows = process.platform === 'win32';
  return run(isWindows ? 'npm.cmd' : 'npm', [...quiet, ...args], { env, shell: isWindows, ...options });
}
