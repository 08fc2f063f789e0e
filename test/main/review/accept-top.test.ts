// Accepting the surest photos of a class, over a real database, up to what the next run is told of them.

import { expect, test } from 'vitest';
import { countPhotos } from '../../../src/main/db/counts.ts';
import { choicesAt, labelCodes } from '../../../src/main/db/labels.ts';
import { prepare } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { redo, undo, undoState } from '../../../src/main/labels/undo.ts';
import { acceptTop, surestOfClass } from '../../../src/main/review/accept-top.ts';
import { listReview, refuseClass } from '../../../src/main/review/review.ts';
import { lessonOf, takeSnapshot } from '../../../src/main/runs/snapshot.ts';
import { expectedErrors } from '../../../src/shared/accept-top.ts';
import { toFailure } from '../../../src/shared/errors.ts';
import type { ClassId, PhotoId, RunId } from '../../../src/shared/types.ts';
import { addRun, sampleDatabase } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';

const calibrated = {
  ...{ active: 'ssgan', temperature: 1.3, measuredBy: 'held-out', labelsOnly: null, logistic: null, propagation: null },
  ...{ ssgan: { accuracy: 0.9, low: 0.8, high: 0.95, n: 50 }, gain: null, note: null },
};

/** Photos taken for Cat but the last ten, which are dogs; photo i is wrong with a chance of i / 1000. */
function sampleLibrary(photos = 60, receipt: object | null = calibrated) {
  const { db, ids, file } = sampleDatabase(photos);
  const cat = createClass(db, { name: 'Cat' }).id;
  const dog = createClass(db, { name: 'Dog' }).id;
  const run = addRun(
    db,
    ids.map((photoId, i) => ({ photoId, classId: i < photos - 10 ? cat : dog, suspicion: Math.min(1, i / 1000) })),
  );
  if (receipt) prepare(db, `UPDATE run SET receipt = ? WHERE id = ?`).run(JSON.stringify(receipt), run);
  return { db, ids, cat, dog, run, library: { db, folder: '', name: '', dir: file } };
}

const codeOf = (attempt: () => unknown) => {
  try {
    attempt();
  } catch (error) {
    return toFailure(error).code;
  }
  return null;
};

test('the surest are those that the class’s list ends with, and one undo takes all of them back', () => {
  const { db, ids, cat, run } = sampleLibrary();
  const list = listReview(db, run, { order: 'class', classId: cat }).map(({ photoId }) => photoId);
  const { photoIds } = acceptTop(db, run, { runId: run, classId: cat, count: 20 });
  expect(photoIds.toSorted((a, b) => a - b)).toEqual(ids.slice(0, 20));
  expect(new Set(photoIds)).toEqual(new Set(list.slice(-20)));
  expect(undoState(db).undo).toBe('Accept 20 photos as Cat');
  expect(choicesAt(db, ids, new Date().toISOString())).toEqual({ suggested: 20, unknown: 40 });
  expect(countPhotos(db, run)).toMatchObject({ labelled: 20, acceptedByClass: { [cat]: 20 } });
  undo(db);
  expect(labelCodes(db, ids).every((code) => code === 0)).toBe(true);
  redo(db);
  expect(countPhotos(db, run).acceptedByClass).toEqual({ [cat]: 20 });
});

test('where chances were checked, the errors among the surest are the sum of theirs', () => {
  const { db, cat, run } = sampleLibrary();
  const surest = surestOfClass(db, run, cat)!;
  expect(surest).toMatchObject({ runId: run, photos: 50, errors: { by: 'chances' } });
  expect(expectedErrors(surest, 20)?.about).toBeCloseTo((19 * 20) / 2 / 1000, 9);
  expect(surestOfClass(db, null, cat)).toBeNull();
});

test('where they were not, random checks tell; without these nothing is claimed', () => {
  const { db, ids, cat, dog, run } = sampleLibrary(60, null);
  expect(surestOfClass(db, run, cat)).toEqual({ runId: run, photos: 50, errors: null });
  for (const id of ids.slice(30, 45)) setLabels(db, [id], id === ids[30] ? dog : cat, by.suggestion);
  setLabels(db, ids.slice(50), dog, by.suggestion);
  const after = surestOfClass(db, run, cat)!;
  expect(after.photos).toBe(35);
  // Whether a check was among them is the run's random order; what is said must fit it.
  if (after.errors !== null) expect(after.errors).toMatchObject({ by: 'checks' });
});

