// Libraries of earlier versions, brought up to date: what their runs said then, they say now in today's words.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { burstsByPhoto, isGrouped } from '../../../src/main/db/burst-rows.ts';
import { initial } from '../../../src/main/db/migrations/001-initial.ts';
import { bursts } from '../../../src/main/db/migrations/015-bursts.ts';
import { meanings } from '../../../src/main/db/migrations/020-meanings.ts';
import { elsewhere } from '../../../src/main/db/migrations/022-elsewhere.ts';
import { libraryMigrations } from '../../../src/main/db/migrations/index.ts';
import { openDatabase } from '../../../src/main/db/open.ts';
import { getRun } from '../../../src/main/db/runs.ts';
import { listClasses, orderClasses } from '../../../src/main/db/classes.ts';
import { historyPage } from '../../../src/main/db/history.ts';
import { labelCodes } from '../../../src/main/db/labels.ts';
import type { ClassId, PhotoId, RunId } from '../../../src/shared/types.ts';
import { undo, undoState } from '../../../src/main/labels/undo.ts';
import { refusedClasses } from '../../../src/main/db/refusals.ts';
import { temporaryFolder } from './sample-photos.ts';

const score = (accuracy: number) => ({ accuracy, low: 0, high: 1, n: 20 });
const options = {
  preset: 'quick',
  minutes: 3,
  seed: 1,
  device: 'auto',
  startFrom: 'scratch',
  colour: 'auto',
  mirror: true,
};

/** What a receipt of the first version reads as today. */
function receiptNow(receipt: object | null) {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, [initial]);
  old
    .prepare(
      `INSERT INTO run (status, options, started_at, labelled, photos, classes, receipt) VALUES ('finished', ?, '', 2, 4, '[]', ?)`,
    )
    .run(JSON.stringify(options), receipt && JSON.stringify(receipt));
  old.close();
  const db = openDatabase(file);
  const run = getRun(db, 1 as RunId);
  db.close();
  expect(run).toMatchObject({
    options: { ...options, features: 'pixels', accepted: 'learn' },
    backbone: null,
    notices: [],
  });
  return run.receipt;
}

test('a run of the first version learned from pixels, and its receipt says how it was measured and what is in use', () => {
  const unknown = { logistic: null, propagation: null, gain: null, temperature: null, note: null };
  const better = { labelsOnly: score(0.7), ssgan: score(0.8), note: null };
  expect(receiptNow(better)).toEqual({ ...better, ...unknown, measuredBy: 'held-out', active: 'ssgan' });
  const worse = { labelsOnly: score(0.8), ssgan: score(0.7), note: null };
  expect(receiptNow(worse)).toEqual({ ...worse, ...unknown, measuredBy: 'held-out', active: 'labels-only' });
});

test('a run that was stopped before its SSGAN began used the labels-only network', () => {
  const stopped = { labelsOnly: score(0.7), ssgan: null, note: 'The run was stopped before the SSGAN began.' };
  expect(receiptNow(stopped)).toMatchObject({ measuredBy: 'held-out', active: 'labels-only', note: stopped.note });
});

test('a receipt without numbers stays without, and a run without a receipt too', () => {
  const few = { labelsOnly: null, ssgan: null, note: 'Too few labels.' };
  expect(receiptNow(few)).toMatchObject({ ...few, measuredBy: null, active: 'ssgan' });
  expect(receiptNow(null)).toBeNull();
});

test('of labels set before it was kept, nobody claims to know how they were chosen', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, libraryMigrations.slice(0, 3));
  old.exec(`
    INSERT INTO photo (sha256, width, height, format, bytes, added_at) VALUES ('${'a'.repeat(64)}', 1, 1, 'png', 1, '');
    INSERT INTO action (kind, description, change, at) VALUES ('label', 'Exclude 1 photo', '{}', '');
    INSERT INTO label_event (photo_id, excluded, source, action_id, at) SELECT id, 1, 'person', 1, '' FROM photo`);
  old.close();
  const db = openDatabase(file);
  const chosen = (table: string) => db.prepare(`SELECT chosen FROM ${table}`).pluck().all();
  expect([chosen('label_event'), chosen('label')]).toEqual([['unknown'], ['unknown']]);
  expect(() =>
    db.exec(`INSERT INTO label_event (photo_id, excluded, source, chosen, action_id, at)
    SELECT id, 1, 'person', 'by whim', 1, '' FROM photo`),
  ).toThrow('CHECK');
  db.close();
});

