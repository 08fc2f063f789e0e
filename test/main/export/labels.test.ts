import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { download } from '../../../src/main/export/download.ts';
import { contextOf } from '../../../src/main/export/export-job.ts';
import type { FileFormat } from '../../../src/main/export/format.ts';
import { csv } from '../../../src/main/export/formats/csv.ts';
import { json } from '../../../src/main/export/formats/json.ts';
import { suggestedName } from '../../../src/main/export/table.ts';
import { listClasses } from '../../../src/main/db/classes.ts';
import { prepare } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { labelCodes } from '../../../src/main/db/labels.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { importLabels } from '../../../src/main/labels/import-labels.ts';
import { parseLabelCsv } from '../../../src/main/labels/label-csv.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { addPhotos, addProblem, addRun, sampleDatabase, setMissing } from '../db/sample-photos.ts';
import { everything } from '../../../src/shared/export.ts';
import { by } from '../labels/origins.ts';
import { hostileClasses, hostilePaths } from './hostile.ts';
import { written } from './written.ts';

const all = { ...everything, format: 'csv' };
const openOn = (db: Db, name = 'photos') => ({ db, folder: '/photos', name, dir: '/data' });
const downloadOf = (db: Db, name: string, format: FileFormat) => {
  const open = openOn(db, name);
  const pieces = format.write(contextOf(open, { ...all, format: format.id }, null, new AbortController().signal));
  return download(pieces, format.contentType, suggestedName(name, format));
};

function sampleExport() {
  const { db, ids } = sampleDatabase(['a.jpg', 'b.jpg|sub/b.jpg', 'c.jpg', 'd.jpg', 'e.jpg', 'gone.jpg']);
  addProblem(db, 'broken.jpg');
  const cat = createClass(db, { name: 'Cat' }).id;
  const dog = createClass(db, { name: '=Dog, "the" 2nd' }).id;
  setLabels(db, [ids[0]!, ids[5]!], cat, by.person);
  setLabels(db, [ids[1]!], dog, by.suggestion);
  setLabels(db, [ids[2]!], 'excluded', by.person);
  const run = addRun(
    db,
    ids.slice(0, 4).map((photoId) => ({ photoId, classId: dog, confidence: 0.75 })),
  );
  setMissing(db, 'gone.jpg');
  return { db, ids, cat, dog, run };
}

const hash = expect.stringMatching(/^[0-9a-f]{64}$/);

test('the JSON says of every photo what is known, and of its format which version it is', async () => {
  const { db, run } = sampleExport();
  const exported: unknown = JSON.parse((await written(db, json)).join(''));
  const dog = '=Dog, "the" 2nd';
  const marks = { excluded: false, none: false, unsure: false };
  const picture = { copies: [], width: 640, height: 480, taken: null };
  const said = { hash, predicted: dog, confidence: 0.75, calibrated: false, run, ...marks, ...picture };
  expect(exported).toEqual({
    format: 'whisker-labels',
    version: 1,
    exportedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    classes: [
      { name: 'Cat', colour: 'blue', shape: 'circle' },
      { name: dog, colour: 'orange', shape: 'square' },
    ],
    photos: [
      { ...said, path: 'a.jpg', class: 'Cat', source: 'person', chosen: 'hand' },
      { ...said, path: 'b.jpg', class: dog, source: 'suggestion', chosen: 'review', copies: ['sub/b.jpg'] },
      { ...said, path: 'c.jpg', class: null, source: 'person', chosen: 'hand', excluded: true },
      { ...said, path: 'd.jpg', class: dog, source: 'prediction', chosen: null },
      {
        path: 'e.jpg',
        hash,
        class: null,
        source: null,
        chosen: null,
        ...marks,
        predicted: null,
        confidence: null,
        calibrated: null,
        run: null,
        ...picture,
      },
    ],
  });
});

test('the CSV has the same fields, ends its lines with CRLF and guards cells that look like formulas', async () => {
  const { db, run } = sampleExport();
  const text = (await written(db, csv)).join('');
  const columns =
    'path,hash,class,source,excluded,predicted,confidence,calibrated,run,copies,chosen,none,unsure,width,height,taken';
  expect(text.startsWith(`${columns}\r\n`)).toBe(true);
  expect(text.split('\r\n')).toHaveLength(7);
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const dog = `'=Dog, "the" 2nd`;
  const size = ['640', '480', ''];
  expect(rows.map((row) => Object.entries(row).flatMap(([key, value]) => (key === 'hash' ? [] : value)))).toEqual([
    ['a.jpg', 'Cat', 'person', '', dog, '0.75', 'no', String(run), '', 'hand', '', '', ...size],
    ['b.jpg', dog, 'suggestion', '', dog, '0.75', 'no', String(run), 'sub/b.jpg', 'review', '', '', ...size],
    ['c.jpg', '', 'person', 'yes', dog, '0.75', 'no', String(run), '', 'hand', '', '', ...size],
    ['d.jpg', dog, 'prediction', '', dog, '0.75', 'no', String(run), '', '', '', '', ...size],
    ['e.jpg', '', '', '', '', '', '', '', '', '', '', '', ...size],
  ]);
});

