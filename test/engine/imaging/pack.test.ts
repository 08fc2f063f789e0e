import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { pack } from '../../../src/engine/imaging/pack.ts';
import type { PackRequest } from '../../../src/engine/messages.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';

const plain = (colour: string, width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer();

/** Red with a blue middle third: what centre-cropping a wide picture must leave. */
async function wide() {
  const middle = await plain('#0000ff', 40, 40);
  return sharp(await plain('#ff0000', 120, 40))
    .composite([{ input: middle, left: 40, top: 0 }])
    .png()
    .toBuffer();
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

const photosIn = (folder: string, files: Record<string, Buffer | string>) =>
  Object.entries(files).map(([name, content]) => ({ path: join(folder, name), sha256: sha256(content) }));

/** The files' rows in the order of the files, null for one that got none. */
async function packAll(files: Record<string, Buffer | string>, sizePx: number, channels: 1 | 3) {
  const folder = fill(temporaryFolder(), { ...files, 'pixels.u8': '' });
  const photos = photosIn(folder, files);
  const file = join(folder, 'pixels.u8');
  return rowsOf({ kind: 'pack', photos, sizePx, channels, file, firstRow: 0 });
}

async function rowsOf(request: PackRequest): Promise<(Buffer | null)[]> {
  const { rows } = await pack(request);
  const bytes = readFileSync(request.file);
  const size = request.sizePx * request.sizePx * request.channels;
  return request.photos.map((_, position) => {
    const at = rows.findIndex(({ index }) => index === position);
    if (at === -1) return null;
    const row = bytes.subarray((request.firstRow + at) * size, (request.firstRow + at + 1) * size);
    expect(crc32(row)).toBe(rows[at]?.checksum);
    return row;
  });
}

test('rows are centre squares, wherever they landed in the file', async () => {
  const [middle, green] = await packAll(
    { 'wide.png': await wide(), 'green.png': await plain('#00ff00', 30, 90) },
    8,
    3,
  );
  expect(middle).toHaveLength(8 * 8 * 3);
  expect([...middle!.subarray(3 * 27, 3 * 28)]).toEqual([0, 0, 255]);
  expect([...green!.subarray(0, 3)]).toEqual([0, 255, 0]);
});

test('grey is luma', async () => {
  const [red, white] = await packAll(
    { 'red.png': await plain('#ff0000', 9, 9), 'white.png': await plain('#ffffff', 9, 9) },
    4,
    1,
  );
  expect(new Set(red)).toEqual(new Set([76]));
  expect(new Set(white)).toEqual(new Set([255]));
});

test('rows come after those that are there already, and photos that fail leave no gap between them', async () => {
  const files = { 'a.jpg': await jpeg(), 'b.jpg': 'no photo', 'c.jpg': await jpeg({ seed: 2 }) };
  const folder = fill(temporaryFolder(), { ...files, 'pixels.u8': Buffer.alloc(48, 'x') });
  const photos = photosIn(folder, files);
  const file = join(folder, 'pixels.u8');
  const rows = await rowsOf({ kind: 'pack', photos, sizePx: 4, channels: 3, file, firstRow: 1 });
  expect(rows.map((row) => row !== null)).toEqual([true, false, true]);
  const bytes = readFileSync(file);
  expect(bytes).toHaveLength(3 * 48);
  expect(bytes.toString('latin1', 0, 48)).toBe('x'.repeat(48));
});

test('a file that holds another picture than it should has no row', async () => {
  const folder = fill(temporaryFolder(), { 'a.jpg': await jpeg({ seed: 1 }), 'pixels.u8': '' });
  const photos = [{ path: join(folder, 'a.jpg'), sha256: sha256(await jpeg({ seed: 2 })) }];
  const file = join(folder, 'pixels.u8');
  expect(await pack({ kind: 'pack', photos, sizePx: 4, channels: 3, file, firstRow: 0 })).toEqual({ rows: [] });
  expect(readFileSync(file)).toHaveLength(0);
});

test('a file that cannot be written is named', async () => {
  const file = join(temporaryFolder(), 'no', 'such.u8');
  const asked = pack({ kind: 'pack', photos: [], sizePx: 4, channels: 3, file, firstRow: 0 });
  await expect(asked).rejects.toMatchObject({ code: 'storage-failed', message: expect.stringContaining('such.u8') });
});