test('a photo of before counts as whole', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, libraryMigrations.slice(0, 4));
  old.exec(`INSERT INTO photo (sha256, width, height, format, bytes, added_at)
    VALUES ('${'a'.repeat(64)}', 1, 1, 'png', 1, '')`);
  old.close();
  const db = openDatabase(file);
  expect(db.prepare(`SELECT damaged FROM photo`).pluck().all()).toEqual([0]);
  db.close();
});

test('every label event of before is kept as it was, and one of a pile can follow', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, libraryMigrations.slice(0, 5));
  old.exec(`
    INSERT INTO photo (sha256, width, height, format, bytes, added_at)
      VALUES ('${'a'.repeat(64)}', 1, 1, 'png', 1, ''), ('${'b'.repeat(64)}', 1, 1, 'png', 1, '');
    INSERT INTO class (name, colour, shape) VALUES ('Cat', 'blue', 'circle');
    INSERT INTO action (kind, description, change, at) VALUES ('label', 'Label 2 photos as Cat', '{}', '');
    INSERT INTO label_event (photo_id, class_id, excluded, source, chosen, action_id, at)
      VALUES (1, 1, 0, 'person', 'hand', 1, '2'), (2, 1, 0, 'suggestion', 'review', 1, '3'),
        (1, NULL, 0, 'person', 'hand', 1, '4')`);
  const rows = (db: typeof old, table: string) => db.prepare(`SELECT * FROM ${table}`).all();
  const [eventsBefore, labelsBefore] = [rows(old, 'label_event'), rows(old, 'label')];
  old.close();

  const db = openDatabase(file);
  expect(eventsBefore).toHaveLength(3);
  expect([rows(db, 'label_event'), rows(db, 'label')]).toMatchObject([eventsBefore, labelsBefore]);
  db.exec(`INSERT INTO label_event (photo_id, class_id, excluded, source, chosen, action_id, at)
    VALUES (1, 1, 0, 'person', 'pile', 1, '5')`);
  expect(db.prepare(`SELECT chosen, event_id FROM label WHERE photo_id = 1`).all()).toEqual([
    { chosen: 'pile', event_id: 4 },
  ]);
  expect(() => db.exec(`UPDATE label_event SET chosen = 'hand'`)).toThrow('never changed');
  expect(() => db.exec(`DELETE FROM label_event`)).toThrow('never deleted');
  db.close();
});

test('nothing is refused in a library of before; a refusal then names a photo and a class that there are, once', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, libraryMigrations.slice(0, 7));
  old.exec(`
    INSERT INTO photo (sha256, width, height, format, bytes, added_at) VALUES ('${'a'.repeat(64)}', 1, 1, 'png', 1, '');
    INSERT INTO class (name, colour, shape) VALUES ('Cat', 'blue', 'circle');`);
  old.close();
  const db = openDatabase(file);
  const refuse = (photo: number, of: number) =>
    db.prepare('INSERT INTO refusal (photo_id, class_id) VALUES (?, ?)').run(photo, of);
  expect(db.prepare('SELECT * FROM refusal').all()).toEqual([]);
  refuse(1, 1);
  for (const [photo, of] of [
    [1, 1],
    [2, 1],
    [1, 2],
  ] as const)
    expect(() => refuse(photo, of)).toThrow('constraint');
  db.close();
});

