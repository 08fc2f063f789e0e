// What a person is told of the device: its memory, how fast it multiplies, and why a GPU that is there goes unused.

import { existsSync, readdirSync } from 'node:fs';
import { constants, totalmem } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Device, DeviceInfo } from '../../shared/training.ts';
import type { DescribedDevice, GpuProblem } from '../messages.ts';
import { openDevice } from './device.ts';
import { askDriver, hasNvidiaGpu } from './nvidia.ts';

/** What TensorFlow's wheel for GPUs loads while it starts (CUDA 12, cuDNN 9); the first comes with the driver. */
const DRIVER = 'libcuda.so.1';
const LIBRARIES = [
  ...['libcudart.so.12', 'libcublas.so.12', 'libcublasLt.so.12', 'libcufft.so.11', 'libcusolver.so.11'],
  ...['libcusparse.so.12', 'libcudnn.so.9', 'libnccl.so.2'],
];
const SIDE = 1024;
const TIMED_RUNS = 3;
let measuredMs: number | null = null;

/** Loads TensorFlow like `openDevice`, and measures the device once a process. Throws 'training-unavailable'. */
export async function describeDevice(wish: Device): Promise<DescribedDevice> {
  const device = await openDevice(wish);
  const { runtime, whyNotNative } = await import('./tensorflow.ts');
  measuredMs ??= await timeProduct();
  const askedForCpu = wish === 'cpu';
  return {
    ...device,
    tensorflow: runtime?.tensorflow ?? null,
    memoryMb: device.kind === 'gpu' ? gpuMemoryMb() : Math.round(totalmem() / 2 ** 20),
    productMs: measuredMs,
    gpuProblem: askedForCpu || !runtime ? null : findGpuProblem(device, machineWith(runtime.folder)),
    whyNotNative,
  };
}

/** Milliseconds of one product of two 1024 × 1024 matrices: the median of three, after one that loads the kernels. */
async function timeProduct(): Promise<number> {
  const { tf } = await import('./tensorflow.ts');
  const matrix = tf.ones([SIDE, SIDE]);
  const times = [];
  for (let run = 0; run <= TIMED_RUNS; run++) {
    const began = performance.now();
    const product = tf.tidy(() => tf.sum(tf.matMul(matrix, matrix)));
    await product.data(); // A GPU has not finished before its result is read.
    times.push(performance.now() - began);
    product.dispose();
  }
  matrix.dispose();
  const sorted = times.slice(1).sort((a, b) => a - b);
  return sorted[Math.floor(TIMED_RUNS / 2)] ?? 0;
}

export interface Machine {
  hasNvidiaGpu(): boolean;
  /** Whether a shared library loads, by its name. */
  loads(library: string): boolean;
}

/** Why TensorFlow runs on the CPU of a machine that has an NVIDIA GPU; null when there is nothing to say. */
export function findGpuProblem({ kind }: DeviceInfo, { hasNvidiaGpu, loads }: Machine): GpuProblem | null {
  if (kind === 'gpu' || !hasNvidiaGpu()) return null;
  if (!loads(DRIVER)) {
    const reason = `This machine has an NVIDIA GPU, but its driver is not installed: ${DRIVER} can't be loaded.`;
    return { reason, needs: 'driver' };
  }
  const missing = LIBRARIES.filter((library) => !loads(library));
  const why =
    missing.length > 0 ? `${missing.join(', ')} can't be loaded` : 'the TensorFlow installed here is for CPUs';
  return { reason: `This machine has an NVIDIA GPU, but TensorFlow can't use it: ${why}.`, needs: 'runtime' };
}

const machineWith = (runtimeFolder: string): Machine => ({
  hasNvidiaGpu,
  loads: (library) => [library, ...installedCopies(library, runtimeFolder)].some(opens),
});

/** Node can load any shared library; one that is no addon is opened and then refused for that. */
function opens(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_LAZY);
    return true;
  } catch (error) {
    return error instanceof Error && /self-register/.test(error.message);
  }
}

/** A runtime for GPUs has the libraries of CUDA's wheels beside TensorFlow. */
function installedCopies(library: string, runtimeFolder: string): string[] {
  const nvidia = join(runtimeFolder, 'site', 'nvidia');
  if (!existsSync(nvidia)) return [];
  return readdirSync(nvidia)
    .map((part) => join(nvidia, part, 'lib', library))
    .filter((path) => existsSync(path));
}

function gpuMemoryMb(): number | null {
  const memory = Number(askDriver('memory.total'));
  return memory > 0 ? memory : null;
}
