// The review list with its random checks and the number of errors left, over a real database.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { prepare } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { createClass, mergeClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { redo, undo } from '../../../src/main/labels/undo.ts';
import { countErrorsLeft, listReview, listWithChecks, refuseClass } from '../../../src/main/review/review.ts';
import { listChecks } from '../../../src/main/review/checks.ts';
import type { ClassId, LabelOrigin, PhotoId, ReviewItem, RunId } from '../../../src/shared/types.ts';
import { addPhotos, addRun, sampleDatabase, setMissing } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';

// Each decision at a time of its own, as a person's are.
beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 5, 1), toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const audited: LabelOrigin = { source: 'person', chosen: 'audit' };
const later = () => vi.advanceTimersByTime(1000);

function sampleLibrary(photos = 100): { db: Db; run: RunId; ids: PhotoId[]; cat: ClassId; dog: ClassId } {
  const { db, ids } = sampleDatabase(photos);
  const cat = createClass(db, { name: 'Cat' }).id;
  const dog = createClass(db, { name: 'Dog' }).id;
  const run = addRun(
    db,
    ids.map((photoId, i) => ({ photoId, classId: cat, runnerUp: dog, suspicion: 1 - i / photos })),
  );
  return { db, run, ids, cat, dog };
}

/** Says of the listed photos in their order what the function answers. */
function decide(db: Db, items: readonly ReviewItem[], answer: (item: ReviewItem, nth: number) => ClassId): void {
  items.forEach((item, i) => {
    later();
    setLabels(db, [item.photoId], answer(item, i), item.isCheck ? audited : { source: 'person', chosen: 'review' });
  });
}

test('one photo in eight is a random check and says so; the others keep their order and their reasons', () => {
  const { db, run } = sampleLibrary();
  const list = listWithChecks(db, run);
  expect(list).toHaveLength(100);
  const checks = list.filter(({ isCheck }) => isCheck);
  for (const at of [7, 15, 23, 31]) expect(list[at]).toMatchObject({ isCheck: true, reason: 'A random check.' });
  expect(new Set(checks.map(({ reason }) => reason))).toEqual(new Set(['A random check.']));
  const others = list.filter(({ isCheck }) => !isCheck);
  const plain = listReview(db, run, { order: 'suspicion' }).filter(({ photoId }) =>
    others.some((o) => o.photoId === photoId),
  );
  expect(others).toEqual(plain);
  expect(listWithChecks(db, run)).toEqual(list);
  expect(listWithChecks(db, null)).toEqual([]);
});

test('nothing is known without a check, and without a run', () => {
  const { db, run, cat } = sampleLibrary();
  expect(countErrorsLeft(db, null)).toBeNull();
  expect(countErrorsLeft(db, run)).toMatchObject({ left: 100, checks: 0, errors: null });
  decide(
    db,
    listWithChecks(db, run)
      .filter(({ isCheck }) => !isCheck)
      .slice(0, 6),
    () => cat,
  );
  expect(countErrorsLeft(db, run)).toMatchObject({ left: 94, checks: 0, errors: null });
});

test('checks decided in the list’s order count, whatever the suspects around them turn out to be', () => {
  const { db, run, cat, dog } = sampleLibrary();
  const list = listWithChecks(db, run).slice(0, 40);
  decide(db, list, ({ isCheck }) => (isCheck ? cat : dog));
  const checks = list.filter(({ isCheck }) => isCheck).length;
  expect(checks).toBeGreaterThanOrEqual(5);
  const found = countErrorsLeft(db, run)!;
  expect(found).toMatchObject({ left: 60, checks, wrong: 0 });
  expect(found.errors).toMatchObject({ estimate: 0, low: 0 });
});

test('a photo that is left out, or corrected, is an error found', () => {
  const { db, run, cat, dog } = sampleLibrary();
  const [one, two, three] = listWithChecks(db, run)
    .filter(({ isCheck }) => isCheck)
    .map(({ photoId }) => photoId);
  for (const [id, label] of [
    [one, 'excluded'],
    [two, dog],
    [three, cat],
  ] as const) {
    later();
    setLabels(db, [id!], label, audited);
  }
  expect(countErrorsLeft(db, run)).toMatchObject({ left: 97, checks: 3, wrong: 2 });
});

test('undo takes a check back and redo brings it; merging classes takes none', () => {
  const { db, run, cat, dog } = sampleLibrary();
  decide(db, listWithChecks(db, run).slice(0, 24), () => dog);
  const before = countErrorsLeft(db, run)!;
  expect(before.checks).toBeGreaterThanOrEqual(3);
  later();
  undo(db);
  expect(countErrorsLeft(db, run)).toMatchObject({ left: 77, checks: before.checks - 1 });
  later();
  redo(db);
  expect(countErrorsLeft(db, run)).toEqual(before);
  later();
  const fox = createClass(db, { name: 'Fox' }).id;
  mergeClass(db, { from: dog, into: fox });
  expect(countErrorsLeft(db, run)).toEqual(before);
  later();
  mergeClass(db, { from: fox, into: cat });
  expect(countErrorsLeft(db, run)).toMatchObject({ left: 76, checks: before.checks, wrong: 0 });
});

