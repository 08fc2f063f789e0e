import { join } from 'node:path';
import type { Exif } from 'sharp';
import { expect, test } from 'vitest';
import { exifOf, readPhotoExif } from '../../../src/engine/imaging/exif.ts';
import { createImaging } from '../../../src/engine/imaging/imaging.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg, photo } from '../../fixtures/photos.ts';

async function readBack(tags: Exif, format: 'jpeg' | 'png' | 'webp' = 'jpeg') {
  const bytes = await photo().withExif(tags).toFormat(format).toBuffer();
  const folder = fill(temporaryFolder(), { 'a.img': bytes });
  return readPhotoExif(join(folder, 'a.img'));
}

const whole: Exif = {
  IFD0: { Make: 'NIKON CORPORATION', Model: 'NIKON D90' },
  IFD2: {
    DateTimeOriginal: '2024:07:14 14:00:05',
    ExposureTime: '1/250',
    FNumber: '56/10',
    ISOSpeedRatings: '400',
    FocalLength: '50/1',
    FocalLengthIn35mmFilm: '75',
    LensModel: 'AF-S 18-105mm',
  },
  IFD3: {
    GPSLatitudeRef: 'S',
    GPSLatitude: '33/1 51/1 2448/100',
    GPSLongitudeRef: 'E',
    GPSLongitude: '151/1 12/1 5472/100',
  },
};

test.each(['jpeg', 'png', 'webp'] as const)('what a camera wrote into a %s comes back', async (format) => {
  const exif = await readBack(whole, format);
  expect(exif).toEqual({
    camera: 'NIKON D90',
    lens: 'AF-S 18-105mm',
    exposureS: 1 / 250,
    fNumber: 5.6,
    iso: 400,
    focalMm: 50,
    focal35Mm: 75,
    takenAt: '2024-07-14T14:00:05.000',
    place: { latitude: expect.closeTo(-33.8568, 4), longitude: expect.closeTo(151.2152, 4) },
  });
});

test('what is missing is left out, and what makes no sense, too', async () => {
  expect(await readBack({ IFD0: { Model: 'Pixel 8' } })).toEqual({ camera: 'Pixel 8' });
  const odd = { ExposureTime: '0/1', FNumber: '0/0', FocalLength: '-5/1', ISOSpeedRatings: '0' };
  expect(await readBack({ IFD0: { Make: '  ' }, IFD2: odd })).toEqual({});
  const nowhere = { GPSLatitude: '0/1 0/1 0/1', GPSLongitude: '0/1 0/1 0/1' };
  expect(await readBack({ IFD3: nowhere })).toEqual({});
  const beyond = { GPSLatitude: '200/1 0/1 0/1', GPSLongitude: '10/1 0/1 0/1' };
  expect(await readBack({ IFD3: beyond })).toEqual({});
});

test('the maker is named once, and before a model that does not say it', async () => {
  const camera = async (Make: string, Model: string) => (await readBack({ IFD0: { Make, Model } })).camera;
  expect(await camera('Canon', 'Canon EOS R5')).toBe('Canon EOS R5');
  expect(await camera('Apple', 'iPhone 15')).toBe('Apple iPhone 15');
});

test('words hold nothing that can’t be shown, and end somewhere', async () => {
  const { lens } = await readBack({ IFD2: { LensModel: `a\x07b\n${'x'.repeat(500)}` } });
  expect(lens).toMatch(/^a b x{96}$/);
});

test('a block that can’t be read says nothing', () => {
  expect(exifOf(undefined)).toEqual({});
  expect(exifOf(Buffer.from('Exif\0\0MM\0*\xff\xff\xff\xff', 'latin1'))).toEqual({});
  expect(exifOf(Buffer.from('no block at all'))).toEqual({});
});

test('a picture without a block says nothing, and what is no picture is refused in one sentence', async () => {
  const folder = fill(temporaryFolder(), { 'a.jpg': await jpeg(), 'b.jpg': 'words' });
  const { handle } = createImaging();
  expect(await handle({ kind: 'read-exif', path: join(folder, 'a.jpg') })).toEqual({});
  await expect(handle({ kind: 'read-exif', path: join(folder, 'b.jpg') })).rejects.toMatchObject({ code: 'bad-input' });
});
