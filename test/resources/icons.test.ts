import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';

const read = (name: string) => readFile(join(import.meta.dirname, '../../resources', name));

test('icon.png is 1024 pixels square and see-through at the corners', async () => {
  const { data, info } = await sharp(await read('icon.png'))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, data[3]]).toEqual([1024, 1024, 0]);
});

test('icon.ico holds a PNG of each size that it lists', async () => {
  const ico = await read('icon.ico');
  const count = ico.readUInt16LE(4);
  const sizes: number[] = [];
  for (let entry = 6; entry < 6 + 16 * count; entry += 16) {
    const start = ico.readUInt32LE(entry + 12);
    const { width } = await sharp(ico.subarray(start, start + ico.readUInt32LE(entry + 8))).metadata();
    expect(width % 256).toBe(ico.readUInt8(entry));
    sizes.push(width);
  }
  expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256]);
});

test('icon.icns is whole, from 16 to 1024 pixels', async () => {
  const icns = await read('icon.icns');
  expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
  const sizes: number[] = [];
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
    sizes.push((await sharp(icns.subarray(at + 8, at + icns.readUInt32BE(at + 4))).metadata()).width);
  }
  expect(sizes).toEqual([16, 32, 32, 64, 128, 256, 256, 512, 512, 1024]);
});
