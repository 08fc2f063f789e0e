import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { pack } from '../../../src/engine/imaging/pack.ts';
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

async function packAll(files: Record<string, Buffer | string>, sizePx: number, channels: 1 | 3) {
  const folder = fill(temporaryFolder(), files);
  const outFile = join(folder, 'out', 'pixels.u8');
  fill(folder, { 'out/.keep': '' });
  const paths = Object.keys(files).map((name) => join(folder, name));
  const packed = await pack({ kind: 'pack', paths, sizePx, channels, outFile });
  return { packed, bytes: readFileSync(outFile), outDir: join(folder, 'out') };
}

test('rows are centre squares in the order asked for', async () => {
  const { packed, bytes } = await packAll(
    { 'wide.png': await wide(), 'green.png': await plain('#00ff00', 30, 90) },
    8,
    3,
  );
  expect(packed.failed).toEqual([]);
  expect(bytes).toHaveLength(2 * 8 * 8 * 3);
  expect([...bytes.subarray(3 * 27, 3 * 28)]).toEqual([0, 0, 255]);
  expect([...bytes.subarray(192, 195)]).toEqual([0, 255, 0]);
});

test('grey is luma', async () => {
  const { bytes } = await packAll(
    { 'red.png': await plain('#ff0000', 9, 9), 'white.png': await plain('#ffffff', 9, 9) },
    4,
    1,
  );
  expect(new Set(bytes.subarray(0, 16))).toEqual(new Set([76]));
  expect(new Set(bytes.subarray(16))).toEqual(new Set([255]));
});

test('a photo that fails leaves a row of zeros and says why', async () => {
  const { packed, bytes } = await packAll(
    { 'a.jpg': await jpeg(), 'b.jpg': 'no photo', 'c.jpg': await jpeg({ seed: 2 }) },
    4,
    3,
  );
  expect(packed.failed).toEqual([{ index: 1, reason: 'This is text, not a photo.' }]);
  expect(bytes.subarray(48, 96).every((byte) => byte === 0)).toBe(true);
  expect(bytes.subarray(96).some((byte) => byte > 0)).toBe(true);
});

test('chroma tells grey photos from colour ones, whatever is packed', async () => {
  const grey = await packAll({ 'a.png': await plain('#777777', 9, 9) }, 4, 3);
  const colour = await packAll({ 'a.png': await plain('#ff0055', 9, 9) }, 4, 1);
  expect(grey.packed.chroma).toBe(0);
  expect(colour.packed.chroma).toBe(255);
});

test('the file appears whole: nothing partial stays beside it', async () => {
  const { outDir } = await packAll({ 'a.jpg': await jpeg() }, 4, 3);
  expect(readdirSync(outDir).sort()).toEqual(['.keep', 'pixels.u8']);
});

test('a folder that cannot be written is named', async () => {
  const asked = pack({
    kind: 'pack',
    paths: [],
    sizePx: 4,
    channels: 3,
    outFile: join(temporaryFolder(), 'no', 'such.u8'),
  });
  await expect(asked).rejects.toMatchObject({ code: 'storage-failed', message: expect.stringContaining('such.u8') });
});
