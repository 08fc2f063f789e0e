import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  curvesUrl,
  downloadUrl,
  parseExportUrl,
  parsePhotoUrl,
  parseSheetUrl,
  photoSizes,
  photoUrl,
  pictureUrl,
  sheetUrl,
  runLabelsUrl,
} from '../../src/shared/urls.ts';
import type { PhotoSize } from '../../src/shared/urls.ts';
import type { PhotoId, RunId } from '../../src/shared/types.ts';

const sizes = Object.keys(photoSizes) as PhotoSize[];

test('every photo URL that is made can be read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), fc.constantFrom(...sizes), (id, size) => {
      expect(parsePhotoUrl(photoUrl(id as PhotoId, size))).toEqual({ id, size });
    }),
  );
});

test('nothing but exactly a photo URL is read as one', () => {
  const hostile = [
    '/photo/0/thumb',
    '/photo/-1/thumb',
    '/photo/01/thumb',
    '/photo/1.5/thumb',
    '/photo/1e3/thumb',
    '/photo/0x1/thumb',
    '/photo/١/thumb',
    '/photo/１/thumb',
    '/photo/9999999999999999/thumb',
    '/photo/1/huge',
    '/photo/1/THUMB',
    '/photo/1/__proto__',
    '/photo/1/constructor',
    '/photo/1/thumb/',
    '/photo/1/thumb\n',
    '/photo/1/thumb\0',
    '/photo/1/thumb?x',
    '/photo/1/thumb%20',
    '/photo//thumb',
    '//photo/1/thumb',
    ' /photo/1/thumb',
    'photo/1/thumb',
    '/photo/../1/thumb',
    '/photo/1/../../etc/passwd',
    '/photo/%2e%2e/thumb',
    '/photo/1%2fthumb',
    '\\photo\\1\\thumb',
    'file:///photo/1/thumb',
    '',
  ];
  for (const path of hostile) expect(parsePhotoUrl(path), JSON.stringify(path)).toBeNull();
});

test('a photo URL with any one character put into it is another photo’s URL or none', () => {
  fc.assert(
    fc.property(fc.nat(15), fc.nat(0xffff), (at, code) => {
      const path = `/photo/12345/thumb`.slice(0, at) + String.fromCharCode(code) + `/photo/12345/thumb`.slice(at);
      const parsed = parsePhotoUrl(path);
      if (parsed) expect(photoUrl(parsed.id, parsed.size)).toBe(path);
    }),
    { numRuns: 2000 },
  );
});

test('an id that is read is a whole number that JavaScript can hold exactly', () => {
  const parsed = parsePhotoUrl('/photo/999999999999999/large');
  expect(Number.isSafeInteger(parsed?.id)).toBe(true);
});

test('export URLs are read back, and nothing else is', () => {
  expect(parseExportUrl(downloadUrl(7, 'jsonl'))).toEqual({ what: 'download', number: 7 });
  expect(parseExportUrl(curvesUrl(12 as RunId))).toEqual({ what: 'curves', run: 12 });
  expect(parseExportUrl(pictureUrl(3))).toEqual({ what: 'picture', number: 3 });
  for (const path of [
    '/export/labels.csv',
    '/export/download-0.csv',
    '/export/download-1',
    '/export/download-1.csv/',
    '/export/download-1.csv\n',
    '/export/../download-1.csv',
    '/export/download-1xcsv',
    '/export/curves-0.csv',
    '/export/curves-1.png',
    '/export/picture-1.svg',
    '/export/picture--1.png',
    '',
  ]) {
    expect(parseExportUrl(path), JSON.stringify(path)).toBeNull();
  }
});

test('a sheet of drawings has an address, and nothing else is taken for one', () => {
  const moment = { runId: 3 as RunId, step: 0 };
  expect(parseSheetUrl(sheetUrl(moment))).toEqual(moment);
  expect(parseSheetUrl('/drawing/3/1500')).toEqual({ runId: 3, step: 1500 });
  for (const path of [
    '/drawing/0/1',
    '/drawing/3',
    '/drawing/3/-1',
    '/drawing/3/1/',
    '/drawing/../1',
    '/drawing/3/1.jpg',
  ])
    expect(parseSheetUrl(path), path).toBeNull();
});

test('the labels of a run have an address of their own, and nothing like it passes', () => {
  expect(parseExportUrl(runLabelsUrl(12 as RunId))).toEqual({ what: 'run-labels', run: 12 });
  for (const path of [
    '/export/run-0-labels.csv',
    '/export/run-1-labels.json',
    '/export/run--labels.csv',
    '/x/run-1-labels.csv',
  ])
    expect(parseExportUrl(path), path).toBeNull();
});
