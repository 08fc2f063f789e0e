import { expect, test } from 'vitest';
import { countScans } from '../../../src/engine/imaging/jpeg-scans.ts';
import { photo, repeatLastScan } from '../../fixtures/photos.ts';

const jpegOf = (progressive: boolean) => photo({ width: 400, height: 300 }).jpeg({ progressive }).toBuffer();

test('an ordinary JPEG has one scan, a progressive one several', async () => {
  expect(countScans(await jpegOf(false), 200)).toBe(1);
  const several = countScans(await jpegOf(true), 200);
  expect(several).toBeGreaterThan(4);
  expect(several).toBeLessThan(20);
});

test('counting ends one past the limit', async () => {
  const bomb = repeatLastScan(await jpegOf(true), 1000);
  expect(countScans(bomb, 200)).toBe(201);
  expect(countScans(bomb, 5000)).toBeGreaterThan(1000);
});

test('scans of a preview inside and of whatever follows the end are not counted', async () => {
  const jpeg = await jpegOf(false);
  const preview = repeatLastScan(await jpegOf(true), 5);
  const length = preview.length + 2;
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, length >> 8, length & 0xff]), preview]);
  const appended = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2), preview]);
  expect(countScans(appended, 200)).toBe(1);
});

test('bytes that are cut off or make no sense end the count', async () => {
  const jpeg = await jpegOf(true);
  for (let end = 0; end < jpeg.length; end += 7) expect(countScans(jpeg.subarray(0, end), 200)).toBeLessThan(20);
  expect(countScans(Buffer.alloc(100, 0xff), 200)).toBe(0);
});
