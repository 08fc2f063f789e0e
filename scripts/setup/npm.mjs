// How set-up calls npm: the npm that runs us, under the pinned Node, and a newer one where the lock file needs it.
import { basename, delimiter, dirname } from 'node:path';
import { run } from './command.mjs';

const NEEDED_MAJOR = 11;

/** The arguments that make `npm` of this version behave as npm 11: with npm 10, Vite 8's platform parts go missing. */
export function newEnoughNpm(version) {
  const isEnough = Number.parseInt(version, 10) >= NEEDED_MAJOR;
  return isEnough ? [] : ['exec', '--yes', `npm@${NEEDED_MAJOR}`, '--'];
}

/** Runs npm with `args` as a quiet step, under `node` (default: the Node that runs us). Returns what it printed. */
export function npm(args, { node, ...options } = {}) {
  const { program, programArgs, ...how } = npmCommand(
    ['--loglevel=error', '--no-audit', '--no-fund', '--no-progress', ...args],
    node,
  );
  return run(program, programArgs, { ...how, ...options });
}

/** How to call npm with `args`: the npm that called us, else the one on PATH. */
export function npmCommand(args, node = process.execPath) {
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  const script = process.env.npm_execpath ?? '';
  if (basename(script) === 'npm-cli.js') return { program: node, programArgs: [script, ...args], env };
  const isWindows = process.platform === 'win32';
  return { program: isWindows ? 'npm.cmd' : 'npm', programArgs: args, env, shell: isWindows };
}
