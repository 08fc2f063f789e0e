// The score on truth that was never trained on: what counts, what is left out, and the numbers against values known
// from elsewhere.

import { beforeEach, expect, test } from 'vitest';
import type { Db } from '../../../src/main/db/open.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { evaluate } from '../../../src/main/review/score.ts';
import type { ClassId, PhotoId, RunId } from '../../../src/shared/types.ts';
import { addRun, sampleDatabase } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';

let db: Db;
let ids: PhotoId[];
let cat: ClassId;
let dog: ClassId;
let run: RunId;

/** Photos 0..9: the run takes 0..4 for cats and the rest for dogs. */
beforeEach(() => {
  ({ db, ids } = sampleDatabase(10));
  cat = createClass(db, { name: 'Cat' }).id;
  dog = createClass(db, { name: 'Dog' }).id;
  run = addRun(
    db,
    ids.map((photoId, i) => ({ photoId, classId: i < 5 ? cat : dog })),
  );
});

const truth = (classOf: (i: number) => string, count = 10) =>
  Array.from({ length: count }, (_, i) => ({ row: i + 2, file: `${i}.jpg`, class: classOf(i) }));

test('the confusion matrix counts truth in rows and prediction in columns', () => {
  const found = evaluate(
    db,
    run,
    truth((i) => (i < 4 ? 'Cat' : 'Dog')),
    [],
  );
  expect(found.classes).toEqual(['Cat', 'Dog']);
  expect(found.confusion).toEqual([
    [4, 0],
    [1, 5],
  ]);
  expect(found.accuracy).toBe(0.9);
  expect(found.n).toBe(10);
  expect(found.perClass).toEqual([
    { class: 'Cat', precision: 4 / 5, recall: 1, n: 4 },
    { class: 'Dog', precision: 1, recall: 5 / 6, n: 6 },
  ]);
});

test('photos that are labelled or that the model learned from are left out and counted', () => {
  setLabels(db, [ids[0]!], cat, by.person);
  const learned = [ids[1]!];
  const found = evaluate(
    db,
    run,
    truth(() => 'cat'),
    learned,
  );
  expect(found.n).toBe(8);
  expect(found.leftOut.trainedOn).toBe(2);
});

test('excluded photos and rows without a photo are left out and counted', () => {
  setLabels(db, [ids[0]!], 'excluded', by.person);
  const rows = [...truth(() => 'Cat'), { row: 12, file: 'gone.jpg', class: 'Dog' }];
  const { n, leftOut } = evaluate(db, run, rows, []);
  expect(n).toBe(9);
  expect(leftOut.excluded).toBe(1);
  expect(leftOut.unmatched).toEqual([{ row: 12, file: 'gone.jpg', reason: expect.stringContaining('No such file') }]);
});

test('a class that was never predicted has no precision, one that never occurs no recall', () => {
  createClass(db, { name: 'Bird' });
  const { perClass } = evaluate(
    db,
    run,
    truth(() => 'Cat'),
    [],
  );
  expect(perClass[2]).toEqual({ class: 'Bird', precision: null, recall: null, n: 0 });
  expect(perClass[1]).toMatchObject({ class: 'Dog', precision: 0, recall: null });
});

test('a class that the library does not have is bad input, and says which row', () => {
  expect(() =>
    evaluate(
      db,
      run,
      truth((i) => (i === 3 ? 'Horse' : 'Cat')),
      [],
    ),
  ).toThrow(/Row 5 names the class "Horse"/);
});

test('truth of nothing but trained photos is bad input', () => {
  expect(() =>
    evaluate(
      db,
      run,
      truth(() => 'Cat'),
      ids,
    ),
  ).toThrow(/None of the rows/);
});
