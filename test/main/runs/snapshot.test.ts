// What a run is told of photos that are nearly the same, over a real database, and what the trainer makes of it.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { splitLabels } from '../../../src/engine/measuring/held-out.ts';
import { keepBursts } from '../../../src/main/db/burst-rows.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { createClass, moveClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { readLesson, snapshotOf, writeLesson } from '../../../src/main/runs/lesson-file.ts';
import { learnedFrom, lessonOf, takeSnapshot } from '../../../src/main/runs/snapshot.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import type { PhotoId, RunId } from '../../../src/shared/types.ts';
import { sampleDatabase, temporaryFolder } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';

const PHOTOS = 120;
/** Bursts of one to five photos, one after the other. */
const firstOf = Int32Array.from({ length: PHOTOS }, (_, i) => i - ((i % 5) % ((Math.floor(i / 5) % 5) + 1)));

/** Four photos of five are labelled, by turns of seven as cats and dogs: many a burst has both, and some without. */
async function sample() {
  const { db, ids } = sampleDatabase(PHOTOS);
  // Contents as they are in the world: their hashes begin with anything.
  const rehash = prepare(db, `UPDATE photo SET sha256 = ? WHERE id = ?`);
  for (const id of ids) rehash.run(createHash('sha256').update(String(id)).digest('hex'), id);
  const [cat, dog] = [createClass(db, { name: 'Cat' }).id, createClass(db, { name: 'Dog' }).id];
  const labelledAs = (k: number) => ids.filter((_, i) => i % 5 !== 4 && Math.floor(i / 7) % 2 === k);
  setLabels(db, labelledAs(0), cat, by.person);
  setLabels(db, labelledAs(1), dog, by.person);
  keepBursts(db, { ids, changes: 1 }, firstOf);
  const library = { db, dir: temporaryFolder(), folder: '/photos', name: 'photos' };
  return { ids, library, snapshot: await takeSnapshot(library, { accepted: 'learn' }) };
}

test('photos that are nearly the same share a key, and none is held out while another is learned from', async () => {
  const { ids, snapshot } = await sample();
  const { labels, keys, learnedBefore, unmeasured, preview } = lessonOf(snapshot, ids, null);
  keys.forEach((key, i) => expect(key).toBe(keys[firstOf[i]!]));
  expect(new Set(keys).size).toBe(new Set(firstOf).size);
  const { training, heldOut } = splitLabels({ labels, classes: 2, keys, learnedBefore, unmeasured });
  expect(heldOut.length).toBeGreaterThan(10);
  const held = new Set(Array.from(heldOut, (i) => firstOf[i]));
  training.forEach((label, i) => label >= 0 && expect(held).not.toContain(firstOf[i]));
  // The photos that are watched while it learns are of different bursts.
  expect(new Set(Array.from(preview, (i) => firstOf[i])).size).toBe(preview.length);
});

test('a model has learned from no label of a burst that was held out', async () => {
  const { ids, snapshot } = await sample();
  const measured = [ids[0]!, ids[41]!];
  const left = new Set(firstOf.filter((_, i) => measured.includes(ids[i]!)));
  const expected = snapshot.labelled.filter((id) => !left.has(firstOf[ids.indexOf(id)]!));
  expect(learnedFrom(snapshot, new Set(measured))).toEqual(expected);
  expect(snapshot.labelled.length - expected.length).toBeGreaterThan(measured.length);
  expect(learnedFrom(snapshot, new Set())).toEqual(snapshot.labelled);
});

test('a run that goes on, or is repeated, keeps the bursts of then, whatever is nearly the same by now', async () => {
  const { ids, library, snapshot } = await sample();
  const run = 1 as RunId;
  writeLesson(library.dir, run, {
    ...{ options: defaultOptions(), backbone: null, startFrom: null, classes: snapshot.classes },
    photos: snapshot.photos.map(({ id, classId }) => [id, classId]),
    bursts: snapshot.photos.flatMap(({ id, sha256, burst }): [PhotoId, string][] =>
      burst === sha256 ? [] : [[id, burst]],
    ),
  });
  keepBursts(library.db, { ids, changes: 1 }, Int32Array.from(ids.keys()));
  const then = await snapshotOf(library, readLesson(library.dir, run)!);
  expect(lessonOf(then, ids, null)).toEqual(lessonOf(snapshot, ids, null));
  const now = await takeSnapshot(library, { accepted: 'learn' });
  expect(new Set(lessonOf(now, ids, null).keys).size).toBe(PHOTOS);
});

test('a run learns its classes in the order in which they were made, whatever order the person gives them', async () => {
  const { library, snapshot } = await sample();
  const [cat, dog] = snapshot.classes;
  moveClass(library.db, { id: dog!.id, to: 0 });
  const then = await takeSnapshot(library, { accepted: 'learn' });
  expect(then.classes.map(({ id }) => id)).toEqual([cat!.id, dog!.id]);
});
