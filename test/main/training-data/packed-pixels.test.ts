// Training pixels: what is in the pack, in which order, and how little is decoded again.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PhotoId } from '../../../src/shared/types.ts';
import { createEngine } from '../../../src/main/engine-host/engine.ts';
import type { Engine } from '../../../src/main/engine-host/engine.ts';
import { findChannels, packPixels } from '../../../src/main/training-data/packed-pixels.ts';
import type { PackOrder, PixelPack } from '../../../src/main/training-data/packed-pixels.ts';

const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');
const engine = createEngine({ role: 'imaging', node: process.execPath, entry });
let folder: string;
let dir: string;
let decoded: string[];

/** The real engine, counting what it is asked to decode. */
const imaging: Engine = {
  ...engine,
  request(request, options) {
    if (request.kind === 'pack') decoded.push(...request.paths);
    return engine.request(request, options);
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whisker-pixels-'));
  for (let id = 1; id <= 200; id++) await draw(id, { r: id, g: id, b: id });
  await draw(901, { r: 200, g: 20, b: 20 });
  await writeFile(fileOf(902), 'no picture');
});
beforeEach(async () => {
  dir = await mkdtemp(join(folder, 'packs-'));
  decoded = [];
});
afterAll(async () => {
  await engine.kill();
  await rm(folder, { recursive: true });
});

const photo = (id: number) => ({ id: id as PhotoId, path: `${id}.png` });
const fileOf = (id: number) => join(folder, photo(id).path);
const draw = (id: number, background: { r: number; g: number; b: number }) =>
  sharp({ create: { width: 12, height: 9, channels: 3, background } })
    .png()
    .toFile(fileOf(id));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => photo(from + i));
const pack = (photos: PackOrder['photos'], more: Partial<PackOrder> = {}) =>
  packPixels({ imaging, dir, folder, photos, sizePx: 4, channels: 1, signal: new AbortController().signal, ...more });
/** The grey value of each row, all of whose pixels are the same. */
async function values({ path, count }: PixelPack): Promise<number[]> {
  const bytes = await readFile(path);
  expect(bytes.length).toBe(count * 16);
  return Array.from({ length: count }, (_, row) => bytes[row * 16 + 7] ?? -1);
}

test('row i of the pack is photo ids[i]', async () => {
  const packed = await pack(range(1, 150));
  expect(packed.ids).toEqual(range(1, 150).map(({ id }) => id));
  expect(await values(packed)).toEqual(packed.ids);
});

test('the same photos are never decoded twice', async () => {
  const first = await pack(range(1, 70));
  decoded = [];
  expect(await pack(range(1, 70))).toEqual(first);
  expect(decoded).toEqual([]);
});

test('only photos that the last pack lacks are decoded, and rows of photos that went are dropped', async () => {
  await pack(range(1, 100));
  decoded = [];
  const photos = [...range(1, 20), ...range(31, 120)];
  const packed = await pack(photos);
  expect(decoded).toEqual(range(101, 120).map(({ id }) => fileOf(id)));
  expect(packed.ids).toEqual(photos.map(({ id }) => id));
  expect(await values(packed)).toEqual(packed.ids);
});

test('one pack a size and colour is kept, and nothing half-done beside it', async () => {
  await pack(range(1, 10));
  await pack(range(1, 11));
  await pack(range(1, 11), { channels: 3 });
  const names = await readdir(dir);
  expect(names.filter((name) => name.endsWith('.u8'))).toHaveLength(2);
  expect(names.filter((name) => name.includes('part'))).toEqual([]);
});

test('a photo that cannot be decoded is left out of the pack', async () => {
  const packed = await pack([...range(1, 3), photo(902)]);
  expect(packed.ids).toEqual([1, 2, 3]);
});

test('a pack cut short on disk is made anew', async () => {
  const { path } = await pack(range(1, 5));
  await writeFile(path, 'short');
  expect(await values(await pack(range(1, 5)))).toEqual([1, 2, 3, 4, 5]);
});

test('cancelling rejects and leaves the last pack as it was', async () => {
  const first = await pack(range(1, 5));
  const cancel = new AbortController();
  const packing = pack(range(1, 200), { signal: cancel.signal, onProgress: (done) => done > 0 && cancel.abort() });
  await expect(packing).rejects.toMatchObject({ code: 'cancelled' });
  expect(await values(await pack(range(1, 5)))).toEqual(await values(first));
});

test('a picture that takes the imaging process down costs only itself', async () => {
  const crashing: Engine = {
    ...engine,
    request(request, options) {
      const reply = engine.request(request, options);
      if (request.kind === 'pack' && request.paths.includes(fileOf(7))) void engine.kill();
      return reply;
    },
  };
  const packed = await pack(range(1, 10), { imaging: crashing });
  expect(packed.ids).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10]);
  expect(await values(packed)).toEqual(packed.ids);
});

test('grey photos are packed as grey, a coloured one among few makes them colour', async () => {
  const order = { imaging, dir, folder, signal: new AbortController().signal };
  expect(await findChannels({ ...order, photos: range(1, 40) })).toBe(1);
  expect(await findChannels({ ...order, photos: [...range(1, 5), photo(901)] })).toBe(3);
});