test('an exported CSV, imported into a fresh library of the same photos, gives the same labels alone', async () => {
  const paths = ['a.jpg', 'b.jpg|sub/b.jpg', 'sub/c.jpg', 'unlabelled.jpg', 'only predicted.jpg', ...hostilePaths];
  const { db, ids } = sampleDatabase(paths);
  const classes = hostileClasses.map((name) => createClass(db, { name }));
  ids.forEach((id, i) => {
    if (i === 2) setLabels(db, [id], 'excluded', by.person);
    else if (i !== 3 && i !== 4) setLabels(db, [id], classes[i % classes.length]!.id, by.person);
  });
  addRun(
    db,
    ids.map((photoId) => ({ photoId, classId: classes[0]!.id })),
  );

  const fresh = sampleDatabase([]);
  const freshIds = addPhotos(fresh.db, [...paths].reverse()).reverse();
  const report = importLabels(fresh.db, parseLabelCsv((await written(db, csv)).join('')));
  expect(report.unmatched.map(({ file, reason }) => [file, reason])).toEqual([
    ['unlabelled.jpg', 'The class is a prediction, not a label.'],
    ['only predicted.jpg', 'The class is a prediction, not a label.'],
  ]);

  const labelsOf = (library: typeof db, photoIds: typeof ids) => {
    const nameOf = new Map(listClasses(library).map(({ id, name }) => [Number(id), name]));
    return labelCodes(library, photoIds).map((code) => nameOf.get(code) ?? code);
  };
  expect(labelsOf(fresh.db, freshIds)).toEqual(labelsOf(db, ids));
});

test('a large library is exported in pages, every photo once', async () => {
  const { db, ids } = sampleDatabase(2500);
  setLabels(db, ids, 'excluded', by.person);
  const parts = await written(db, csv);
  expect(parts).toHaveLength(4);
  const rows: { path: string }[] = parse(parts.join(''), { columns: true });
  expect(new Set(rows.map(({ path }) => path)).size).toBe(ids.length);
  const { photos }: { photos: unknown[] } = JSON.parse((await written(db, json)).join(''));
  expect(photos).toHaveLength(ids.length);
});

test('labels can be set while an export is being read', async () => {
  const { db, ids } = sampleDatabase(1500);
  setLabels(db, ids, 'excluded', by.person);
  const context = contextOf(openOn(db), all, null, new AbortController().signal);
  const parts: string[] = [];
  for await (const part of csv.write(context))
    if (parts.push(String(part)) === 2) setLabels(db, ids, 'none', by.person);
  expect(parts).toHaveLength(3);
  expect(parts[1]).not.toContain(',yes,,640');
  expect(parts[2]).toContain(',yes,,640');
});

test('an empty library exports an empty table and valid JSON', async () => {
  const { db } = sampleDatabase(0);
  expect((await written(db, csv)).join('').trimEnd().split('\r\n')).toHaveLength(1);
  expect(JSON.parse((await written(db, json)).join(''))).toMatchObject({ classes: [], photos: [] });
});

test('the response is a download named after the library, in plain ASCII and in full', async () => {
  const { db } = sampleExport();
  const response = downloadOf(db, 'Über/"Katzen"\r\nX: y', csv);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="_ber Katzen X y labels.csv"; filename*=UTF-8''%C3%9Cber%20Katzen%20X%20y%20labels.csv`,
  );
  expect(await response.text()).toBe((await written(db, csv)).join(''));

  const other = downloadOf(db, '', json);
  expect(other.headers.get('content-disposition')).toContain('filename="whisker labels.json"');
  expect(other.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await other.json()).toMatchObject({ version: 1 });
});

test('a reader that goes away in the middle leaves nothing running', async () => {
  const { db, ids } = sampleDatabase(5000);
  setLabels(db, ids, 'none', by.person);
  const reader = downloadOf(db, 'x', csv).body!.getReader();
  await reader.read();
  await reader.cancel();
  setLabels(db, ids.slice(0, 1), 'excluded', by.person);
  expect(() => db.close()).not.toThrow();
});

test('a confidence has four digits, and says whether it was checked', async () => {
  const { db, ids } = sampleDatabase(['a.jpg']);
  const cat = createClass(db, { name: 'Cat' }).id;
  const run = addRun(db, [{ photoId: ids[0]!, classId: cat, confidence: 0.9999999403953552 }]);
  const row = async () => (await written(db, csv)).join('').split('\r\n')[1]?.split(',').slice(6, 9);
  expect(await row()).toEqual(['1', 'no', String(run)]);
  prepare(db, `UPDATE run SET receipt = '{"temperature":1.5}' WHERE id = ?`).run(run);
  prepare(db, `UPDATE prediction SET confidence = 0.87654321`).run();
  expect(await row()).toEqual(['0.8765', 'yes', String(run)]);
});
