import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createTrainer } from '../../../src/engine/trainer.ts';
import { coordinatesOf, forgetCoordinates } from '../../../src/engine/features/coordinates.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';
import { accuracyOf } from '../../../src/engine/measuring/held-out.ts';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { FeatureFile, LearnedLive, LearnLiveRequest } from '../../../src/engine/messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-live-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Three clouds of points, told apart by the first three numbers. */
const COUNT = 300;
const LENGTH = 16;
const truth = Int32Array.from({ length: COUNT }, (_, i) => i % 3);
const values = new Float32Array(COUNT * LENGTH);
fillNormal(values, randomStream(1), 0.15);
truth.forEach((k, i) => (values[i * LENGTH + k] = 1));
const features: FeatureFile = {
  path: join(folder, 'features.f32'),
  rows: Int32Array.from(truth.keys()),
  length: LENGTH,
  backbone: 'b'.repeat(64),
};
writeFileSync(features.path, values);

const request = (labelled: number, effort: LearnLiveRequest['effort'] = 'quick'): LearnLiveRequest => ({
  ...{ kind: 'learn-live', features, classes: 3, effort, seed: 1 },
  labels: truth.map((label, i) => (i < labelled ? label : -1)),
  bursts: Int32Array.from(truth.keys()),
});
const trainer = createTrainer();
const ask = async (asked: LearnLiveRequest) => (await trainer.handle(asked, () => {})) as LearnedLive;
const accuracy = ({ probabilities }: LearnedLive) => accuracyOf(probabilities, truth, 3).accuracy;

describe('learning while labels come', () => {
  test('a label of each class gives every photo its probabilities at once', async () => {
    const learned = await ask(request(3));
    expect(learned).toMatchObject({ head: 'logistic', estimate: null });
    expect(learned.probabilities).toHaveLength(COUNT * 3);
    expect(accuracy(learned)).toBeGreaterThan(0.9);
  });

  test('two classes are enough when a third has no label yet, and one is not', async () => {
    const learned = await ask(request(2));
    const third = learned.probabilities.filter((_, i) => i % 3 === 2);
    expect(Math.max(...third)).toBeLessThan(0.5);
    await expect(ask(request(1))).rejects.toMatchObject({ code: 'too-few-labels' });
  });

  test('asked to be thorough it also says how often it is right, on labels left out in turn', async () => {
    const learned = await ask(request(12, 'thorough'));
    expect(learned).toMatchObject({ head: 'propagation', estimate: { n: 12 } });
    expect(learned.estimate?.accuracy).toBeGreaterThan(0.8);
    expect(accuracy(learned)).toBeGreaterThan(0.97);
  });

  test('newer labels end what still learns from older ones', async () => {
    const older = ask(request(12, 'thorough'));
    const newer = ask(request(15));
    await expect(older).rejects.toMatchObject({ code: 'cancelled' });
    expect(accuracy(await newer)).toBeGreaterThan(0.9);
  });

  test('photos are read and projected once, and nothing is left behind but their coordinates', async () => {
    await ask(request(6));
    const before = tf.memory().numTensors;
    const kept = coordinatesOf(features);
    await ask(request(9, 'thorough'));
    expect(coordinatesOf(features)).toBe(kept);
    expect(tf.memory().numTensors).toBe(before);
    forgetCoordinates();
  });
});