test('what somebody is unsure of, refused or labelled is not among the surest', () => {
  const { db, ids, cat, dog, run } = sampleLibrary();
  setLabels(db, [ids[0]!], 'unsure', by.person);
  refuseClass(db, { photoIds: [ids[1]!], classId: cat });
  setLabels(db, [ids[2]!], dog, by.person);
  expect(surestOfClass(db, run, cat)?.photos).toBe(47);
  acceptTop(db, run, { runId: run, classId: cat, count: 2 });
  expect(labelCodes(db, ids.slice(0, 6))).toEqual([-3, 0, dog, cat, cat, 0]);
});

test('nothing is written when what was counted is no longer so', () => {
  const { db, ids, cat, run } = sampleLibrary();
  const other = (run + 1) as RunId;
  expect(codeOf(() => acceptTop(db, other, { runId: run, classId: cat, count: 5 }))).toBe('conflict');
  expect(codeOf(() => acceptTop(db, run, { runId: run, classId: cat, count: 51 }))).toBe('conflict');
  expect(codeOf(() => acceptTop(db, run, { runId: run, classId: 99 as ClassId, count: 5 }))).toBe('not-found');
  expect(labelCodes(db, ids).every((code) => code === 0)).toBe(true);
});

test('a photo that was said to be right and then wrong has no label, in one step that undo takes back', () => {
  const { db, ids, cat, run } = sampleLibrary();
  setLabels(db, ids.slice(0, 2), cat, by.suggestion);
  const touched = refuseClass(db, { photoIds: ids.slice(0, 3), classId: cat });
  expect(touched.photoIds).toEqual(ids.slice(0, 2));
  expect(labelCodes(db, ids.slice(0, 3))).toEqual([0, 0, 0]);
  expect(surestOfClass(db, run, cat)?.photos).toBe(47);
  expect(undoState(db).undo).toBe('Say 3 photos are not Cat');
  undo(db);
  expect(labelCodes(db, ids.slice(0, 3))).toEqual([cat, cat, 0]);
});

test('a run leaves accepted labels out unless it is asked to learn from them, and never measures on them', async () => {
  const { db, ids, cat, dog, run, library } = sampleLibrary();
  setLabels(db, ids.slice(40, 45), cat, by.person);
  setLabels(db, ids.slice(50, 55), dog, by.person);
  acceptTop(db, run, { runId: run, classId: cat, count: 20 });
  const positionsOf = (some: readonly PhotoId[]) => Int32Array.from(some, (id) => ids.indexOf(id));
  const seen = [...ids.slice(40, 45), ...ids.slice(50, 55)];

  const without = await takeSnapshot(library, { accepted: 'leave-out' });
  expect([without.labelled, without.measurable]).toEqual([seen, seen]);
  const left = lessonOf(without, ids, null);
  expect(left.labels.filter((k) => k >= 0)).toHaveLength(10);
  expect([...left.unmeasured]).toEqual([]);
  expect([...left.preview].some((i) => i < 20)).toBe(false);

  const all = await takeSnapshot(library, { accepted: 'learn' });
  expect(all.labelled).toEqual([...ids.slice(0, 20), ...seen]);
  expect(all.measurable).toEqual(seen);
  const learned = lessonOf(all, ids, null);
  expect(learned.labels.filter((k) => k >= 0)).toHaveLength(30);
  expect(learned.unmeasured).toEqual(positionsOf(ids.slice(0, 20)));
});

test('ten thousand photos are accepted, taken back and accepted again while the screen waits less than a breath', () => {
  const { db, ids, cat, run } = sampleLibrary(10_010);
  const time = (what: () => unknown) => {
    const began = process.cpuUsage();
    what();
    const { user, system } = process.cpuUsage(began);
    return Math.round((user + system) / 1000);
  };
  const took = {
    count: time(() => surestOfClass(db, run, cat)),
    accept: time(() => acceptTop(db, run, { runId: run, classId: cat, count: 10_000 })),
    undo: time(() => undo(db)),
    redo: time(() => redo(db)),
  };
  console.log('10,000 photos, ms of processor time:', took);
  expect(labelled(db, ids)).toBe(10_000);
  expect(Math.max(...Object.values(took))).toBeLessThan(1500);
});

const labelled = (db: Db, ids: readonly PhotoId[]) => labelCodes(db, ids).filter((code) => code > 0).length;
