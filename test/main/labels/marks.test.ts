// The three meanings beside a class: excluded, none of these, unsure. What each does to every list, count, export and
// lesson.

import { expect, test } from 'vitest';
import { countPhotos } from '../../../src/main/db/counts.ts';
import { findPhotos } from '../../../src/main/db/find.ts';
import { getPhoto, listPhotos } from '../../../src/main/db/photos.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { csv as csvFormat } from '../../../src/main/export/formats/csv.ts';
import { json } from '../../../src/main/export/formats/json.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { importLabels } from '../../../src/main/labels/import-labels.ts';
import { parseLabelCsv } from '../../../src/main/labels/label-csv.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { undo, undoState } from '../../../src/main/labels/undo.ts';
import { takeLesson } from '../../../src/main/live/lesson.ts';
import { lessonOf, takeSnapshot } from '../../../src/main/runs/snapshot.ts';
import type { OpenLibrary } from '../../../src/main/library/open-library.ts';
import { asAdded } from '../../../src/shared/search.ts';
import { labelCode, labelFromCode, marks } from '../../../src/shared/types.ts';
import type { ClassId, Label, PhotoId } from '../../../src/shared/types.ts';
import { addRun, sampleDatabase } from '../db/sample-photos.ts';
import { written } from '../export/written.ts';
import { by } from './origins.ts';

/** Two of each of two classes, one of each mark, and one without a label: in this order. */
function everyMeaning(): { db: Db; ids: PhotoId[]; cat: ClassId; dog: ClassId } {
  const { db, ids } = sampleDatabase(8);
  const { id: cat } = createClass(db, { name: 'Cat' });
  const { id: dog } = createClass(db, { name: 'Dog' });
  setLabels(db, ids.slice(0, 2), cat, by.person);
  setLabels(db, ids.slice(2, 4), dog, by.person);
  marks.forEach((mark, i) => setLabels(db, [ids[4 + i]!], mark, by.person));
  return { db, ids, cat, dog };
}

test('every label has a code of its own, which stands for it', () => {
  const labels: Label[] = [...marks, null, 7 as ClassId];
  expect(labels.map(labelCode)).toEqual([-1, -2, -3, 0, 7]);
  expect(labels.map((label) => labelFromCode(labelCode(label)))).toEqual(labels);
});

test('each is counted, listed and found apart, and none of them is unlabelled', () => {
  const { db, ids, cat, dog } = everyMeaning();
  const run = addRun(
    db,
    ids.map((photoId) => ({ photoId, classId: cat })),
  );
  expect(countPhotos(db, run)).toMatchObject({
    ...{ photos: 8, labelled: 4, unlabelled: 1, excluded: 1, none: 1, unsure: 1 },
    byClass: { [cat]: 2, [dog]: 2 },
    predictedByClass: { [cat]: 1 },
  });
  marks.forEach((mark, i) => {
    expect(listPhotos(db, { kind: mark }, run).ids).toEqual([ids[4 + i]]);
    expect(findPhotos(db, { search: { label: mark }, sort: asAdded, by: run })).toEqual([ids[4 + i]]);
    expect(getPhoto(db, ids[4 + i]!, run).label).toBe(mark);
  });
  expect(listPhotos(db, { kind: 'unlabelled' }, run).ids).toEqual([ids[7]]);
  expect(findPhotos(db, { search: { label: null }, sort: asAdded, by: run })).toEqual([ids[7]]);
  expect(listPhotos(db, { kind: 'all' }, run).labels).toEqual([cat, cat, dog, dog, -1, -2, -3, 0]);
});

test('undo says in words what each was', () => {
  const { db } = everyMeaning();
  const told = marks.map(() => {
    const { undo: phrase } = undoState(db);
    undo(db);
    return phrase;
  });
  expect(told).toEqual(['Mark 1 photo as unsure', 'Label 1 photo as none of these', 'Exclude 1 photo']);
});

test('what is exported as CSV is imported again as it was, and JSON says the same', async () => {
  const { db, ids, cat } = everyMeaning();
  addRun(
    db,
    ids.map((photoId) => ({ photoId, classId: cat })),
  );
  const csv = (await written(db, csvFormat)).join('');
  const [header, ...lines] = csv.trimEnd().split('\r\n');
  const column = (name: string) => lines.map((line) => line.split(',')[header!.split(',').indexOf(name)]);
  expect(column('none')).toEqual(['', '', '', '', '', 'yes', '', '']);
  expect(column('unsure')).toEqual(['', '', '', '', '', '', 'yes', '']);
  // Nobody has given an unsure photo its class: what stands there is the prediction, and says so.
  expect(column('class')).toEqual(['Cat', 'Cat', 'Dog', 'Dog', '', '', 'Cat', 'Cat']);
  expect(column('source').slice(4)).toEqual(['person', 'person', 'prediction', 'prediction']);
  const { photos } = JSON.parse((await written(db, json)).join(''));
  expect(photos.map((photo: { none: boolean; unsure: boolean }) => [photo.none, photo.unsure])).toEqual(
    ids.map((_, i) => [i === 5, i === 6]),
  );

  const other = sampleDatabase(8).db;
  expect(importLabels(other, parseLabelCsv(csv))).toMatchObject({ changed: 7, newClasses: ['Cat', 'Dog'] });
  expect(listPhotos(other, { kind: 'all' }, null).labels.slice(4)).toEqual([-1, -2, -3, 0]);
  expect(undoState(other).undo).toBe('Import labels for 7 photos');
});

test('rows that call one photo none of these and a class are not guessed; a class may be called none', () => {
  const { db } = sampleDatabase(2);
  const rows = parseLabelCsv('file,class,none\n0.jpg,,yes\n0.jpg,Cat,\n1.jpg,none,\n');
  const report = importLabels(db, rows);
  expect(report.unmatched.map(({ reason }) => reason)).toEqual([
    'Row 3 (0.jpg) says otherwise of the same photo.',
    'Row 2 (0.jpg) says otherwise of the same photo.',
  ]);
  expect(report.newClasses).toEqual(['none']);
});

test('a run learns from none of these as that, from unsure as unlabelled, and knows nothing of the excluded', async () => {
  const { db, ids } = everyMeaning();
  const snapshot = await takeSnapshot({ db } as OpenLibrary, { accepted: 'leave-out' });
  expect(snapshot.photos.map(({ id }) => id)).toEqual(ids.filter((_, i) => i !== 4));
  const all = snapshot.photos.map(({ id }) => id);
  const { labels, preview } = lessonOf(snapshot, all, null);
  expect([...labels]).toEqual([0, 0, 1, 1, -2, -1, -1]);
  expect(preview.every((at) => labels[at] === -1)).toBe(true);
});

test('while somebody labels, unsure photos are suggested when no other is left, and then only', () => {
  const { db, ids, cat } = everyMeaning();
  const features = { path: '', length: 1, rows: Int32Array.from(ids.keys()), backbone: '' };
  const lesson = () => takeLesson(db, { ids, features }, { accepted: 'leave-out' });
  expect([...lesson().labels]).toEqual([0, 0, 1, 1, -1, -2, -1, -1]);
  expect([...lesson().waiting]).toEqual([7]);
  expect([...lesson().aside]).toEqual([4, 5, 6]);
  setLabels(db, [ids[7]!], cat, by.person);
  expect([...lesson().aside]).toEqual([4, 5]);
});
