// The 299 files that photo libraries meet and choke on, scanned as one library through the real engine.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { getPhoto } from '../../../src/main/db/photos.ts';
import { presentFiles } from '../../../src/main/db/present-files.ts';
import type { PhotoId } from '../../../src/shared/types.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { testData, unpack } from '../../fixtures/test-data.ts';
import { startLibrary } from './service.ts';

const tar = testData('odd-images.tar');
const table = testData('odd-images.tsv');
if (!tar || !table) console.log('Skipped: odd-images.tar is not in ../shared/data (see WHISKER_TEST_DATA).');

test.skipIf(!tar || !table)('all 299 odd files are accounted for as their table expects', async () => {
  const rows: { file: string; expected: string }[] = parse(readFileSync(table ?? ''), {
    columns: true,
    delimiter: '\t',
  });
  expect(rows).toHaveLength(299);
  const folder = temporaryFolder();
  unpack(tar ?? '', folder);
  const { library, scan } = startLibrary();
  const progress = await scan(folder);
  expect(progress).toMatchObject({ phase: 'done', found: 299, settled: 299, error: null });

  const { db } = library.require();
  const listed = new Map(presentFiles(db).map((file) => [file.path, file]));
  expect([...listed.keys()].sort()).toEqual(rows.map(({ file }) => file).sort());

  const outcome = ({ file }: { file: string }) => (listed.get(file)?.photoId ? 'decodes' : 'rejected');
  const wrong = rows.filter(({ file, expected }) => {
    if (expected.startsWith('decodes or')) return false;
    return outcome({ file }) !== (expected.startsWith('must be rejected') ? 'rejected' : 'decodes');
  });
  expect(wrong).toEqual([]);

  const problems = library.problems();
  for (const { path, code, reason } of problems) {
    expect(`${path}: ${reason}`).toMatch(/: [A-Z][^\n]{15,220}\.$/);
    // A hang or a crash is never the right answer to a file of this collection.
    expect([path, code]).not.toContain('crashed');
    expect([path, code]).not.toContain('timed-out');
  }
  expect(problems).toHaveLength(rows.filter((row) => outcome(row) === 'rejected').length);

  const small = async (id: PhotoId) => {
    const thumb = await (await library.photoResponse(id, 'thumb')).arrayBuffer();
    return sharp(thumb).resize(16, 16, { fit: 'fill' }).raw().toBuffer();
  };
  const idOf = (file: string) => listed.get(file)?.photoId ?? (0 as PhotoId);
  for (const { file, expected } of rows.filter((row) => row.expected === 'decodes rotated')) {
    const { width, height } = getPhoto(db, idOf(file), null);
    const series = /(Landscape|Portrait)_\d\.jpg$/.exec(file)?.[1];
    if (!series) {
      expect([file, width, height]).toEqual([file, 489, 499]);
      continue;
    }
    expect([file, expected, width > height]).toEqual([file, expected, series === 'Landscape']);
    // All of a series show the same scene, but for a digit drawn into it.
    const upright = await small(idOf(join('exif-orientation-examples', `${series}_1.jpg`)));
    const seen = await small(idOf(file));
    const difference = seen.reduce((sum, byte, i) => sum + Math.abs(byte - (upright[i] ?? 0)), 0) / seen.length;
    expect(difference).toBeLessThan(6);
  }
});
