// How set-up calls npm: the npm that runs us, under the pinned Node, and a newer one where the lock file needs it.
import { existsSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { findProgram, run } from './command.mjs';

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
export function npmCommand(args, node = process.execPath, platform = process.platform) {
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  const script = npmScript(platform);
  if (script) return { program: node, programArgs: [script, ...args], env };
  if (platform !== 'win32') return { program: 'npm', programArgs: args, env };
  // A batch file needs a shell, which splits what is not quoted.
  return { program: 'npm.cmd', programArgs: args.map((argument) => `"${argument}"`), env, shell: true };
}

/** npm's own program for Node: of the npm that called us, else on Windows what the batch file on PATH would run. */
function npmScript(platform) {
  const caller = process.env.npm_execpath ?? '';
  if (basename(caller) === 'npm-cli.js') return caller;
  const batch = platform === 'win32' ? findProgram('npm') : undefined;
  const script = batch && join(dirname(batch), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return script && existsSync(script) ? script : undefined;
}
