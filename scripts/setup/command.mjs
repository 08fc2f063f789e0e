// Runs other programs for set-up: output is kept, not shown, and a failure carries its last lines.
import { spawn } from 'node:child_process';
import { accessSync, constants as access, statSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { SetupError } from './steps.mjs';

const KEPT_CHARACTERS = 20_000;

/**
 * Runs a program to its end: { code, output }, `output` being the end of stdout and stderr together.
 * `code` is null when it could not be started, was killed, or ran past `timeoutMs`. Stopping set-up stops it too.
 */
export function tryRun(program, args, { timeoutMs, ...options } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-KEPT_CHARACTERS);
    };
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const timer = timeoutMs && setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const stopListening = onInterrupt((code) => {
      child.kill();
      process.exit(code);
    });
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
 * Hands the terminal over to a program and resolves with the exit code to end with. Signals reach it; a Ctrl-C in a
 * terminal already did, because the terminal sends it to both.
 */
export function handOver(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options });
    const stopListening = onInterrupt((code, signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      stopListening();
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** Calls `listener(exitCode, signal)` on SIGINT, SIGTERM and SIGHUP until the returned function is called. */
function onInterrupt(listener) {
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [
    signal,
    () => listener(128 + constants.signals[signal], signal),
  ]);
  for (const [signal, call] of listeners) process.on(signal, call);
  return () => listeners.forEach(([signal, call]) => process.off(signal, call));
}

/** Like tryRun, but anything except exit code 0 is a SetupError: `failure` in a sentence, and what the program said. */
export async function run(program, args, { failure, remedy, ...options } = {}) {
  const { code, output } = await tryRun(program, args, options);
  if (code === 0) return output;
  const command = [program, ...args.slice(0, 3)].map((part) => basename(part)).join(' ');
  const ended = code === null ? 'did not finish' : `ended with code ${code}`;
  throw new SetupError(failure ?? `${command} ${ended}`, remedy, `${command} ${ended}:\n${lastLines(output)}`);
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