test('what was said of one photo not to be can still be taken back', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, libraryMigrations.slice(0, 9));
  old.exec(`
    INSERT INTO photo (id, sha256, width, height, format, bytes, added_at)
      VALUES (1, '${'0'.repeat(64)}', 1, 1, 'jpeg', 1, ''), (2, '${'1'.repeat(64)}', 1, 1, 'jpeg', 1, '');
    INSERT INTO class (id, name, colour, shape) VALUES (7, 'Cat', 'blue', 'circle');
    INSERT INTO refusal VALUES (1, 7), (2, 7);
    INSERT INTO action (kind, description, change, at) VALUES
      ('review.refuse', 'Say 1 photo is not Cat', '{"refusal":{"photoId":1,"classId":7}}', '1'),
      ('review.refuse', 'Say 1 photo is not Cat', '{"refusal":{"photoId":2,"classId":7}}', '2');`);
  old.close();
  const db = openDatabase(file);
  expect(undo(db).refusals).toEqual([{ classId: 7, ids: [2], undone: true }]);
  expect([...refusedClasses(db).keys()]).toEqual([1]);
  undo(db);
  expect([...refusedClasses(db).keys()]).toEqual([]);
  expect(undoState(db).undo).toBeNull();
  db.close();
});

test('what was skipped in the review of the run in use is unsure, which undo takes back; other skips mean nothing', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, libraryMigrations.slice(0, libraryMigrations.indexOf(meanings)));
  const skip = (run: number, photo: number) => `'{"skip":{"runId":${run},"photoId":${photo}}}'`;
  old.exec(`
    INSERT INTO photo (id, sha256, width, height, format, bytes, added_at)
      SELECT value, printf('%064d', value), 1, 1, 'jpeg', 1, '' FROM json_each('[1, 2, 3, 4]');
    INSERT INTO class (id, name, colour, shape) VALUES (7, 'Cat', 'blue', 'circle');
    INSERT INTO run (id, status, options, started_at, labelled, photos, classes, in_use) VALUES
      (1, 'finished', '{}', '2026-01-01', 0, 0, '[]', 0), (2, 'finished', '{}', '2026-01-02', 0, 0, '[]', 1);
    INSERT INTO review_skip VALUES (1, 1), (2, 2), (2, 3);
    INSERT INTO action (id, kind, description, change, state, at) VALUES
      (1, 'review.skip', 'Skip 1 photo in review', ${skip(1, 1)}, 'done', '1'),
      (2, 'review.skip', 'Skip 1 photo in review', ${skip(2, 2)}, 'done', '2'),
      (3, 'review.skip', 'Skip 1 photo in review', ${skip(2, 3)}, 'done', '3'),
      (4, 'label', 'Label 1 photo as Cat', '{}', 'done', '4'),
      (5, 'review.skip', 'Skip 1 photo in review', ${skip(2, 4)}, 'undone', '5');
    INSERT INTO label_event (photo_id, class_id, excluded, source, chosen, action_id, at)
      VALUES (3, 7, 0, 'person', 'hand', 4, '4');`);
  old.close();
  const db = openDatabase(file);
  const codes = () => labelCodes(db, [1, 2, 3, 4] as PhotoId[]);
  expect(codes()).toEqual([0, -3, 7, 0]);
  expect(undoState(db)).toEqual({ undo: 'Label 1 photo as Cat', redo: null });
  expect(historyPage(db, 0, 9).entries.map(({ id, photos, author }) => [id, photos, author])).toEqual([
    [4, 1, 'hand'],
    [2, 1, 'review'],
  ]);
  undo(db);
  expect(undoState(db).undo).toBe('Mark 1 photo as unsure');
  undo(db);
  expect(codes()).toEqual([0, 0, 0, 0]);
  db.close();
});

test('of a run of before nobody knows which model was in use when it began', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const withoutIt = libraryMigrations.filter((sql) => !sql.includes('in_use_before'));
  const old = openDatabase(file, withoutIt);
  old.exec(`INSERT INTO run (status, options, started_at, labelled, photos, classes)
    VALUES ('finished', '{}', '2026-01-01', 4, 40, '[]')`);
  old.close();
  const db = openDatabase(file, [...withoutIt, ...libraryMigrations.filter((sql) => sql.includes('in_use_before'))]);
  expect(db.prepare(`SELECT id, in_use_before FROM run`).all()).toEqual([{ id: 1, in_use_before: null }]);
  expect(() => db.exec(`UPDATE run SET in_use_before = 7`)).toThrow('FOREIGN KEY');
  db.close();
});

