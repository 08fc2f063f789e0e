import { expect, test } from 'vitest';
import { listClasses } from '../../../src/main/db/classes.ts';
import { labelCodes } from '../../../src/main/db/labels.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { redo, undo, undoState } from '../../../src/main/labels/undo.ts';
import { importLabels, labelFromFolders } from '../../../src/main/labels/import-labels.ts';
import { parseLabelCsv } from '../../../src/main/labels/label-csv.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import type { PhotoId } from '../../../src/shared/types.ts';
import { addProblem, sampleDatabase, setMissing } from '../db/sample-photos.ts';
import { by } from './origins.ts';

const csv = (...lines: string[]) => parseLabelCsv(['file,class', ...lines].join('\n'));

/** Photos by the class they have, in names. */
function labelled({ db, ids }: Pick<ReturnType<typeof sampleDatabase>, 'db' | 'ids'>): (string | number)[] {
  const names = new Map(listClasses(db).map(({ id, name }) => [Number(id), name]));
  return labelCodes(db, ids).map((code) => names.get(code) ?? code);
}

test('rows are matched by path, by a bare name that only one photo has, and in the spellings of other systems', () => {
  const library = sampleDatabase(['cats/1.jpg', 'dogs/2.jpg', 'dogs/näh.jpg', 'dogs/4.jpg']);
  const report = importLabels(
    library.db,
    csv('cats/1.jpg,Cat', '2.jpg,Dog', 'dogs/na\u0308h.jpg, dog ', '.\\dogs\\4.jpg,DOG'),
  );
  expect(report.unmatched).toEqual([]);
  expect(report.matched).toHaveLength(4);
  expect(report.newClasses).toEqual(['Cat', 'Dog']);
  expect(report.changed).toBe(4);
  expect(labelled(library)).toEqual(['Cat', 'Dog', 'Dog', 'Dog']);
});

test('every row that has no effect is listed with its number and a reason', () => {
  const library = sampleDatabase(['cats/1.jpg', 'dogs/1.jpg', 'gone.jpg', 'ok.jpg', 'long.jpg']);
  addProblem(library.db, 'broken.jpg');
  setMissing(library.db, 'gone.jpg');
  const { db } = library;
  const report = importLabels(
    db,
    csv(
      'nowhere.jpg,Cat',
      '1.jpg,Cat',
      'gone.jpg,Cat',
      'ok.jpg,',
      ',Cat',
      'broken.jpg,Cat',
      `long.jpg,${'x'.repeat(61)}`,
      'birds/1.jpg,Cat',
    ),
  );
  expect(report.matched).toEqual([]);
  expect(report.unmatched).toEqual([
    { row: 2, file: 'nowhere.jpg', reason: 'No such file in the folder.' },
    { row: 3, file: '1.jpg', reason: 'Several files have this name: cats/1.jpg, dogs/1.jpg. Write the path.' },
    { row: 4, file: 'gone.jpg', reason: 'No such file in the folder.' },
    { row: 5, file: 'ok.jpg', reason: 'The row names no class.' },
    { row: 6, file: '', reason: 'The row names no file.' },
    { row: 7, file: 'broken.jpg', reason: "The file can't be used: Its data is damaged." },
    { row: 8, file: 'long.jpg', reason: 'The class name "xxxxxxxxxxxxxxxxxxxx…" has 61 characters.' },
    { row: 9, file: 'birds/1.jpg', reason: 'No such file in the folder.' },
  ]);
  expect(listClasses(db)).toEqual([]);
  expect(undoState(db).undo).toBeNull();
});

test('rows that contradict each other about one photo are not guessed, even under two of its names', () => {
  const library = sampleDatabase(['a.jpg|copy of a.jpg', 'b.jpg', 'c.jpg']);
  const report = importLabels(library.db, csv('a.jpg,Cat', 'copy of a.jpg,Dog', 'b.jpg,Cat', 'b.jpg,cat', 'c.jpg,Dog'));
  expect(report.unmatched).toEqual([
    { row: 2, file: 'a.jpg', reason: 'Row 3 (copy of a.jpg) says otherwise of the same photo.' },
    { row: 3, file: 'copy of a.jpg', reason: 'Row 2 (a.jpg) says otherwise of the same photo.' },
  ]);
  expect(labelled(library)).toEqual([0, 'Cat', 'Dog']);
});

test('a bare name that several files of the same content have is not ambiguous', () => {
  const library = sampleDatabase(['x/a.jpg|y/a.jpg']);
  expect(importLabels(library.db, csv('a.jpg,Cat')).unmatched).toEqual([]);
  expect(labelled(library)).toEqual(['Cat']);
});

test('a dry run says the same as the import and writes nothing', () => {
  const library = sampleDatabase(['a.jpg', 'b.jpg']);
  const { db } = library;
  createClass(db, { name: 'Cat' });
  const rows = csv('a.jpg,cat', 'b.jpg,Dog', 'c.jpg,Dog');
  const promised = importLabels(db, rows, { dryRun: true });
  expect(labelled(library)).toEqual([0, 0]);
  expect(listClasses(db).map(({ name }) => name)).toEqual(['Cat']);
  expect(undoState(db).undo).toBe('Create class Cat');
  const { touched, ...done } = importLabels(db, rows);
  expect({ ...done, touched: promised.touched }).toEqual(promised);
  expect(touched.classes).toBe(true);
  expect(labelled(library)).toEqual(['Cat', 'Dog']);
});

