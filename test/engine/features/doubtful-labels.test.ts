import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { coordinatesOf, forgetCoordinates } from '../../../src/engine/features/coordinates.ts';
import { fillNormal, randomStream, shuffle } from '../../../src/shared/random.ts';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';
import { createTrainer } from '../../../src/engine/trainer.ts';
import type { DoubtfulLabels, FeatureFile } from '../../../src/engine/messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-doubt-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Clouds of points that overlap a little, told apart by the first few numbers. */
const COUNT = 600;
const LENGTH = 24;
const CLASSES = 4;
const truth = Int32Array.from({ length: COUNT }, (_, i) => i % CLASSES);
const values = new Float32Array(COUNT * LENGTH);
fillNormal(values, randomStream(3), 0.22);
truth.forEach((k, i) => (values[i * LENGTH + k]! += 1));
const features: FeatureFile = {
  path: join(folder, 'features.f32'),
  rows: Int32Array.from(truth.keys()),
  length: LENGTH,
  backbone: 'b'.repeat(64),
};
writeFileSync(features.path, values);

const trainer = createTrainer();
const find = async (labels: Int32Array, classes = CLASSES) =>
  (await trainer.handle(
    { kind: 'find-doubtful-labels', features, labels, classes, seed: 1 },
    () => {},
  )) as DoubtfulLabels;
const labelled = (count: number) => truth.map((label, i) => (i < count ? label : -1));

/** 20 of 400 labels are another class; which are, and how many of them and of others are named. */
async function flipTwenty(seed: number) {
  const labels = labelled(400);
  const random = randomStream(seed, 2);
  const flipped = shuffle(Int32Array.from({ length: 400 }, (_, i) => i), randomStream(seed, 1)).subarray(0, 20); // prettier-ignore
  for (const i of flipped) labels[i] = ((labels[i] ?? 0) + 1 + Math.floor(random() * (CLASSES - 1))) % CLASSES;
  const found = await find(labels);
  const hits = [...found.positions].filter((i) => flipped.includes(i));
  return { found, labels, hits, precision: hits.length / found.positions.length, recall: hits.length / 20 };
}

describe('labels that look wrong', () => {
  test.each([1, 2, 3])('20 flipped labels of 400 are found, and few others with them (seed %i)', async (seed) => {
    const { precision, recall } = await flipTwenty(seed);
    expect(precision).toBeGreaterThan(0.8);
    expect(recall).toBeGreaterThan(0.7);
  });

  test('each comes with the class it looks like and ten labelled photos like it, itself not among them', async () => {
    const { found, labels, hits } = await flipTwenty(1);
    expect(found).toMatchObject({ looked: 400, each: 10 });
    expect(found.neighbours).toHaveLength(10 * found.positions.length);
    found.positions.forEach((position, i) => {
      const like = [...found.neighbours.subarray(10 * i, 10 * i + 10)];
      expect(like).not.toContain(position);
      expect(new Set(like).size).toBe(10);
      expect(like.every((at) => labels[at]! >= 0)).toBe(true);
      if (hits.includes(position)) expect(found.looksLike[i]).toBe(truth[position]);
    });
  });

  test('right labels raise next to nothing', async () => {
    const { looked, positions } = await find(labelled(400));
    expect(looked).toBe(400);
    expect(positions.length).toBeLessThanOrEqual(2);
  });

  test('labels that were dealt out at random name next to none: none is worth a look more than the rest', async () => {
    const labels = labelled(400);
    shuffle(labels.subarray(0, 400), randomStream(9));
    expect((await find(labels)).positions.length).toBeLessThan(20);
  });

  test('a class that is hardly known neither judges nor is judged', async () => {
    const lonely = labelled(100);
    // Four photos of the first cloud are called something else.
    [0, 4, 8, 12].forEach((i) => (lonely[i] = CLASSES));
    expect(await find(lonely, CLASSES + 1)).toMatchObject({ looked: 96, positions: new Int32Array() });
  });

  test('nothing is left behind but the coordinates', async () => {
    await find(labelled(100));
    const before = tf.memory().numTensors;
    const kept = coordinatesOf(features);
    await find(labelled(120));
    expect(coordinatesOf(features)).toBe(kept);
    expect(tf.memory().numTensors).toBe(before);
    forgetCoordinates();
  });
});
