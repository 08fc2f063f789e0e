// What photo libraries meet and choke on, scanned as one library through the real engine: drawn by code, and the public
// collection besides where WHISKER_TEST_DATA names a folder that holds it.

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { getPhoto } from '../../../src/main/db/photos.ts';
import { presentFiles } from '../../../src/main/db/present-files.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { type OddFile, oddPhotos, ORIENTED } from '../../fixtures/odd-photos.ts';
import { testData, unpack } from '../../fixtures/test-data.ts';
import { startLibrary } from './service.ts';

type Expected = Record<string, OddFile['expected']>;

/** Scans the folder; every file in it must be listed, as a photo or with a reason, as expected. */
async function scanAccountedFor(folder: string, expected: Expected) {
  const count = Object.keys(expected).length;
  const { library, scan } = startLibrary();
  expect(await scan(folder)).toMatchObject({ phase: 'done', found: count, settled: count, error: null });
  const { db } = library.require();
  const listed = new Map(presentFiles(db).map((file) => [file.path, file]));
  expect([...listed.keys()].sort()).toEqual(Object.keys(expected).sort());

  const outcome = (path: string) => (listed.get(path)?.photoId ? 'decodes' : 'rejected');
  const wrong = Object.entries(expected).filter(([path, one]) => one !== 'either' && one !== outcome(path));
  expect(wrong).toEqual([]);

  const problems = library.problems().filter(({ code }) => code !== 'partly-damaged');
  for (const { path, code, reason } of problems) {
    expect(`${path}: ${reason}`).toMatch(/: [A-Z][^\n]{15,220}\.$/);
    // A hang or a crash is never the right answer to a file.
    expect([path, code]).not.toContain('crashed');
    expect([path, code]).not.toContain('timed-out');
  }
  expect(problems).toHaveLength(Object.keys(expected).filter((path) => outcome(path) === 'rejected').length);

  return {
    idOf(path: string) {
      const id = listed.get(path)?.photoId;
      if (!id) throw new Error(`${path} is no photo.`);
      return id;
    },
    size: (path: string) => getPhoto(db, listed.get(path)!.photoId!, null),
    /** 16 × 16 pixels of what the grid shows. */
    async seen(path: string): Promise<Buffer> {
      const response = await library.photoResponse(this.idOf(path), 'thumb');
      const thumb = await response.arrayBuffer();
      return sharp(thumb).resize(16, 16, { fit: 'fill' }).raw().toBuffer();
    },
  };
}

const difference = (one: Buffer, other: Buffer): number =>
  one.reduce((sum, byte, i) => sum + Math.abs(byte - (other[i] ?? 0)), 0) / one.length;

test('every odd file is accounted for, and every orientation comes out upright', async () => {
  const files = await oddPhotos();
  const folder = fill(
    temporaryFolder(),
    Object.fromEntries(Object.entries(files).map(([path, { content }]) => [path, content])),
  );
  const expected = Object.fromEntries(Object.entries(files).map(([path, file]) => [path, file.expected]));
  const library = await scanAccountedFor(folder, expected);
  expect(library.idOf('names/copy of copy.jpg')).toBe(library.idOf('names/copy.jpg'));
  const upright = await library.seen('oriented/1.jpg');
  for (let orientation = 2; orientation <= 8; orientation++) {
    const path = `oriented/${orientation}.jpg`;
    expect(library.size(path)).toMatchObject(ORIENTED);
    expect(difference(await library.seen(path), upright)).toBeLessThan(6);
  }
});

const [tar, table] = [testData('odd-images.tar'), testData('odd-images.tsv')];
if (tar && table) {
  test('so are all 299 of the public collection', async () => {
    const rows: { file: string; expected: string }[] = parse(readFileSync(table), { columns: true, delimiter: '\t' });
    const folder = temporaryFolder();
    unpack(tar, folder);
    const expected: Expected = Object.fromEntries(
      rows.map(({ file, expected: one }) => {
        if (one.startsWith('decodes or')) return [file, 'either'];
        return [file, one.startsWith('must be rejected') ? 'rejected' : 'decodes'];
      }),
    );
    const library = await scanAccountedFor(folder, expected);
    for (const { file } of rows.filter((row) => row.expected === 'decodes rotated')) {
      const { width, height } = library.size(file);
      const series = /^(.*(Landscape|Portrait)_)\d\.jpg$/.exec(file);
      if (!series) {
        expect([file, width, height]).toEqual([file, 489, 499]);
        continue;
      }
      expect([file, width > height]).toEqual([file, series[2] === 'Landscape']);
      // All of a series show the same scene, but for a digit drawn into it.
      const upright = await library.seen(`exif-orientation-examples/${series[2]}_1.jpg`);
      expect(difference(await library.seen(file), upright)).toBeLessThan(6);
    }
  });
}
