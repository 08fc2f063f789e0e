// What a person is told of the device: its memory, how fast it multiplies, and why a GPU that is there goes unused.

import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Device, DeviceInfo, DeviceReport } from '../../shared/training.ts';
import { askDriver, openDevice } from './device.ts';

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
export async function describeDevice(wish: Device): Promise<DeviceReport> {
  const device = await openDevice(wish);
  measuredMs ??= await timeProduct();
  const askedForCpu = wish === 'cpu';
  return {
    ...device,
    memoryMb: device.kind === 'gpu' ? gpuMemoryMb() : Math.round(totalmem() / 2 ** 20),
    productMs: measuredMs,
    gpuProblem: askedForCpu ? null : findGpuProblem(device, machine),
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

/**
 * Why TensorFlow runs on the CPU of a machine that has an NVIDIA GPU, and what to do; null when there is nothing to
 * say.
 */
export function findGpuProblem({ kind }: DeviceInfo, { hasNvidiaGpu, loads }: Machine): DeviceReport['gpuProblem'] {
  if (kind === 'gpu' || !hasNvidiaGpu()) return null;
  const remedy = 'Run "npm run setup -- --gpu", then start Whisker again.';
  if (!loads(DRIVER)) {
    return {
      reason: `This machine has an NVIDIA GPU, but its driver is not installed: ${DRIVER} can't be loaded.`,
      remedy: `Install the NVIDIA driver. ${remedy}`,
    };
  }
  const missing = LIBRARIES.filter((library) => !loads(library));
  const why =
    missing.length > 0 ? `${missing.join(', ')} can't be loaded` : 'the TensorFlow installed here is for CPUs';
  return { reason: `This machine has an NVIDIA GPU, but TensorFlow can't use it: ${why}.`, remedy };
}

const machine: Machine = {
  hasNvidiaGpu: () =>
    existsSync('/dev/nvidia0') || existsSync('/proc/driver/nvidia/gpus') || askDriver('name') !== null,
  loads: (library) => [library, ...installedCopies(library)].some(opens),
};

/** Node can load any shared library; one that is no addon is opened and then refused for that. */
function opens(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_LAZY);
    return true;
  } catch (error) {
    return error instanceof Error && /self-register/.test(error.message);
  }
}

/** Where set-up unpacks CUDA wheels: beside the addon that TensorFlow.js links to. */
function installedCopies(library: string): string[] {
  try {
    const packaged = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json');
    const addon = realpathSync(join(dirname(packaged), 'lib', 'napi-v8', 'tfjs_binding.node'));
    const nvidia = join(addon, '..', '..', '..', 'site', 'nvidia');
    return readdirSync(nvidia)
      .map((part) => join(nvidia, part, 'lib', library))
      .filter((path) => existsSync(path));
  } catch {
    return []; // Installed in another way, or without CUDA.
  }
}

function gpuMemoryMb(): number | null {
  const memory = Number(askDriver('memory.total'));
  return memory > 0 ? memory : null;
}
