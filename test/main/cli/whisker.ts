// Runs the real command line from source in a process of its own, as a person or a script would.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const cli = join(import.meta.dirname, '../../../src/main/cli.ts');

/** The environment of a person whose Whisker keeps everything in `dataDir`. */
export const environment = (dataDir: string): NodeJS.ProcessEnv => ({ ...process.env, WHISKER_DATA_DIR: dataDir });

/** As above on a machine where TensorFlow is not installed. */
export const withoutTensorflow = (dataDir: string): NodeJS.ProcessEnv => ({
  ...environment(dataDir),
  WHISKER_CACHE_DIR: join(dataDir, 'no-cache'),
  WHISKER_RUNTIME: '',
});

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The lines of stdout as JSON; throws when one is not. */
  objects(): Record<string, unknown>[];
  /** The last of them. */
  last(): Record<string, unknown>;
}

export const startWhisker = (args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });

export function whisker(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return ended(startWhisker(args, env));
}

export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const objects = () =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr, objects, last: () => objects().at(-1) })),
  );
}
