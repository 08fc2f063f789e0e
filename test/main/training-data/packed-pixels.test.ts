// Training pixels: whose they are, in which order, and how little is decoded again.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { PhotoId } from '../../../src/shared/types.ts';
import { createEngine } from '../../../src/main/engine-host/engine.ts';
import type { Engine } from '../../../src/main/engine-host/engine.ts';
import { findChannels } from '../../../src/main/training-data/kind-of-pictures.ts';
import { packPixels } from '../../../src/main/training-data/packed-pixels.ts';
import type { PackOrder, PixelPack } from '../../../src/main/training-data/packed-pixels.ts';

const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');
const engine = createEngine({ role: 'imaging', node: process.execPath, entry });
const hashes = new Map<number, string>();
let folder: string;
let libraryDir: string;
let decoded: number[];

/** The real engine, counting what it is asked to decode. */
const imaging: Engine = {
  ...engine,
  request(request, options) {
    if (request.kind === 'pack') decoded.push(...request.photos.map(({ path }) => Number.parseInt(basename(path))));
    return engine.request(request, options);
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whisker-pixels-'));
  for (let id = 1; id <= 200; id++) await draw(id, { r: id, g: id, b: id });
  await draw(901, { r: 200, g: 20, b: 20 });
  await keep(902, Buffer.from('no picture'));
});
beforeEach(async () => {
  libraryDir = await mkdtemp(join(folder, 'library-'));
  decoded = [];
});
afterAll(async () => {
  await engine.kill();
  await rm(folder, { recursive: true });
});

const photo = (id: number) => ({ id: id as PhotoId, sha256: hashes.get(id) ?? '' });
const fileOf = (id: number) => join(folder, `${id}.png`);
const pathOf = async (id: number) => (existsSync(fileOf(id)) ? fileOf(id) : null);
const picture = (background: { r: number; g: number; b: number }) =>
  sharp({ create: { width: 12, height: 9, channels: 3, background } })
    .png()
    .toBuffer();
const draw = async (id: number, colour: { r: number; g: number; b: number }) => keep(id, await picture(colour));
async function keep(id: number, bytes: Buffer): Promise<void> {
  hashes.set(id, createHash('sha256').update(bytes).digest('hex'));
  await writeFile(fileOf(id), bytes);
}
/** Puts other bytes in the photo's file until the test ends; null takes the file away. */
function overwrite(id: number, bytes: Buffer | null): () => void {
  const before = readFileSync(fileOf(id));
  const restore = () => writeFileSync(fileOf(id), before);
  onTestFinished(restore);
  if (bytes) writeFileSync(fileOf(id), bytes);
  else rmSync(fileOf(id));
  return restore;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => photo(from + i));
const order = () => ({ imaging, libraryDir, pathOf, signal: new AbortController().signal });
const pack = (photos: PackOrder['photos'], more: Partial<PackOrder> = {}) =>
  packPixels({ ...order(), photos, sizePx: 4, channels: 1, ...more });
const stored = () => readdirSync(join(libraryDir, 'pixels')).sort();
/** The grey value of each photo, all of whose pixels are the same. */
async function values({ path, rows }: PixelPack): Promise<number[]> {
  const bytes = await readFile(path);
  return Array.from(rows, (row) => bytes[row * 16 + 7] ?? -1);
}

test('each photo has its own pixels, in the order asked for', async () => {
  const packed = await pack(range(1, 150));
  expect(packed.ids).toEqual(range(1, 150).map(({ id }) => id));
  expect(packed.count).toBe(150);
  expect(await values(packed)).toEqual(packed.ids);
});

test('the same photos are never decoded twice', async () => {
  const first = await pack(range(1, 70));
  decoded = [];
  expect(await pack(range(1, 70))).toEqual(first);
  expect(decoded).toEqual([]);
});

test('only photos that were never packed are decoded, and those that went are not in the pack', async () => {
  await pack(range(1, 100));
  decoded = [];
  const photos = [...range(1, 20), ...range(31, 120)];
  const packed = await pack(photos);
  expect(decoded).toEqual(range(101, 120).map(({ id }) => id));
  expect(packed.ids).toEqual(photos.map(({ id }) => id));
  expect(await values(packed)).toEqual(packed.ids);
});

