import { totalmem } from 'node:os';
import { describe, expect, test } from 'vitest';
import { describeDevice, findGpuProblem } from '../../../src/engine/tensorflow/describe-device.ts';
import { hasTensorflow } from '../../fixtures/tensorflow.ts';

describe('why a GPU goes unused', () => {
  const cpu = { kind: 'cpu', name: 'A processor' } as const;
  const lacking = (...missing: string[]) => ({
    hasNvidiaGpu: () => true,
    loads: (library: string) => !missing.includes(library),
  });

  test('is nothing to speak of on a machine without one, or when it is used', () => {
    expect(findGpuProblem(cpu, { hasNvidiaGpu: () => false, loads: () => false })).toBeNull();
    expect(findGpuProblem({ kind: 'gpu', name: 'A GPU' }, lacking('libcudnn.so.9'))).toBeNull();
  });

  test('names each library that is missing', () => {
    const problem = findGpuProblem(cpu, lacking('libcudnn.so.9', 'libcufft.so.11'));
    expect(problem?.reason).toMatch(/: libcufft\.so\.11, libcudnn\.so\.9 can't be loaded\.$/);
    expect(problem?.needs).toBe('runtime');
  });

  test('is the driver first, because no library works without it', () => {
    const problem = findGpuProblem(cpu, lacking('libcuda.so.1', 'libcudnn.so.9'));
    expect(problem?.reason).toMatch(/driver is not installed/);
    expect(problem?.needs).toBe('driver');
  });

  test('is a TensorFlow for CPUs when every library is there', () => {
    const problem = findGpuProblem(cpu, lacking());
    expect(problem?.reason).toMatch(/TensorFlow installed here is for CPUs/);
    expect(problem?.needs).toBe('runtime');
  });
});

test.skipIf(!hasTensorflow)('a device says its memory and proves itself by a product', async () => {
  const report = await describeDevice('auto');
  expect(report.tensorflow).toMatch(/^2\.\d+\.\d+$/);
  expect(report.productMs).toBeGreaterThan(0.01);
  if (report.kind === 'cpu') expect(report.memoryMb).toBe(Math.round(totalmem() / 2 ** 20));
  expect(await describeDevice('auto')).toEqual(report);
});
