import { expect, test } from 'vitest';
import { classFolders } from '../../../src/main/labels/found-labels.ts';
import { sampleDatabase } from '../db/sample-photos.ts';

const inFolders = (folders: Record<string, number>) => {
  const paths = Object.entries(folders).flatMap(([folder, photos]) =>
    Array.from({ length: photos }, (_, i) => (folder === '' ? `${i}.jpg` : `${folder}/${i}.jpg`)),
  );
  return classFolders(sampleDatabase(paths).db, paths.length);
};

test('folders that people sort into look like classes, also below those of a data set', () => {
  expect(inFolders({ cat: 3, Dog: 5 })).toEqual({
    source: { from: 'folders' },
    classes: ['Dog', 'cat'],
    classCount: 2,
    photos: 8,
  });
  expect(inFolders({ 'train/cat': 3, 'train/dog': 3, 'test/cat': 2, 'test/dog': 2 })).toMatchObject({
    classes: ['cat', 'dog'],
    photos: 10,
  });
  expect(inFolders({ ...{ good: 9, blurred: 9 }, '': 3 })).toMatchObject({ photos: 18 });
});

test.each([
  ['years and days', { '2019': 9, '2019-07-01': 9, '20200101': 9, '2018_12': 9, 'July 2019': 9, '07': 9 }],
  ['cameras and phones', { DCIM: 9, '100CANON': 9, '101_0702': 9, 'Camera Roll': 9, IMG_0001: 9 }],
  ['a data set that is only split', { train: 90, val: 10, test: 10 }],
  ['one folder', { cat: 9 }],
  ['most photos lie elsewhere', { cat: 3, dog: 3, '': 20 }],
  ['an archive', Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`trip ${i} to the sea`, 2]))],
])('no classes: %s', (_, folders) => {
  expect(inFolders(folders)).toBeNull();
});