test('photos of before are in no group and are to be grouped, and again after each change', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, libraryMigrations.slice(0, 13));
  old.exec(twoPhotos);
  old.close();
  const db = openDatabase(file);
  expect(burstsByPhoto(db).size).toBe(0);
  const stale = () => db.prepare(`SELECT changes - grouped FROM grouping`).pluck().get();
  expect(stale()).toBe(1);
  db.exec(`UPDATE grouping SET grouped = changes`);
  expect(stale()).toBe(0);
  db.exec(`UPDATE file SET missing = 1 WHERE photo_id = 2`);
  expect(stale()).toBe(1);
  db.close();
});

test('classes of before stand as they were made, without keys, and can be put into another order', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, libraryMigrations.slice(0, 15));
  old.exec(`INSERT INTO class (name, colour, shape, removed) VALUES
    ('Cat', 'blue', 'circle', 0), ('Gone', 'green', 'circle', 1), ('Ant', 'sky', 'square', 0)`);
  old.close();
  const db = openDatabase(file);
  expect(listClasses(db).map(({ name, key }) => [name, key])).toEqual([
    ['Cat', null],
    ['Ant', null],
  ]);
  orderClasses(db, [3 as ClassId, 1 as ClassId]);
  expect(listClasses(db).map(({ name }) => name)).toEqual(['Ant', 'Cat']);
  expect(() => db.exec(`UPDATE class SET key = 'AB'`)).toThrow('CHECK');
  db.close();
});

test('groups of before stay as they were', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, libraryMigrations.slice(0, libraryMigrations.indexOf(bursts) + 1));
  old.exec(`${twoPhotos}
    INSERT INTO photo (id, sha256, width, height, format, bytes, added_at, burst)
      VALUES (2147483647, '${'2'.repeat(64)}', 1, 1, 'jpeg', 1, '', 1);
    UPDATE photo SET burst = 1 WHERE id = 1;
    UPDATE grouping SET grouped = changes;`);
  old.close();
  const db = openDatabase(file);
  expect([...burstsByPhoto(db)]).toEqual([
    [1, 1],
    [2147483647, 1],
  ]);
  expect(isGrouped(db)).toBe(true);
  expect(() => db.exec(`UPDATE burst_pairs SET pairs = x'00'`)).toThrow('CHECK');
  db.close();
});

test('photos of before lie in the folder, and one may lie elsewhere: it is there as long as either is so', () => {
  const file = join(temporaryFolder(), 'library.sqlite');
  const old = openDatabase(file, libraryMigrations.slice(0, libraryMigrations.indexOf(elsewhere)));
  old.exec(`${twoPhotos} UPDATE file SET missing = 1 WHERE photo_id = 2;`);
  old.close();
  const db = openDatabase(file);
  const there = () => db.prepare(`SELECT id FROM photo WHERE present = 1 ORDER BY id`).pluck().all();
  const found = (word: string) =>
    db.prepare(`SELECT rowid >> 32 FROM path_word WHERE path_word MATCH ? ORDER BY 1`).pluck().all(word);
  expect(there()).toEqual([1]);
  db.exec(`INSERT INTO elsewhere VALUES (1, 's3://far/dune1.jpg'), (2, 's3://far/dune2.jpg')`);
  expect(there()).toEqual([1, 2]);
  expect(found('dune')).toEqual([1, 2]);
  db.exec(`UPDATE file SET missing = 1; DELETE FROM file WHERE photo_id = 1`);
  expect(there()).toEqual([1, 2]);
  db.exec(`DELETE FROM elsewhere WHERE photo_id = 1`);
  expect(there()).toEqual([2]);
  expect(found('dune')).toEqual([2]);
  expect(() => db.exec(`INSERT INTO elsewhere VALUES (1, '')`)).toThrow('CHECK');
  db.close();
});

const twoPhotos = `
  INSERT INTO photo (id, sha256, width, height, format, bytes, added_at)
    VALUES (1, '${'0'.repeat(64)}', 1, 1, 'jpeg', 1, ''), (2, '${'1'.repeat(64)}', 1, 1, 'jpeg', 1, '');
  INSERT INTO file (path, photo_id, bytes, mtime_ms) VALUES ('a.jpg', 1, 1, 0), ('b.jpg', 2, 1, 0);`;
