// A library of more photos than lie in memory as float32: what is asked of it is answered from a byte a number, and a
// run learns from a pool of it and speaks of all.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createTrainer } from '../../../src/engine/trainer.ts';
import {
  compactChunks,
  compactCoordinatesOf,
  forgetCompactCoordinates,
  gatherCompact,
} from '../../../src/engine/features/compact-coordinates.ts';
import { drawn, MOST_IN_POOL, withinPool } from '../../../src/engine/features/pool.ts';
import { coordinatesOf, forgetCoordinates } from '../../../src/engine/features/coordinates.ts';
import type { FeatureFile, LearnedLive, TrainerReplies, TrainerRequest } from '../../../src/engine/messages.ts';
import { accuracyOf } from '../../../src/engine/measuring/held-out.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-large-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two clouds of points, told apart by the first two of eight numbers. */
const COUNT = MOST_IN_POOL + 1000;
const LENGTH = 8;
const truth = new Int32Array(COUNT).map((_, i) => i % 2);
const values = new Float32Array(COUNT * LENGTH);
fillNormal(values, randomStream(1), 0.2);
truth.forEach((k, i) => (values[i * LENGTH + k] = 1));
const features: FeatureFile = {
  path: join(folder, 'features.f32'),
  rows: truth.map((_, i) => i),
  length: LENGTH,
  backbone: 'b'.repeat(64),
};
writeFileSync(features.path, values);
/** The last photos have the labels, so that no position in a pool is that in the library. */
const labels = truth.map((label, i) => (i >= COUNT - 60 ? label : -1));
const bursts = truth.map((_, i) => i);

const trainer = createTrainer();
const events: unknown[] = [];
const ask = <R extends TrainerRequest>(request: R) =>
  trainer.handle(request, (event) => events.push(event)) as Promise<TrainerReplies[R['kind']]>;

describe('a byte a number', () => {
  test('is the coordinate to a step that is small beside the noise that the networks learn under', () => {
    const few = { ...features, rows: features.rows.subarray(0, 3000) };
    const exact = coordinatesOf(few).dataSync<'float32'>().slice();
    forgetCoordinates();
    const compact = compactCoordinatesOf(few);
    const x = gatherCompact(compact, Int32Array.from(few.rows.keys())).dataSync<'float32'>();
    const off = x.map((value, at) => Math.abs(value - exact[at]!)).sort();
    expect(off[Math.floor(0.999 * off.length)]).toBeLessThan(0.1);
    const chunks = [...compactChunks(compact)].map((chunk) => chunk.dataSync<'float32'>());
    expect(chunks.flatMap((chunk) => [...chunk])).toEqual([...x]);
    forgetCompactCoordinates();
  });
});

describe('a pool', () => {
  test('holds every label and others at random, and a lesson within it is about the same photos', () => {
    const pool = drawn(labels, Int32Array.of(5), 1, 1000);
    expect(pool).toHaveLength(1000);
    expect([...pool].filter((i) => labels[i] !== -1)).toHaveLength(60);
    expect(pool).toContain(5);
    const lesson = withinPool(
      {
        ...{ kind: 'train-on-features', features, labels, classes: 2, keys: Uint32Array.from(bursts), seed: 1 },
        ...{ learnedBefore: Int32Array.of(3, COUNT - 1), preview: Int32Array.of(5), minutes: 1, device: 'cpu' },
        ...{ startFrom: null, modelDir: '' },
      },
      pool,
    );
    expect(lesson.features.rows).toEqual(pool);
    expect([...lesson.labels].filter((label) => label !== -1)).toHaveLength(60);
    expect([...lesson.learnedBefore].map((i) => pool[i])).toEqual([COUNT - 1]);
    expect([...lesson.preview!].map((i) => pool[i])).toEqual([5]);
  });
});

describe('a large library', () => {
  test('every photo is told while labels come, and the guesses measure themselves', async () => {
    const request = { kind: 'learn-live', features, labels, bursts, classes: 2, effort: 'thorough', seed: 1 } as const;
    const learned: LearnedLive = await ask(request);
    expect(learned).toMatchObject({ head: 'logistic', estimate: { n: 60 } });
    expect(accuracyOf(learned.probabilities, truth, 2).accuracy).toBeGreaterThan(0.99);
  });

  test('a label that is wrong is named at its place, with photos like it', async () => {
    const wrong = labels.slice();
    wrong[COUNT - 10] = 1 - truth[COUNT - 10]!;
    const found = await ask({ kind: 'find-doubtful-labels', features, labels: wrong, classes: 2, seed: 1 });
    expect([...found.positions]).toContain(COUNT - 10);
    expect(found.looked).toBe(60);
    expect([...found.neighbours].every((i) => labels[i] !== -1)).toBe(true);
  });

  test('suggestions have no label, piles are the clouds, and what is alike is of one cloud', async () => {
    const none = { bursts, probabilities: null, without: new Int32Array() };
    const suggested = await ask({ kind: 'suggest', features, labels, classes: 2, ...none, count: 12, seed: 1 });
    expect([...suggested.positions].every((i) => labels[i] === -1)).toBe(true);
    expect(new Set(suggested.positions).size).toBe(12);
    const piles = await ask({ kind: 'find-piles', features, among: null, piles: 2, seed: 1 });
    const right = piles.pileOf.filter((pile, i) => (pile === piles.pileOf[0]) === (truth[i] === truth[0])).length;
    expect(right / COUNT).toBeGreaterThan(0.99);
    const alike = await ask({ kind: 'find-alike', features, position: COUNT - 1, count: 50 });
    expect([...alike.positions].every((i) => truth[i] === truth[COUNT - 1])).toBe(true);
    expect(alike.positions).toHaveLength(50);
    expect(alike.similarities).toEqual(alike.similarities.toSorted().reverse());
  });

  test('a run learns from a pool, predicts every photo, and tells of the labels at their places', async () => {
    events.length = 0;
    const reply = await ask({
      ...{ kind: 'train-on-features', features, labels, classes: 2, keys: Uint32Array.from(bursts), seed: 1 },
      ...{ learnedBefore: new Int32Array(), minutes: 1, device: 'cpu', startFrom: null, modelDir: join(folder, 'm') },
    });
    expect(reply.probabilities).toHaveLength(2 * COUNT);
    expect(reply.doubts).toHaveLength(COUNT);
    expect(accuracyOf(reply.probabilities, truth, 2).accuracy).toBeGreaterThan(0.98);
    expect(reply.heldOut.length).toBeGreaterThan(7);
    expect([...reply.heldOut].every((i) => labels[i] !== -1)).toBe(true);
    expect(events).toContainEqual(expect.objectContaining({ event: 'saved', heldOut: reply.heldOut }));
    const again = await ask({ kind: 'predict-features', features, modelDir: join(folder, 'm'), device: 'cpu' });
    expect(again.probabilities.subarray(0, 2000)).toEqual(reply.probabilities.subarray(0, 2000));
  });
});
