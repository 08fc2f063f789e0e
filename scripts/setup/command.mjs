// Runs other programs for set-up: output is kept, not shown, and a failure carries its last lines.
import { spawn } from 'node:child_process';
import { accessSync, constants as access, statSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { SetupError } from './steps.mjs';

const KEPT_CHARACTERS = 20_000;
const LAST_WORDS_MS = 500;

/**
 * Runs a program to its end: { code, output }, `output` being the end of stdout and stderr together.
 * `code` is null when it could not be started, was killed, or ran past `timeoutMs`. Stopping set-up stops it too.
 * `onMessage` is called with what the program, one of Node's, sends us.
 */
export function tryRun(program, args, { timeoutMs, onMessage, ...options } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-KEPT_CHARACTERS);
    };
    const stopListening = onInterrupt((code) => {
      child.kill();
      process.exit(code);
    });
    const stdio = ['ignore', 'pipe', 'pipe', ...(onMessage ? ['ipc'] : [])];
    const child = spawn(program, args, { stdio, ...options });
    if (onMessage) child.on('message', onMessage);
    const timer = timeoutMs && setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const end = (result) => {
      clearTimeout(timer);
      stopListening();
      resolve(result);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => end({ code: null, output: error.message }));
    child.on('close', (code) => end({ code, output }));
  });
}

/**
 * Hands the terminal over to a program: how it ended, as { code, signal, asked }. One of `code` and `signal` is null;
 * `asked` is the signal that told us to end meanwhile, if one did. Signals reach the program; a Ctrl-C in a terminal
 * already did, because the terminal sends it to both. `onStart` is called with the child.
 *
 * @typedef {import('node:child_process').ChildProcess} ChildProcess
 * @typedef {import('node:child_process').SpawnOptions} SpawnOptions
 * @param {string} program
 * @param {readonly string[]} args
 * @param {SpawnOptions & { onStart?: (child: ChildProcess) => void }} [options]
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, asked: NodeJS.Signals | null }>}
 */
export function handOver(program, args, { onStart, ...options } = {}) {
  return new Promise((resolve, reject) => {
    let asked = null;
    // Before the child is there: a signal that comes while it starts is for it too.
    const stopListening = onInterrupt((code, signal) => {
      asked = signal;
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
    const child = spawn(program, args, { stdio: 'inherit', ...options });
    child.on('error', (error) => {
      stopListening();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      // What the child started may still hold its pipes open; that is no reason to wait.
      const end = () => {
        clearTimeout(timer);
        stopListening();
        child.stderr?.destroy();
        resolve({ code, signal, asked });
      };
      const timer = setTimeout(end, LAST_WORDS_MS);
      child.once('close', end);
    });
    onStart?.(child);
  });
}

/** The exit code that tells our own caller how a program ended; a shell would say the same. */
export const exitCodeOf = ({ code, signal }) => code ?? 128 + constants.signals[signal];

/** Calls `listener(exitCode, signal)` on SIGINT, SIGTERM and SIGHUP until the returned function is called. */
export function onInterrupt(listener) {
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [
    signal,
    () => listener(128 + constants.signals[signal], signal),
  ]);
  for (const [signal, call] of listeners) process.on(signal, call);
  return () => listeners.forEach(([signal, call]) => process.off(signal, call));
}

/**
 * Like tryRun, but anything except exit code 0 is a SetupError: `failure` in a sentence, what the program said, and
 * `remedy`, which may depend on that: a sentence, or a function of the output.
 */
export async function run(program, args, { failure, remedy, ...options } = {}) {
  const { code, output } = await tryRun(program, args, options);
  if (code === 0) return output;
  const command = [program, ...args.slice(0, 3)].map((part) => basename(part)).join(' ');
  const ended = code === null ? 'did not finish' : `ended with code ${code}`;
  const whatToDo = typeof remedy === 'function' ? remedy(output) : remedy;
  throw new SetupError(failure ?? `${command} ${ended}`, whatToDo, `${command} ${ended}:\n${lastLines(output)}`);
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
    accessSync(file, access.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The end of what a program said, without the stack that only its authors can read. */
function lastLines(text) {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim() && !/^\s+at /.test(line));
  return lines.slice(-8).join('\n') || 'it said nothing';
}
