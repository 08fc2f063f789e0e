// Programs that the benches run as processes of their own, and which Python has PyTorch. Loads no TensorFlow, which
// would take a graphics card whole.

import { spawnSync } from 'node:child_process';

export const python = process.env['WHISKER_PYTHON'] ?? 'python3';

/** Why there is nothing to compare with; null where there is. `gpu`: whether it must compute on a graphics card. */
export function pytorchMissing(gpu: boolean): string | null {
  const needs = gpu ? 'import torch; assert torch.cuda.is_available()' : 'import torch';
  if (spawnSync(python, ['-c', needs]).status === 0) return null;
  const lacks = gpu ? 'has no PyTorch that uses the graphics card' : "can't import torch";
  return `PyTorch is left out, because ${python} ${lacks}; name a Python that does in WHISKER_PYTHON.`;
}

/**
 * The JSON in the last line that a program prints, which the caller knows the shape of. Throws with the end of what it
 * said on stderr when it fails.
 */
export function lastLineOf<T>(program: string, args: readonly string[], env: Record<string, string> = {}): T {
  const { status, signal, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const last = stdout.trimEnd().split('\n').at(-1);
  if (status === 0 && last) return JSON.parse(last) as T;
  const why = stderr.split('\n').findLast((line) => /error|exception/i.test(line)) ?? stderr.slice(-200);
  throw new Error(`${args[0]} ended with ${signal ?? status}: ${why.trim()}`);
}
