// Models and checkpoints whose generator has the layers of an earlier version: transposed convolutions of 4 × 4.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TrainerEvent } from '../../../src/engine/messages.ts';
import { readTensorFile, writeTensorFile } from '../../../src/engine/files/tensor-file.ts';
import { loadCheckpoint, saveCheckpoint } from '../../../src/engine/pixels/checkpoint.ts';
import { loadModel, pixelNetworks, saveModel } from '../../../src/engine/pixels/model.ts';
import { recipeFor } from '../../../src/engine/pixels/recipe.ts';
import { train } from '../../../src/engine/pixels/train-on-pixels.ts';
import { TrainedWeights } from '../../../src/engine/ssgan/optimiser.ts';
import { randomStream } from '../../../src/shared/random.ts';
import { openDevice } from '../../../src/engine/tensorflow/device.ts';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';
import '../../fixtures/needs-tensorflow.ts';

const [COUNT, SIDE, OLDER_WIDTH] = [60, 32, 16];
const folder = mkdtempSync(join(tmpdir(), 'whisker-older-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pixels = { path: join(folder, 'pixels.bin'), count: COUNT, sizePx: SIDE, channels: 1 } as const;
writeFileSync(
  pixels.path,
  Uint8Array.from({ length: COUNT * SIDE * SIDE }, (_, i) => (i * i * 31 + (i >> 5)) % 256),
);
const { classifierWidth, generatorWidth } = recipeFor({ preset: 'quick', pixels, mirror: true });
const shape = { sizePx: SIDE, channels: 1, classes: 2, network: 'strokes', classifierWidth, generatorWidth } as const;
const scale = { mean: 0.5, deviation: 0.3 };
const { classifier } = pixelNetworks(shape, scale);
const weights = classifier.initialise(tf.randomNormal([16, SIDE, SIDE, 1]), randomStream(1));

async function learn(changes: { startFrom?: string; resume?: boolean; modelDir: string }) {
  const events: TrainerEvent[] = [];
  await train(
    {
      ...{ kind: 'train', pixels, classes: 2, seed: 1, minutes: 60, device: 'auto', mirror: true, preset: 'quick' },
      labels: Int32Array.from({ length: COUNT }, (_, i) => (i < 20 ? i % 2 : -1)),
      ...{ keys: Uint32Array.from({ length: COUNT }, (_, i) => i), learnedBefore: new Int32Array(), startFrom: null },
      ...changes,
    },
    await openDevice('auto'),
    {
      ...{ stopped: () => false, paused: () => null, elapsed: () => 1, budgetSeconds: 3600 },
      emit: (event) => void events.push(event),
    },
    { labelsOnly: 2, ssgan: 12 },
  );
  return events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));
}

test('“train again” keeps the classifiers of an older model, and begins the generator anew', async () => {
  const before = join(folder, 'before');
  const older = { ...shape, generatorWidth: OLDER_WIDTH };
  saveModel(before, {
    ...{ shape: older, scale, active: 'ssgan', temperature: null },
    ...{ labelsOnly: weights, ssgan: weights, generator: null },
  });
  const path = join(before, 'model.safetensors');
  const { arrays, metadata } = readTensorFile(path);
  for (const { name, shape } of pixelNetworks(older, scale).generator.layout.entries) {
    const then = name.startsWith('up') ? [4, 4, ...shape.slice(2)] : shape;
    const size = then.reduce((product, side) => product * side, 1);
    arrays.set(`generator/${name}`, { shape: then, values: new Float32Array(size) });
  }
  writeTensorFile(path, { arrays, metadata });
  expect(loadModel(before)).toMatchObject({ ssgan: weights, generator: null });

  const modelDir = join(folder, 'after');
  await learn({ startFrom: before, modelDir });
  const after = loadModel(modelDir);
  expect(after.generator?.every(Number.isFinite)).toBe(true);
  // As wide as a new one is today.
  expect(after.shape.generatorWidth).toBe(generatorWidth);
});

test('a run that was cut off in an earlier version goes on, begins its generator anew, and says so', async () => {
  const modelDir = join(folder, 'cut-off');
  saveCheckpoint(modelDir, {
    ...{ stage: 'ssgan', labelsOnly: { steps: 2, classifier: weights } },
    ...{ elapsed: 1, stageBegan: 0, stageUntil: 3600, learnUntil: 3600 },
    state: {
      ...{ step: 8, rateMultiplier: 1, classifier: TrainedWeights.begin(weights) },
      generator: TrainedWeights.begin(new Float32Array(1000)),
    },
  });
  expect(await learn({ resume: true, modelDir })).toEqual([
    'The run began in an earlier version: its generator begins anew.',
  ]);
  const { generator } = loadModel(modelDir);
  expect(generator?.length).toBe(pixelNetworks(shape, scale).generator.layout.size);
  expect(generator?.every(Number.isFinite)).toBe(true);
  expect(loadCheckpoint(modelDir)).toBeNull();
});