test('each size and colour has a store of its own, and files of older versions go', async () => {
  mkdirSync(join(libraryDir, 'pixels'));
  for (const old of ['4px-grey-0123456789abcdef.u8', '4px-grey-0123456789abcdef.u8.ids', 'merged.part']) {
    writeFileSync(join(libraryDir, 'pixels', old), Buffer.alloc(16, 255));
  }
  expect(await values(await pack(range(1, 1)))).toEqual([1]);
  await pack(range(1, 1), { channels: 3 });
  expect(stored()).toEqual(['4px-grey-3.index', '4px-grey-3.u8', '4px-rgb-3.index', '4px-rgb-3.u8']);
});

test('a photo that cannot be decoded is left out of the pack', async () => {
  const packed = await pack([...range(1, 3), photo(902)]);
  expect(packed.ids).toEqual([1, 2, 3]);
});

test('a file that holds another picture now is left out, and the real one is packed when it is back', async () => {
  const restore = overwrite(2, await picture({ r: 255, g: 255, b: 255 }));
  expect((await pack(range(1, 3))).ids).toEqual([1, 3]);
  restore();
  const packed = await pack(range(1, 3));
  expect(packed.ids).toEqual([1, 2, 3]);
  expect(await values(packed)).toEqual([1, 2, 3]);
});

test('a photo whose file was overwritten after it was packed keeps the pixels of its content', async () => {
  await pack(range(1, 3));
  overwrite(2, await picture({ r: 255, g: 255, b: 255 }));
  expect(await values(await pack(range(1, 4)))).toEqual([1, 2, 3, 4]);
});

test('pixels follow the content of a photo, whatever its number', async () => {
  await pack(range(1, 3));
  decoded = [];
  const renumbered = await pack([{ ...photo(3), id: 77 as PhotoId }]);
  expect([renumbered.ids, await values(renumbered), decoded]).toEqual([[77], [3], []]);
});

test.each([
  { name: 'cut short', spoil: (file: string) => truncateSync(file, 40) },
  { name: 'overwritten', spoil: (file: string) => writeFileSync(file, Buffer.alloc(5 * 16, 200)) },
  { name: 'gone', spoil: (file: string) => rmSync(file) },
])('rows that are $name on the disk are made anew', async ({ spoil }) => {
  spoil((await pack(range(1, 5))).path);
  expect(await values(await pack(range(1, 5)))).toEqual([1, 2, 3, 4, 5]);
});

test('cancelling rejects, and what was decoded by then is kept', async () => {
  const cancel = new AbortController();
  const packing = pack(range(1, 200), { signal: cancel.signal, onProgress: (done) => done > 64 && cancel.abort() });
  await expect(packing).rejects.toMatchObject({ code: 'cancelled' });
  decoded = [];
  expect(await values(await pack(range(1, 200)))).toEqual(range(1, 200).map(({ id }) => id));
  expect(decoded).toHaveLength(200 - 128);
});

test('a picture that takes the imaging process down costs only itself', async () => {
  const crashing: Engine = {
    ...engine,
    request(request, options) {
      const reply = engine.request(request, options);
      const fatal = 'photos' in request && request.photos.some(({ path }) => path === fileOf(7));
      if (fatal) void engine.kill();
      return reply;
    },
  };
  const packed = await pack(range(1, 10), { imaging: crashing });
  expect(packed.ids).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10]);
  expect(await values(packed)).toEqual(packed.ids);
  expect(await findChannels({ ...order(), imaging: crashing, photos: range(1, 10) })).toBe(1);
});

test('when no photo can be read that is said, with what to do', async () => {
  await expect(pack([photo(902)])).rejects.toMatchObject({
    code: 'training-failed',
    remedy: expect.stringContaining('look for new photos'),
  });
});

test('grey photos are packed as grey, a coloured one among few makes them colour', async () => {
  expect(await findChannels({ ...order(), photos: range(1, 40) })).toBe(1);
  expect(await findChannels({ ...order(), photos: [...range(1, 5), photo(901)] })).toBe(3);
});

test('photos of which none can be looked at are not called grey', async () => {
  expect(await findChannels({ ...order(), photos: [photo(902)] })).toBe(3);
  expect(await findChannels({ ...order(), photos: [photo(1)], pathOf: async () => null })).toBe(3);
});
