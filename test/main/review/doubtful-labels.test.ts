// Labels that look wrong, with the real engine, on a real database with made-up features.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from '../../../src/main/db/open.ts';
import { createExplorer } from '../../../src/main/explorer/explorer.ts';
import type { PhotoFeatures } from '../../../src/main/features/feature-service.ts';
import { createClass, mergeClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { redo, undo, undoState } from '../../../src/main/labels/undo.ts';
import { createLabelChecker, keepLabel } from '../../../src/main/review/doubtful-labels.ts';
import type { ClassId, LabelCheck } from '../../../src/shared/types.ts';
import { addPhotos } from '../db/photo-rows.ts';
import { by } from '../labels/origins.ts';
import { madeUpFeatures } from '../live/made-up-features.ts';
import '../../fixtures/needs-tensorflow.ts';

const dir = mkdtempSync(join(tmpdir(), 'whisker-doubt-'));
const explorer = createExplorer({
  node: process.execPath,
  entry: join(import.meta.dirname, '../../../src/engine/entry.ts'),
});
let libraries = 0;

afterAll(async () => {
  await explorer.rest();
  rmSync(dir, { recursive: true });
});

/** 120 photos of two kinds in turn, of which none has a label yet. */
function library({ lookedAt = true } = {}) {
  const db = openDatabase(join(dir, `${++libraries}.sqlite`));
  const ids = addPhotos(
    db,
    Array.from({ length: 120 }, (_, i) => `pets/${i}.jpg`),
  );
  const [cat, dog] = ['Cat', 'Dog'].map((name) => createClass(db, { name }).id) as [ClassId, ClassId];
  const looked: PhotoFeatures | null = lookedAt ? madeUpFeatures(dir, ids) : null;
  const current = { db, folder: '/photos', name: 'photos', dir };
  const { check } = createLabelChecker({
    library: { require: () => current },
    features: { now: async () => looked },
    explorer,
  });
  /** Labels the first photos as what they are. */
  const label = (count: number) => {
    for (const [kind, classId] of [cat, dog].entries()) {
      setLabels(db, ids.slice(0, count).filter((_, i) => i % 2 === kind), classId, by.person); // prettier-ignore
    }
  };
  return { db, ids, cat, dog, check, label };
}

const photosIn = (check: LabelCheck) =>
  check.status === 'checked' ? check.items.map(({ photoId }) => photoId).sort((a, b) => a - b) : check.status;

test('labels given to the wrong kind are named, with what they look like and who is like them', async () => {
  const { db, ids, cat, dog, check, label } = library();
  label(60);
  expect(await check()).toEqual({ status: 'checked', looked: 60, items: [] });
  const wrong = [ids[4]!, ids[20]!, ids[33]!];
  setLabels(db, wrong.slice(0, 2), dog, by.person);
  setLabels(db, wrong.slice(2), cat, by.person);
  const found = await check();
  expect(photosIn(found)).toEqual(wrong);
  const items = found.status === 'checked' ? found.items : [];
  const first = items.find(({ photoId }) => photoId === wrong[0])!;
  expect(first).toMatchObject({ name: '4.jpg', width: 640, height: 480, label: dog, looksLike: cat });
  expect(first.alike).toMatchObject({ of: 10 });
  expect(first.alike.looksLike).toBeGreaterThan(7);
  expect(first.nearest).toHaveLength(3);
  expect(first.nearest.map(({ photoId }) => photoId)).not.toContain(wrong[0]);
});

test('a label that was kept is not named again as long as it stays, and undo and redo go with it', async () => {
  const { db, ids, cat, dog, check, label } = library();
  label(60);
  const [kept, other] = [ids[4]!, ids[20]!];
  setLabels(db, [kept, other], dog, by.person);
  expect(keepLabel(db, { photoId: kept, classId: dog })).toMatchObject({ keeps: [{ ids: [kept], undone: false }] });
  expect(undoState(db).undo).toBe('Keep 1 photo as Dog');
  expect(photosIn(await check())).toEqual([other]);
  expect(undo(db)).toMatchObject({ photoIds: [], keeps: [{ ids: [kept], undone: true }] });
  expect(photosIn(await check())).toEqual([kept, other]);
  redo(db);
  expect(photosIn(await check())).toEqual([other]);
  // Another class of the same photo is another label.
  const fox = createClass(db, { name: 'Fox' }).id;
  setLabels(db, [kept], fox, by.person);
  setLabels(db, [kept], dog, by.person);
  expect(photosIn(await check())).toEqual([other]);
  // Its class under another name is the same one.
  mergeClass(db, { from: dog, into: fox });
  expect(photosIn(await check())).toEqual([other]);
  setLabels(db, [other], cat, by.person);
  expect(photosIn(await check())).toEqual([]);
});

test('a label that is another one by now can’t be kept', () => {
  const { db, ids, cat, dog, label } = library();
  label(10);
  expect(() => keepLabel(db, { photoId: ids[0]!, classId: dog })).toThrow(/is not labelled Dog/);
  expect(() => keepLabel(db, { photoId: ids[0]!, classId: 99 as ClassId })).toThrow(/no class number 99/);
  setLabels(db, [ids[0]!], 'excluded', by.person);
  expect(() => keepLabel(db, { photoId: ids[0]!, classId: cat })).toThrow(/is not labelled Cat/);
});

test('with few labels, or photos that nobody has looked at, nothing is said but why', async () => {
  const few = library();
  few.label(19);
  expect(await few.check()).toMatchObject({ status: 'unknown', reason: expect.stringMatching(/too few labels/) });
  few.label(20);
  expect(await few.check()).toMatchObject({ status: 'checked', looked: 20 });
  const unseen = library({ lookedAt: false });
  unseen.label(60);
  expect(await unseen.check()).toMatchObject({ status: 'unknown', remedy: expect.stringMatching(/Train/) });
});
