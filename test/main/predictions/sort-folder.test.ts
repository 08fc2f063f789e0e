// Another folder is sorted without becoming a library, and nothing in it is touched.

import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedApp } from '../../../src/main/app.ts';
import { parseExportUrl, sortedCsvUrl, sortedUrl } from '../../../src/shared/urls.ts';
import type { FolderSorting } from '../../../src/shared/handed-in.ts';
import { drawPhotos } from '../photo-folder.ts';
import { openLibrary, trainQuickly } from './trained-library.ts';
import '../../fixtures/needs-tensorflow.ts';

let dir: string;
let other: string;
let app: OpenedApp;
const heard: (FolderSorting | null)[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'whisker-sorting-'));
  other = join(dir, 'other');
  ({ app } = await openLibrary(dir));
  await drawPhotos(other, 40, 60);
  writeFileSync(join(other, 'notes.txt'), 'not a picture');
  writeFileSync(join(other, '=evil.png'), 'not a picture either');
  app.subscribe(({ name, payload }) => name === 'sorting.changed' && heard.push(payload));
});
afterAll(async () => {
  await app.close();
  rmSync(dir, { recursive: true });
});

const get = (path: string) => app.fetch(new Request(`http://whisker${path}`));
const ended = () =>
  expect.poll(() => app.services.sorter.state()?.phase, { timeout: 60_000 }).toMatch(/^(done|failed|stopped)$/);
/** Everything in the folder, with what would change if it were touched. */
const treeOf = (folder: string) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .sort()
    .map((name) => [name, statSync(join(folder, name)).size, statSync(join(folder, name)).mtimeMs]);

test('without a model, or a folder, it says so', async () => {
  await expect(app.services.sorter.start(other)).rejects.toMatchObject({ code: 'not-found' });
  await trainQuickly(app);
  await expect(app.services.sorter.start(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'folder-unavailable' });
  await expect(app.services.sorter.start(join(other, 'notes.txt'))).rejects.toMatchObject({
    code: 'folder-unavailable',
  });
  expect(app.services.sorter.state()).toBeNull();
});

test('every picture in it and below has a class, odd files a reason, and the folder is as it was', async () => {
  const before = treeOf(other);
  const photosBefore = app.services.library.scanProgress().photos;
  const { job } = await app.services.sorter.start(other);
  await ended();
  expect(app.services.sorter.state()).toMatchObject({
    job,
    name: 'other',
    phase: 'done',
    done: 42,
    total: 42,
    predicted: 40,
    problems: 2,
    error: null,
  });
  expect(app.services.sorter.state()?.classes.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    { name: 'Cool', count: 20 },
    { name: 'Warm', count: 20 },
  ]);
  expect(heard.at(-1)).toMatchObject({ phase: 'done', predicted: 40 });
  expect(
    app.services.sorter
      .problems(job)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['=evil.png', 'notes.txt']);
  expect(treeOf(other)).toEqual(before);
  expect(app.services.library.scanProgress().photos).toBe(photosBefore);
});

test('pages go from the least sure on, of all or of one class, and each file has its picture', async () => {
  const { job } = app.services.sorter.state()!;
  const all = app.services.sorter.page({ job, class: null, from: 0, count: 100 });
  const confidences = all.files.map(({ confidence }) => confidence);
  expect(all.total).toBe(40);
  expect(confidences).toEqual(confidences.toSorted((a, b) => a - b));
  const some = app.services.sorter.page({ job, class: 'Warm', from: 5, count: 3 });
  expect(some).toMatchObject({ total: 20, files: [{ class: 'Warm' }, { class: 'Warm' }, { class: 'Warm' }] });
  expect(some.files.every(({ path }) => path.startsWith('warm/'))).toBe(true);
  const picture = await get(sortedUrl(job, some.files[0]!.index));
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/webp']);
  expect((await get(sortedUrl(job, 4711))).status).toBe(404);
  expect((await get(sortedUrl(job + 1, 0))).status).toBe(404);
});

test('the table has a row for each picture, and no cell of it is a formula', async () => {
  const { job } = app.services.sorter.state()!;
  const reply = await get(sortedCsvUrl(job));
  expect(reply.headers.get('content-disposition')).toContain('other predictions.csv');
  const rows: Record<string, string>[] = parse(await reply.text(), { columns: true });
  expect(rows).toHaveLength(40);
  for (const { path, class: name, confidence, calibrated, source, run } of rows) {
    expect(name).toBe(path!.startsWith('warm/') ? 'Warm' : 'Cool');
    expect(Number(confidence)).toBeGreaterThanOrEqual(0.5);
    expect([calibrated, source, run]).toEqual([expect.stringMatching(/^(yes|no)$/), 'prediction', '1']);
  }
  expect(parseExportUrl('/export/sorted-0.csv')).toBeNull();
  expect((await get(sortedCsvUrl(job + 1))).status).toBe(404);
});

test('it can be stopped, what was found stays, and closing the library forgets it', async () => {
  await drawPhotos(join(dir, 'large'), 100, 250);
  await app.services.sorter.start(join(dir, 'large'));
  await expect.poll(() => app.services.sorter.state()?.done ?? 0, { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
  app.services.sorter.stop();
  const { phase, done, predicted, job } = app.services.sorter.state()!;
  expect(phase).toBe('stopped');
  expect(done).toBeLessThan(300);
  expect(app.services.sorter.page({ job, class: null, from: 0, count: 1000 }).total).toBe(predicted);
  await app.services.library.close();
  expect(app.services.sorter.state()).toBeNull();
});
