// Learning on features where no native TensorFlow is found, against native TensorFlow: each in processes of its own, as
// what is loaded stays.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { writeImageNetwork } from '../../fixtures/image-network.ts';
import '../../fixtures/needs-tensorflow.ts';
import type { FeatureFile, TrainerEvent, TrainOnFeaturesRequest } from '../../../src/engine/messages.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';
import { createEngine } from '../../../src/main/engine-host/engine.ts';
import { WhiskerError } from '../../../src/shared/errors.ts';
import type { Taken } from './twenty-steps.ts';

const program = join(import.meta.dirname, 'twenty-steps.ts');
const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');
const folder = mkdtempSync(join(tmpdir(), 'whisker-without-native-'));
afterAll(() => rmSync(folder, { recursive: true }));
const nowhere = { WHISKER_CACHE_DIR: join(folder, 'cache'), WHISKER_RUNTIME: '' };

async function takeSteps(generator: string, env: NodeJS.ProcessEnv): Promise<Taken> {
  const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(process.execPath, [program, generator], options);
  return JSON.parse(stdout);
}

const farthest = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);

const allLosses = ({ losses }: Taken, steps = losses.length): number[] =>
  losses.slice(0, steps).flatMap((of) => Object.values(of).filter((value) => value !== null));

describe('the same step, with the same random numbers', () => {
  test('has the same losses after each of twenty steps, and the same weights after them', async () => {
    const [native, own] = await Promise.all([takeSteps('gaussian', {}), takeSteps('gaussian', nowhere)]);
    expect([native.backend, own.backend]).toEqual(['tensorflow', 'wasm']);
    expect(allLosses(own)).toHaveLength(60);
    expect(farthest(allLosses(own), allLosses(native))).toBeLessThan(1e-4);
    expect(farthest(own.weights, native.weights)).toBeLessThan(1e-4);
    expect(farthest(own.average, native.average)).toBeLessThan(1e-4);
  });

  test('so with a generator that learns, until rounding turns one of its |·| around', async () => {
    const [native, own] = await Promise.all([takeSteps('learned', {}), takeSteps('learned', nowhere)]);
    expect(allLosses(own, 2)).toHaveLength(8);
    expect(farthest(allLosses(own, 2), allLosses(native, 2))).toBeLessThan(1e-5);
    expect(farthest(allLosses(own, 6), allLosses(native, 6))).toBeLessThan(1e-3);
  });
});

// Two clouds side by side; half a minute is more than enough to tell them apart on a quiet machine.
const COUNT = 600;
const LENGTH = 16;
const truth = Int32Array.from({ length: COUNT }, (_, i) => i % 2);
const values = new Float32Array(COUNT * LENGTH);
fillNormal(values, randomStream(1), 0.05);
truth.forEach((side, i) => {
  values[i * LENGTH] = 1;
  values[i * LENGTH + 1] = side ? 0.35 : -0.35;
  values[i * LENGTH + 2] = 4 * (values[i * LENGTH + 2] ?? 0);
});
const features: FeatureFile = {
  path: join(folder, 'features.f32'),
  rows: Int32Array.from(truth.keys()),
  length: LENGTH,
  backbone: 'b'.repeat(64),
};
writeFileSync(features.path, values);
const modelDir = join(folder, 'model');
const lesson = {
  labels: truth.map((label, i) => (i < 4 ? label : -1)),
  ...{ keys: Uint32Array.from(truth.keys()), learnedBefore: new Int32Array() },
  ...{ classes: 2, seed: 1, minutes: 0.5, device: 'auto' as const, startFrom: null, modelDir },
} satisfies Omit<TrainOnFeaturesRequest, 'kind' | 'features'>;

function startEngine(role: 'trainer' | 'extractor', env: Record<string, string>) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const engine = createEngine({ role, node: process.execPath, entry });
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await engine.kill();
  });
  return engine;
}

test('a whole run learns, says what it ran on, and its model predicts the same natively', async () => {
  const own = startEngine('trainer', nowhere);
  const events: TrainerEvent[] = [];
  const reply = await own.request(
    { kind: 'train-on-features', features, ...lesson },
    { onEvent: (event) => events.push(event) },
  );
  expect(reply.status).toBe('finished');
  expect(reply.device.name).toMatch(/\(1 core, TensorFlow\.js WebAssembly\)$/);
  const right = truth.filter((label, i) => (reply.probabilities[2 * i + label] ?? 0) > 0.5).length;
  expect(right / COUNT).toBeGreaterThan(0.9);
  const predict = { kind: 'predict-features', features, modelDir, device: 'auto' } as const;
  const again = await own.request(predict);
  vi.unstubAllEnvs();
  const native = await startEngine('trainer', {}).request(predict);
  expect(farthest([...again.probabilities], [...reply.probabilities])).toBeLessThan(1e-6);
  expect(farthest([...native.probabilities], [...reply.probabilities])).toBeLessThan(1e-4);
}, 180_000);

test('a network in TensorFlow.js format is refused with what to choose instead', async () => {
  const { folder: path } = writeImageNetwork(join(folder, 'network'));
  await expect(
    startEngine('extractor', nowhere).request({ kind: 'open-backbone', backbone: { path } }),
  ).rejects.toEqual(
    new WhiskerError(
      'training-unavailable',
      'A network in TensorFlow.js format needs native TensorFlow to look at photos. ' +
        'TensorFlow is not installed on this computer.',
      'Choose an image network as an ONNX file, which needs none.',
    ),
  );
});

test('pixels are refused with the reason, before anything is read', async () => {
  const own = startEngine('trainer', nowhere);
  const pixels = { path: 'nowhere', count: COUNT, sizePx: 32, channels: 1 } as const;
  const request = { ...lesson, kind: 'train', pixels, mirror: false, preset: 'quick' } as const;
  const refusal = {
    code: 'training-unavailable',
    message: 'Learning from your photos alone needs native TensorFlow. TensorFlow is not installed on this computer.',
  };
  await expect(own.request(request)).rejects.toMatchObject(refusal);
  await expect(own.request(request)).rejects.toMatchObject(refusal);
  await expect(own.request({ kind: 'predict', pixels, modelDir, device: 'auto' })).rejects.toMatchObject(refusal);
});

test('a runtime that is to be proved is never replaced', async () => {
  const own = startEngine('trainer', nowhere);
  await expect(
    own.request({ kind: 'describe', device: 'auto', runtime: join(folder, 'no-runtime') }),
  ).rejects.toMatchObject({ code: 'training-unavailable', message: 'TensorFlow is not installed on this computer.' });
});
