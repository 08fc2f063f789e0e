// Runs other programs for set-up: output is kept, not shown, and a failure carries its last lines.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './steps.mjs';

const KEPT_CHARACTERS = 20_000;

/**
 * Runs a program to its end: { code, output }, `output` being the end of stdout and stderr together.
 * `code` is null when it could not be started, was killed, or ran past `timeoutMs`.
 */
export function tryRun(program, args, { timeoutMs, ...options } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-KEPT_CHARACTERS);
    };
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const timer = timeoutMs && setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: null, output: error.message });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** Like tryRun, but anything except exit code 0 is a SetupError with the program's last lines and `remedy`. */
export async function run(program, args, { remedy, ...options } = {}) {
  const { code, output } = await tryRun(program, args, options);
  if (code === 0) return output;
  const ended = code === null ? 'did not finish' : `ended with code ${code}`;
  throw new SetupError(`${program} ${args[0] ?? ''} ${ended}: ${lastLines(output)}`, remedy);
}

/** The full path of a program on PATH, or undefined. Cheap: no process is started. */
export function findProgram(name, env = process.env) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean))
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (isProgram(file)) return file;
    }
  return undefined;
}

export function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

const lastLines = (text) => text.trim().split('\n').slice(-6).join('\n    ') || 'it said nothing';
