// Which device the tensors live on, by TensorFlow's own account, and what a person calls it.

import { availableParallelism, cpus } from 'node:os';
import type { Device, DeviceInfo } from '../../shared/training.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { askDriver } from './nvidia.ts';

/** Loads TensorFlow for the wish of the person and says what it runs on. Throws 'training-unavailable'.
 *  A process keeps the device it first loaded: the wish for a CPU must come before the GPU was taken. */
export async function openDevice(wish: Device): Promise<DeviceInfo> {
  if (wish === 'cpu') process.env['CUDA_VISIBLE_DEVICES'] ??= '-1';
  const { runtime } = await import('./tensorflow.ts');
  const kind = runtime && (await import('./execute.ts')).native.isUsingGpuDevice ? 'gpu' : 'cpu';
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
  if (kind === 'gpu') return { kind, name: askDriver('name') ?? 'GPU' };
  const cores = availableParallelism();
  const used = runtime ? `${cores} ${cores === 1 ? 'core' : 'cores'}` : '1 core, TensorFlow.js WebAssembly';
  return { kind, name: `${cpuModel()} (${used})` };
}

const cpuModel = (): string => cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'CPU';
