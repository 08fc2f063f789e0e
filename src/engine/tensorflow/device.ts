// Which device the tensors live on, by TensorFlow's own account, and what a person calls it.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import type { Device, DeviceInfo } from '../../shared/training.ts';
import { WhiskerError } from '../../shared/errors.ts';

/** Loads TensorFlow for the wish of the person and says what it runs on. Throws 'training-unavailable'.
 *  A process keeps the device it first loaded: the wish for a CPU must come before the GPU was taken. */
export async function openDevice(wish: Device): Promise<DeviceInfo> {
  if (wish === 'cpu') process.env['CUDA_VISIBLE_DEVICES'] ??= '-1';
  const { native } = await import('./execute.ts');
  const kind = native.isUsingGpuDevice ? 'gpu' : 'cpu';
  if (wish === 'gpu' && kind === 'cpu') {
    throw new WhiskerError(
      'training-unavailable',
      'Training on the GPU was asked for, but TensorFlow sees no GPU here.',
      'Choose the CPU.',
    );
  }
  if (wish === 'cpu' && kind === 'gpu') {
    throw new WhiskerError(
      'training-unavailable',
      'This process already runs on the GPU.',
      'Train again to use the CPU.',
    );
  }
  return { kind, name: kind === 'gpu' ? (askDriver('name') ?? 'GPU') : cpuName() };
}

function cpuName(): string {
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim();
  const cores = availableParallelism();
  return `${model || 'CPU'} (${cores} ${cores === 1 ? 'core' : 'cores'})`;
}

/** Whether the machine has one, used or not. */
export const hasNvidiaGpu = (): boolean =>
  existsSync('/dev/nvidia0') || existsSync('/proc/driver/nvidia/gpus') || askDriver('name') !== null;

/** One fact of the first GPU, without its unit; null when the driver's tool is missing or silent. */
export function askDriver(fact: 'name' | 'memory.total'): string | null {
  try {
    const query = [`--query-gpu=${fact}`, '--format=csv,noheader,nounits'];
    const answer = execFileSync('nvidia-smi', query, {
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return answer.split('\n')[0]?.trim() || null;
  } catch {
    // The driver's tool is a convenience: TensorFlow itself is what proves a GPU.
    return null;
  }
}
