// A photo that comes into the folder while Whisker is open is predicted without a click.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedApp } from '../../../src/main/app.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import type { EventMessage } from '../../../src/shared/contract.ts';
import { drawPhotos, warm } from '../photo-folder.ts';
import { openLibrary, trainQuickly } from './trained-library.ts';
import '../../fixtures/needs-tensorflow.ts';

let dir: string;
let photos: string;
let app: OpenedApp;
const heard: EventMessage[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'whisker-newcomers-'));
  ({ app, photos } = await openLibrary(dir, { looksAhead: true }));
  app.subscribe((event) => void heard.push(event));
});
afterAll(async () => {
  await app.close();
  rmSync(dir, { recursive: true });
});

interface Stored {
  name: string;
  confidence: number;
  suspicion: number;
}

const predictionOf = (path: string) =>
  prepare<Stored>(
    app.services.library.require().db,
    `SELECT name, confidence, suspicion FROM prediction JOIN file ON file.photo_id = prediction.photo_id
     JOIN class ON class.id = class_id WHERE path = ? AND run_id = (SELECT id FROM run WHERE in_use = 1)`,
  ).get(path);
const isKnown = (path: string) =>
  prepare(app.services.library.require().db, `SELECT 1 FROM file WHERE path = ?`).get(path) !== undefined;
const SOON = { timeout: 20_000, interval: 50 };

test('without a run in use a new photo is only a new photo', async () => {
  await drawPhotos(photos, 10, 11);
  await expect.poll(() => isKnown(warm(10)), SOON).toBe(true);
  await sleep(1500);
  expect(prepare(app.services.library.require().db, `SELECT 1 FROM prediction`).all()).toEqual([]);
});

test('with one it is predicted within ten seconds, and the window is told', async () => {
  await trainQuickly(app);
  heard.length = 0;
  await drawPhotos(photos, 11, 12);
  const began = performance.now();
  await expect.poll(() => predictionOf(warm(11))?.name, SOON).toBe('Warm');
  const seconds = (performance.now() - began) / 1000;
  process.stderr.write(`A new photo was predicted after ${seconds.toFixed(1)} s.\n`);
  expect(seconds).toBeLessThan(10);
  await expect.poll(() => heard.some(({ name }) => name === 'library.changed')).toBe(true);
});

test('how likely it is wrong is told by all photos, not by itself alone', async () => {
  // Alone it would stand for the whole library, and be as likely wrong as the run is on average.
  const before = predictionOf(warm(9))!;
  const single = predictionOf(warm(11))!;
  expect(single.confidence).toBeCloseTo(before.confidence, 1);
  expect(single.suspicion).toBeLessThan(3 * before.suspicion + 0.01);
});

test('while a run learns it waits, and is predicted when the run has ended', async () => {
  await app.services.training.start({
    ...defaultOptions('quick'),
    startFrom: 'scratch',
    features: 'backbone',
    minutes: 0.08,
    seed: 2,
  });
  await drawPhotos(photos, 12, 13);
  await expect.poll(() => isKnown(warm(12)), SOON).toBe(true);
  expect(app.services.training.state().status).not.toBe('idle');
  expect(predictionOf(warm(12))).toBeUndefined();
  await app.services.training.ended();
  await expect.poll(() => predictionOf(warm(12))?.name, SOON).toBe('Warm');
});

test('closing the library ends what is under way', async () => {
  await drawPhotos(photos, 13, 30);
  await sleep(1000);
  const began = performance.now();
  await app.services.library.close();
  expect(performance.now() - began).toBeLessThan(10_000);
});
