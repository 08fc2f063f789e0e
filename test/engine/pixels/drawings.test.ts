// What the generator of a run draws when it is asked again, with TensorFlow itself: the sheet, the way between two of
// its pictures, and the photos nearest to them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DrawingSource, PixelFile, TrainerEvent, TrainRequest } from '../../../src/engine/messages.ts';
import { loadCheckpoint } from '../../../src/engine/pixels/checkpoint.ts';
import { drawWalk } from '../../../src/engine/pixels/drawings.ts';
import { findNearestPhotos, nearestPhotos } from '../../../src/engine/pixels/nearest-photos.ts';
import { Pictures } from '../../../src/engine/pixels/pictures.ts';
import { slerp } from '../../../src/engine/pixels/slerp.ts';
import { train, type FixedSteps } from '../../../src/engine/pixels/train-on-pixels.ts';
import { openDevice } from '../../../src/engine/tensorflow/device.ts';
import { tf, type Tensor4D } from '../../../src/engine/tensorflow/tensorflow.ts';
import { randomStream } from '../../../src/shared/random.ts';

const COUNT = 120;
const SIDE = 32;
const folder = mkdtempSync(join(tmpdir(), 'whisker-drawings-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Pictures of a bright bar on noise, lying or standing. */
let pixels: PixelFile;
beforeAll(() => {
  const random = randomStream(5);
  const bytes = new Uint8Array(COUNT * SIDE * SIDE);
  for (let i = 0; i < COUNT; i++) {
    const at = 4 + Math.floor(random() * 22);
    for (let j = 0; j < SIDE * SIDE; j++) {
      const across = i % 2 ? j % SIDE : Math.floor(j / SIDE);
      bytes[i * SIDE * SIDE + j] = (across >= at && across < at + 4 ? 150 : 20) + 80 * random();
    }
  }
  pixels = { path: join(folder, 'pixels.bin'), count: COUNT, sizePx: SIDE, channels: 1 };
  writeFileSync(pixels.path, bytes);
});

type Sheet = Extract<TrainerEvent, { event: 'samples' }>;

/** A run of so many steps; `cutAfter`: the process ends at the pause that comes after so many of the SSGAN. */
async function learn(name: string, steps: FixedSteps, changes: Partial<TrainRequest> = {}, cutAfter = Infinity) {
  const sheets: Sheet[] = [];
  const modelDir = join(folder, name);
  let [paused, now] = [false, 0];
  const request: TrainRequest = {
    ...{ kind: 'train', pixels, classes: 2, seed: 3, minutes: 60, mirror: true, preset: 'quick', device: 'auto' },
    ...{ labels: Int32Array.from({ length: COUNT }, (_, i) => (i < 20 ? i % 2 : -1)), modelDir, startFrom: null },
    ...{ keys: Uint32Array.from({ length: COUNT }, (_, i) => i), learnedBefore: new Int32Array() },
    ...changes,
  };
  const done = train(
    request,
    await openDevice('auto'),
    {
      ...{ budgetSeconds: 3600, stopped: () => false },
      // Every step is a second, so that sheets come at the same steps each time.
      elapsed: () => now,
      paused: () => (paused ? new Promise<void>(() => {}) : null),
      emit(event) {
        if (event.event === 'samples') sheets.push(event);
        if (event.event === 'metrics' || event.event === 'progress') now += 1;
        if (event.event === 'metrics' && event.points[0]?.stage === 'ssgan') paused = event.points[0].step >= cutAfter;
      },
    },
    steps,
  );
  if (cutAfter === Infinity) await done;
  else await expect.poll(() => loadCheckpoint(modelDir), { timeout: 30_000 }).not.toBeNull();
  return { sheets, modelDir };
}

const sourceOf = (modelDir: string, cutOff = false): DrawingSource => ({
  ...{ modelDir, cutOff, preset: 'quick', seed: 3, count: 64, sizePx: SIDE, channels: 1 },
});
const pictureOf = (sheet: Uint8Array, i: number) => sheet.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
const apart = (a: Uint8Array, b: Uint8Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe('the sheets of a run', () => {
  const steps = { labelsOnly: 3, ssgan: 12 };
  let whole: Awaited<ReturnType<typeof learn>>;
  beforeAll(async () => void (whole = await learn('whole', steps)), 60_000);

  test('are the same for the same seed, moment by moment', { timeout: 60_000 }, async () => {
    const again = await learn('again', steps);
    expect(whole.sheets.length).toBeGreaterThan(2);
    expect(again.sheets).toEqual(whole.sheets);
    expect(whole.sheets.at(-1)!.pixels).not.toEqual(whole.sheets[0]!.pixels);
    const other = await learn('other', steps, { seed: 4 });
    expect(other.sheets[0]!.pixels).not.toEqual(whole.sheets[0]!.pixels);
  });

  test('go on where a run that was cut off stood, to the same end', { timeout: 60_000 }, async () => {
    const { modelDir, sheets } = await learn('cut', steps, {}, 6);
    const { step } = loadCheckpoint(modelDir)!.state;
    expect(step).toBeLessThan(12);
    const resumed = await learn('cut', steps, { resume: true });
    expect(resumed.sheets[0]!.step).toBeGreaterThan(sheets[0]!.step);
    expect(resumed.sheets.at(-1)!.step).toBe(whole.sheets.at(-1)!.step);
    expect(apart(resumed.sheets.at(-1)!.pixels, whole.sheets.at(-1)!.pixels)).toBeLessThanOrEqual(1);
  });

  test('begin where the run before ended when it is trained again', { timeout: 60_000 }, async () => {
    const again = await learn('trained-again', { labelsOnly: 3, ssgan: 1 }, { startFrom: whole.modelDir });
    const [first] = again.sheets;
    const last = whole.sheets.at(-1)!;
    const mean = (sheet: Uint8Array, other: Uint8Array) =>
      sheet.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0) / sheet.length;
    expect(mean(first!.pixels, last.pixels)).toBeLessThan(mean(whole.sheets[0]!.pixels, last.pixels));
  });

  test('have walks between their pictures, whose ends are the two', { timeout: 60_000 }, async () => {
    const walk = await drawWalk({ kind: 'draw-walk', of: sourceOf(whole.modelDir), from: 5, to: 40, frames: 7 });
    expect(walk).toMatchObject({ count: 7, sizePx: SIDE, channels: 1 });
    const last = whole.sheets.at(-1)!.pixels;
    expect(apart(pictureOf(walk.pixels, 0), pictureOf(last, 5))).toBeLessThanOrEqual(1);
    expect(apart(pictureOf(walk.pixels, 6), pictureOf(last, 40))).toBeLessThanOrEqual(1);
    const between = pictureOf(walk.pixels, 3);
    expect(apart(between, pictureOf(last, 5))).toBeGreaterThan(1);
    expect(apart(between, pictureOf(last, 40))).toBeGreaterThan(1);
  });

  test('have walks and nearest photos after the run was cut off, too', { timeout: 60_000 }, async () => {
    const { modelDir } = await learn('cut-again', steps, {}, 6);
    const of = sourceOf(modelDir, true);
    const walk = await drawWalk({ kind: 'draw-walk', of, from: 0, to: 1, frames: 2 });
    expect(new Set(walk.pixels).size).toBeGreaterThan(10);
    const found = await findNearestPhotos({ kind: 'find-nearest-photos', of, pixels, mirror: true });
    expect(found.positions).toHaveLength(3 * 64);
  });

  test('refuse pictures that no sheet has, and runs that left no generator', { timeout: 60_000 }, async () => {
    const asked = { kind: 'draw-walk', from: 64, to: 0, frames: 2 } as const;
    await expect(drawWalk({ ...asked, of: sourceOf(whole.modelDir) })).rejects.toThrow('no picture 64');
    await expect(drawWalk({ ...asked, from: 0, of: sourceOf(join(folder, 'none'), true) })).rejects.toThrow(
      'no longer there',
    );
  });
});

describe('slerp', () => {
  test('keeps the ends, the length and equal angles', () => {
    const [from, to] = [Float32Array.of(2, 0, 0), Float32Array.of(0, 2, 0)];
    const path = slerp(from, to, 3);
    expect([...path.subarray(0, 3)]).toEqual([2, 0, 0]);
    expect(path[3]).toBeCloseTo(Math.SQRT2, 5);
    expect(path[4]).toBeCloseTo(Math.SQRT2, 5);
    expect([...path.subarray(6)].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0, 2, 0]);
  });

  test('of a noise with itself stays there', () => {
    const z = Float32Array.of(0.5, -1, 3);
    for (const value of [0, 1, 2].map((i) => slerp(z, z, 3).subarray(3 * i, 3 * i + 3))) {
      expect([...value]).toEqual([...z]);
    }
  });
});

describe('nearest photos', () => {
  /** Rows of the file as drawings, changed or not. */
  const drawn = (rows: number[], change: (x: Tensor4D) => Tensor4D = (x) => x): Tensor4D => {
    const pictures = new Pictures(pixels);
    const x = tf.tidy(() => change(pictures.batch(rows, { mean: 0, deviation: 1 })));
    pictures.close();
    return x;
  };
  const find = async (x: Tensor4D, mirror = false) => {
    const pictures = new Pictures(pixels);
    const found = await nearestPhotos(x, pictures, mirror);
    pictures.close();
    return found;
  };

  test('find the photo that was copied, far nearer than photos are to each other, and leave nothing behind', async () => {
    const tensors = tf.memory().numTensors;
    const { positions, distances, betweenPhotos } = await find(drawn([7, 64]));
    expect(positions[0]).toBe(7);
    expect(positions[3]).toBe(64);
    expect(Math.max(distances[0]!, distances[3]!)).toBeLessThan(1e-4);
    expect(betweenPhotos).toHaveLength(COUNT);
    expect(betweenPhotos[0]).toBeGreaterThan(1e-3);
    expect([...betweenPhotos]).toEqual([...betweenPhotos].sort((a, b) => a - b));
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('find a mirrored copy only where photos were seen mirrored', async () => {
    const mirrored = () => drawn([7], (x) => tf.reverse(x, 2));
    expect((await find(mirrored(), true)).distances[0]).toBeLessThan(1e-4);
    expect((await find(mirrored())).distances[0]).toBeGreaterThan(1e-3);
  });

  test('are the same as by looking at every photo', async () => {
    const { positions } = await find(drawn([3], (x) => tf.add(x, 0.1)));
    expect(positions[0]).toBe(3); // Brighter all over is still the same picture's neighbour.
  });
});
