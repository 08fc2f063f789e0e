import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';
import { createTrainer } from '../../../src/engine/trainer.ts';
import type { FeatureFile, MeasuredCurve } from '../../../src/engine/messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-curve-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Clouds of points, told apart by the first few numbers; the wider `spread`, the more they overlap. */
const COUNT = 400;
const LENGTH = 16;
const CLASSES = 3;
const truth = Int32Array.from({ length: COUNT }, (_, i) => i % CLASSES);

function clouds(name: string, spread: number): FeatureFile {
  const values = new Float32Array(COUNT * LENGTH);
  fillNormal(values, randomStream(3), spread);
  truth.forEach((k, i) => (values[i * LENGTH + k]! += 1));
  const path = join(folder, name);
  writeFileSync(path, values);
  return { path, rows: Int32Array.from(truth.keys()), length: LENGTH, backbone: 'b'.repeat(64) };
}

const trainer = createTrainer();
const labels = truth.map((label, i) => (i < 90 ? label : -1));
const curve = async (features: FeatureFile) =>
  (await trainer.handle(
    { kind: 'measure-curve', features, labels, bursts: Int32Array.from(labels.keys()), classes: CLASSES, seed: 1 },
    () => {},
  )) as MeasuredCurve;

test('each point is one more of nested subsets in which every class has its share', async () => {
  const { points, draws } = await curve(clouds('wide.f32', 0.7));
  expect(draws).toBe(10);
  expect(points.map((point) => point.labels)).toEqual([9, 13, 18, 25, 36, 51, 72]);
  for (const [j, { labels: size, learnedFrom, accuracy }] of points.entries()) {
    expect(learnedFrom).toHaveLength(size);
    expect(new Set(learnedFrom).size).toBe(size);
    expect(accuracy.n).toBe(90);
    const counts = [0, 1, 2].map((k) => learnedFrom.filter((i) => labels[i] === k).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(learnedFrom.every((i) => i < 90)).toBe(true);
    expect([...(points[j + 1]?.learnedFrom ?? learnedFrom)]).toEqual(expect.arrayContaining([...learnedFrom]));
  }
});

test('where classes overlap more labels help, and the promise goes on from there', async () => {
  const { points, forecasts } = await curve(clouds('wide.f32', 0.7));
  expect(points.at(-1)!.accuracy.accuracy).toBeGreaterThan(points[0]!.accuracy.accuracy);
  expect(forecasts.map((ahead) => ahead.labels)).toEqual([90, 110, 180]);
  expect(forecasts[0]!.gain.difference).toBe(0);
  expect(forecasts[2]!.accuracy).toBeGreaterThanOrEqual(forecasts[1]!.accuracy);
  for (const { accuracy, low, high, gain } of forecasts) {
    expect(low).toBeLessThan(accuracy);
    expect(high).toBeGreaterThanOrEqual(accuracy);
    expect(gain.low).toBeLessThanOrEqual(gain.difference);
    expect(gain.high).toBeGreaterThanOrEqual(gain.difference);
  }
});

test('where classes lie apart all is right from the first labels on, and nothing is promised', async () => {
  const { points, forecasts } = await curve(clouds('narrow.f32', 0.05));
  expect(points.map(({ accuracy }) => accuracy.accuracy)).toEqual(points.map(() => 1));
  expect(forecasts[1]!.gain.difference).toBe(0);
  expect(forecasts[1]!.gain.high).toBeLessThan(0.01);
});