test('photos that had a label when the run began, came after it or are gone are not counted', () => {
  const { db, ids, cat, dog } = sampleLibrary(20);
  later();
  setLabels(db, ids.slice(0, 5), cat, by.person);
  const began = new Date(Date.now() + 500).toISOString();
  const newcomers = addPhotos(db, ['late.jpg']);
  db.prepare(`UPDATE photo SET added_at = '2027-01-01' WHERE id = ?`).run(newcomers[0]);
  const run = addRun(
    db,
    [...ids, ...newcomers].map((photoId) => ({ photoId, classId: cat, runnerUp: dog })),
  );
  db.prepare(`UPDATE run SET started_at = ? WHERE id = ?`).run(began, run);
  expect(countErrorsLeft(db, run)?.left).toBe(15);
  later();
  setLabels(db, [ids[0]!], null, by.person);
  setLabels(db, [ids[1]!], dog, by.person);
  expect(countErrorsLeft(db, run)?.left).toBe(15);
  setMissing(db, '9.jpg');
  expect(countErrorsLeft(db, run)?.left).toBe(14);
  // What came later is listed all the same, and is no check.
  const late = listWithChecks(db, run).find(({ photoId }) => photoId === newcomers[0]);
  expect(late).toBeDefined();
  expect(late?.isCheck).toBeUndefined();
});

test('a check that somebody is unsure of is neither a photo left nor known to be right', () => {
  const { db, run, cat } = sampleLibrary();
  const list = listWithChecks(db, run);
  const check = list.findIndex(({ isCheck }) => isCheck);
  decide(db, list.slice(0, check), () => cat);
  later();
  setLabels(db, [list[check]!.photoId], 'unsure', audited);
  decide(db, list.slice(check + 1, 40), () => cat);
  const skipped = countErrorsLeft(db, run)!;
  later();
  setLabels(db, [list[check]!.photoId], cat, audited);
  const decided = countErrorsLeft(db, run)!;
  expect(decided.checks).toBe(skipped.checks);
  expect(decided.left).toBe(skipped.left);
  expect(decided.errors!.high).toBeLessThan(skipped.errors!.high);
});

test('a check that is said not to be of its class is an error found; undo takes that back', () => {
  const { db, run, cat, dog } = sampleLibrary();
  const [check] = listWithChecks(db, run).filter(({ isCheck }) => isCheck) as [ReviewItem];
  later();
  refuseClass(db, { photoIds: [check.photoId], classId: cat });
  expect(countErrorsLeft(db, run)).toMatchObject({ left: 99, checks: 1, wrong: 1 });
  undo(db);
  expect(countErrorsLeft(db, run)).toMatchObject({ left: 100, checks: 0 });
  // Another class than the one it is taken for says nothing of the prediction.
  later();
  refuseClass(db, { photoIds: [check.photoId], classId: dog });
  expect(countErrorsLeft(db, run)).toMatchObject({ left: 100, checks: 0 });
});

test('what was refused before the run began is not counted', () => {
  const { db, ids, cat } = sampleLibrary();
  later();
  refuseClass(db, { photoIds: [ids[0]!], classId: cat });
  later();
  const next = addRun(
    db,
    ids.map((photoId) => ({ photoId, classId: cat })),
  );
  prepare(db, `UPDATE run SET started_at = ? WHERE id = ?`).run(new Date().toISOString(), next);
  expect(countErrorsLeft(db, next)).toMatchObject({ left: 99, checks: 0 });
});

test('photos accepted in bulk leave the pool without counting as looked at', () => {
  const { db, run, ids, cat } = sampleLibrary();
  decide(db, listWithChecks(db, run).slice(0, 24), () => cat);
  const before = countErrorsLeft(db, run)!;
  later();
  setLabels(db, ids.slice(60), cat, { source: 'suggestion', chosen: 'suggested' });
  const after = countErrorsLeft(db, run)!;
  expect(after.checks).toBe(before.checks);
  expect(after.left).toBeLessThan(50);
  expect(after.errors!.high).toBeLessThanOrEqual(after.left);
});

test('the checks that count are listed, those that were wrong first, with what they were', () => {
  const { db, run, cat, dog } = sampleLibrary();
  const list = listWithChecks(db, run).slice(0, 48);
  const checks = list.filter(({ isCheck }) => isCheck);
  decide(db, list, ({ photoId }) => (photoId === checks[3]!.photoId ? dog : cat));
  const found = listChecks(db, run);
  expect(found).toHaveLength(countErrorsLeft(db, run)!.checks);
  expect(found[0]).toMatchObject({ photoId: checks[3]!.photoId, predicted: cat, label: dog, wrong: true });
  expect(found.slice(1).every(({ wrong, label }) => wrong === false && label === cat)).toBe(true);
  expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
  expect(listChecks(db, null)).toEqual([]);
});
