import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extractFeatures } from '../../../src/engine/backbone/extract.ts';
import { loadBackbone } from '../../../src/engine/backbone/load.ts';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { Tensor2D, Tensor4D } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { PixelFile, TrainerEvent, TrainerReplies } from '../../../src/engine/messages.ts';
import { trainerWith } from '../trainer-with.ts';
import { writeGraphModel } from './graph-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-extract-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [one, other] = [join(folder, 'one'), join(folder, 'other')];
const COUNT = 300;
const SIDE = 32;
let pixels: PixelFile;

beforeAll(() => {
  writeGraphModel(one);
  writeGraphModel(other);
  // Photo i is plain, and i levels of blue.
  const bytes = Uint8Array.from({ length: COUNT * SIDE * SIDE * 3 }, (_, at) =>
    at % 3 === 2 ? Math.floor(at / (SIDE * SIDE * 3)) % 256 : 0,
  );
  pixels = { path: join(folder, 'pixels.u8'), count: COUNT, sizePx: SIDE, channels: 3 };
  writeFileSync(pixels.path, bytes);
});

const extract = (trainer: ReturnType<typeof trainerWith>, from = one, file = pixels) =>
  trainer.handle({ kind: 'extract', backbone: { path: from }, pixels: file, device: 'auto' }) as Promise<
    TrainerReplies['extract']
  >;

describe('features are extracted', () => {
  test('in order, saying how far it is', async () => {
    const events: TrainerEvent[] = [];
    const { backbone, features } = await extract(trainerWith((event) => events.push(event)));
    expect(features).toHaveLength(COUNT * backbone.features);
    for (const i of [0, 7, 8, 255]) expect(features[2 * i + 1]).toBeCloseTo((2 * i) / 255, 4);
    const progress = events.flatMap((event) => (event.event === 'progress' ? [event.step] : []));
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(COUNT);
  });

  test('by one backbone that stays loaded from batch to batch, and makes room for another', async () => {
    const trainer = trainerWith(() => {});
    await extract(trainer);
    const loaded = tf.memory().numTensors;
    rmSync(join(one, 'model.json')); // So that loading it again would fail.
    await extract(trainer);
    expect(tf.memory().numTensors).toBe(loaded);
    writeGraphModel(one);
    await extract(trainer, other);
    expect(tf.memory().numTensors).toBe(loaded);
  });

  test('until a stop, which is heard between two batches', async () => {
    const trainer = trainerWith((event) => {
      if (event.event === 'progress') trainer.tell('stop');
    });
    await expect(extract(trainer)).rejects.toMatchObject({ code: 'cancelled' });
    // The next one begins afresh.
    const steady = trainerWith(() => {});
    steady.tell('stop');
    expect((await extract(steady)).features).toHaveLength(COUNT * 2);
  });

  test('one batch at a time', async () => {
    const trainer = trainerWith(() => {});
    const first = extract(trainer);
    await expect(extract(trainer)).rejects.toMatchObject({ code: 'training-running' });
    await first;
  });

  test('and refused when they are no numbers', async () => {
    const backbone = await loadBackbone(other);
    const spoilt = { ...backbone, extract: (x: Tensor4D) => tf.div(backbone.extract(x), tf.zeros([1])) as Tensor2D };
    await expect(
      extractFeatures(
        spoilt,
        pixels,
        () => false,
        () => {},
      ),
    ).rejects.toMatchObject({
      code: 'bad-input',
      message: 'The backbone other gives values that are no numbers, so nothing can be learned on it.',
    });
    backbone.dispose();
  });

  test("from pictures of the backbone's own size only", async () => {
    await expect(
      extract(
        trainerWith(() => {}),
        one,
        { ...pixels, sizePx: 16 },
      ),
    ).rejects.toThrow(/takes 32 px pictures/);
  });
});