test('an import with its new classes is one action', () => {
  const library = sampleDatabase(['a.jpg', 'b.jpg', 'c.jpg']);
  const { db, ids } = library;
  setLabels(db, [ids[0]!], 'excluded', by.person);
  importLabels(db, csv('a.jpg,Cat', 'b.jpg,Dog', 'c.jpg,Cat'));
  expect(undoState(db).undo).toBe('Import labels for 3 photos');
  undo(db);
  expect(listClasses(db)).toEqual([]);
  expect(labelled(library)).toEqual([-1, 0, 0]);
  redo(db);
  expect(labelled(library)).toEqual(['Cat', 'Dog', 'Cat']);
});

test('importing what is known already changes nothing', () => {
  const library = sampleDatabase(['a.jpg']);
  importLabels(library.db, csv('a.jpg,Cat'));
  const again = importLabels(library.db, csv('a.jpg,Cat'));
  expect(again).toMatchObject({ changed: 0, matched: [{ row: 2 }], newClasses: [] });
  undo(library.db);
  expect(undoState(library.db).undo).toBeNull();
});

test('a table can leave photos out, and its predictions don’t become labels', () => {
  const library = sampleDatabase(['a.jpg', 'b.jpg', 'c.jpg']);
  const rows = parseLabelCsv(
    'path,class,source,excluded\na.jpg,,person,yes\nb.jpg,Cat,prediction,\nc.jpg,Cat,suggestion,\n',
  );
  const report = importLabels(library.db, rows);
  expect(labelled(library)).toEqual([-1, 0, 'Cat']);
  expect(report.unmatched).toEqual([{ row: 3, file: 'b.jpg', reason: 'The class is a prediction, not a label.' }]);
});

test('folders name classes: the nearest one, none at the top, never over a label that is there', () => {
  const library = sampleDatabase([
    'cats/1.jpg',
    'train/Dogs/2.jpg',
    'top.jpg',
    'cats/3.jpg',
    'cats/4.jpg|dogs/4.jpg',
    'CATS/5.jpg',
  ]);
  const { db, ids } = library;
  setLabels(db, [ids[3]!], 'excluded', by.person);
  const report = labelFromFolders(db);
  expect(labelled(library)).toEqual(['CATS', 'Dogs', 0, -1, 0, 'CATS']);
  expect(report.changed).toBe(3);
  expect(report.unmatched.map(({ file }) => file)).toEqual(['cats/4.jpg', 'dogs/4.jpg']);
  expect(undoState(db).undo).toBe('Label 3 photos by folder');
  undo(db);
  expect(listClasses(db)).toEqual([]);
  expect(labelFromFolders(db, { dryRun: true })).toMatchObject({ changed: 3, newClasses: ['CATS', 'Dogs'] });
  expect(listClasses(db)).toEqual([]);
});

test('imported labels say that they are imported', () => {
  const { db, ids } = sampleDatabase(['cats/a.jpg', 'b.jpg']);
  labelFromFolders(db);
  importLabels(db, csv('b.jpg,Dog'));
  const sources = prepare<{ photo_id: PhotoId; source: string }>(
    db,
    'SELECT photo_id, source FROM label ORDER BY photo_id',
  ).all();
  expect(sources).toEqual(ids.map((photo_id) => ({ photo_id, source: 'import' })));
});

test('a table of 20,000 rows for 20,000 photos is imported in less than 2 s of processor time', () => {
  const { db } = sampleDatabase(20_000);
  const rows = csv(...Array.from({ length: 20_000 }, (_, i) => `${i}.jpg,Class ${i % 10}`));
  const start = process.cpuUsage();
  expect(importLabels(db, rows).changed).toBe(20_000);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(2000);
});

test('a photo that many rows name is one photo, also in the words of undo', () => {
  const library = sampleDatabase(['a.jpg']);
  const report = importLabels(library.db, csv(...Array<string>(1000).fill('a.jpg,Cat')));
  expect(report).toMatchObject({ changed: 1, unmatched: [] });
  expect(undoState(library.db).undo).toBe('Import labels for 1 photo');
});

test('100,000 rows that contradict each other about one photo are read in their number, not its square', () => {
  const library = sampleDatabase(['a.jpg']);
  const rows = Array.from({ length: 100_000 }, (_, i) => ({ row: i + 2, file: 'a.jpg', class: i % 2 ? 'Cat' : 'Dog' }));
  const began = process.cpuUsage();
  const report = importLabels(library.db, rows);
  expect(process.cpuUsage(began).user / 1e6).toBeLessThan(10);
  expect(report.unmatched).toHaveLength(100_000);
  expect(report.changed).toBe(0);
});
