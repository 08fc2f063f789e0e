// What changed between two runs: counted over the photos that nobody has labelled, in the classes of today.

import { expect, test } from 'vitest';
import { compareRuns } from '../../../src/main/db/compare-runs.ts';
import { createClass, mergeClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import type { ClassId, PhotoId } from '../../../src/shared/types.ts';
import { by } from '../labels/origins.ts';
import { addRun, sampleDatabase, setMissing } from './sample-photos.ts';

function twoRuns() {
  const { db, ids } = sampleDatabase(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg', 'f.jpg']);
  const [a, b, c, d, e, f] = ids as [PhotoId, PhotoId, PhotoId, PhotoId, PhotoId, PhotoId];
  const names = ['Cat', 'Dog', 'Fox'];
  const [cat, dog, fox] = names.map((name) => createClass(db, { name }).id) as [ClassId, ClassId, ClassId];
  const run = (...classes: ClassId[]) =>
    addRun(
      db,
      classes.map((classId, i) => ({ photoId: ids[i] as PhotoId, classId, suspicion: i / 10 })),
    );
  const earlier = run(cat, cat, cat, dog, dog, dog);
  const later = run(dog, dog, cat, cat, fox, cat);
  return { db, a, b, c, d, e, f, cat, dog, fox, earlier, later };
}

test('changes are counted from class to class, the most frequent first, the most doubtful photo first', () => {
  const { db, a, b, d, e, f, cat, dog, fox, earlier, later } = twoRuns();
  expect(compareRuns(db, earlier, later)).toEqual({
    photos: 6,
    changes: [
      { from: cat, into: dog, photos: 2, examples: [b, a] },
      { from: dog, into: cat, photos: 2, examples: [f, d] },
      { from: dog, into: fox, photos: 1, examples: [e] },
    ],
  });
  expect(compareRuns(db, later, later)).toEqual({ photos: 6, changes: [] });
});

test('photos that have a label by now, or no file, are left out', () => {
  const { db, a, d, cat, dog, earlier, later } = twoRuns();
  setLabels(db, [a], dog, by.person);
  setMissing(db, 'f.jpg');
  const { photos, changes } = compareRuns(db, earlier, later);
  expect(photos).toBe(4);
  expect(changes[1]).toEqual({ from: dog, into: cat, photos: 1, examples: [d] });
});

test('between classes that were merged nothing has changed', () => {
  const { db, cat, dog, fox, earlier, later } = twoRuns();
  mergeClass(db, { from: fox, into: dog });
  const changes = compareRuns(db, earlier, later).changes.map(({ from, into, photos }) => [from, into, photos]);
  expect(changes).toEqual([
    [cat, dog, 2],
    [dog, cat, 2],
  ]);
});

test('a run that has judged nothing changes nothing', () => {
  const { db, earlier } = twoRuns();
  expect(compareRuns(db, earlier, addRun(db, []))).toEqual({ photos: 0, changes: [] });
});

test('100,000 photos of ten classes are compared in less than a second of processor time', () => {
  const { db, ids } = sampleDatabase(100_000);
  const classes = Array.from({ length: 10 }, (_, k) => createClass(db, { name: `Class ${k}` }).id);
  const run = (shift: number) =>
    addRun(
      db,
      ids.map((photoId, i) => ({ photoId, classId: classes[(i + shift * (i % 9)) % 10]! })),
    );
  const [earlier, later] = [run(0), run(1)];
  const before = process.cpuUsage();
  const { photos, changes } = compareRuns(db, earlier, later);
  const { user, system } = process.cpuUsage(before);
  expect(photos).toBe(100_000);
  expect(changes.length).toBeGreaterThan(70);
  expect(changes.every(({ examples }) => examples.length === 6)).toBe(true);
  expect((user + system) / 1000).toBeLessThan(1000);
});
