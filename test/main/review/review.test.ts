import { expect, test } from 'vitest';
import { createClass, deleteClass, mergeClass, updateClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { countPhotos } from '../../../src/main/db/counts.ts';
import { exportPages } from '../../../src/main/db/export-rows.ts';
import { getPhoto, listPhotos } from '../../../src/main/db/photos.ts';
import { sortedPhotos, waitingGuesses } from '../../../src/main/db/predictions.ts';
import { endOfReview, listReview, listWithChecks, refuseClass } from '../../../src/main/review/review.ts';
import { redo, undo, undoState } from '../../../src/main/labels/undo.ts';
import type { Db } from '../../../src/main/db/open.ts';
import type { ClassId, PhotoId, RunId } from '../../../src/shared/types.ts';
import { addRun, sampleDatabase, setMissing } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';

const calibrate = (db: Db, temperature: number | null) =>
  db.prepare(`UPDATE run SET receipt = json_set(receipt, '$.temperature', ?)`).run(temperature);

function sampleReview() {
  const { db, ids } = sampleDatabase(8);
  const [a, b, c, labelled, excluded, unsure, gone, d] = ids as PhotoId[] & { length: 8 };
  const cat = createClass(db, { name: 'Cat' }).id;
  const dog = createClass(db, { name: 'Dog' }).id;
  const run = addRun(db, [
    { photoId: a!, classId: cat, confidence: 0.9, runnerUp: dog, suspicion: 0.1 },
    { photoId: b!, classId: cat, confidence: 0.52, runnerUp: dog, suspicion: 0.48, reason: 'low-margin' },
    {
      photoId: c!,
      classId: dog,
      confidence: 0.97,
      runnerUp: cat,
      other: cat,
      suspicion: 0.3,
      reason: 'models-disagree',
    },
    ...[labelled!, excluded!, unsure!, gone!].map((photoId) => ({ photoId, classId: cat, suspicion: 0.9 })),
    { photoId: d!, classId: cat, confidence: 0.7, runnerUp: dog, suspicion: 0.3, reason: 'uncertain' },
  ]);
  calibrate(db, 1.3);
  setLabels(db, [labelled!], cat, by.person);
  setLabels(db, [excluded!], 'excluded', by.person);
  setLabels(db, [unsure!], 'unsure', by.person);
  setMissing(db, '6.jpg');
  return { db, run, a: a!, b: b!, c: c!, d: d!, labelled: labelled!, unsure: unsure!, cat, dog };
}

test('what waits is listed most suspicious first, without what is labelled, excluded, unsure or gone', () => {
  const { db, run, a, b, c, d, cat, dog } = sampleReview();
  const list = listReview(db, run, { order: 'suspicion' });
  expect(list.map(({ photoId }) => photoId)).toEqual([b, c, d, a]);
  expect(list[0]).toEqual({
    photoId: b,
    name: '1.jpg',
    width: 640,
    height: 480,
    predicted: cat,
    confidence: 0.52,
    runnerUp: dog,
    suspicion: 0.48,
    reason: 'Cat 52%, Dog 48%: nearly a coin flip.',
    reasonCode: 'low-margin',
    label: null,
  });
  expect(list[1]?.reason).toBe('97% sure of Dog, but the second model says Cat.');
});

test('a run whose confidences were not checked gives its reasons in words', () => {
  const { db, run } = sampleReview();
  calibrate(db, null);
  const reasons = listReview(db, run, { order: 'suspicion' }).map(({ reason }) => reason);
  expect(reasons.slice(0, 2)).toEqual([
    'Cat or Dog: nearly a coin flip.',
    'Sure of Dog, but the second model says Cat.',
  ]);
  expect(reasons.join()).not.toMatch(/%/);
});

test('one class is listed by its chance of being wrong, the most doubtful first', () => {
  const { db, run, a, b, d, cat } = sampleReview();
  expect(listReview(db, run, { order: 'class', classId: cat }).map(({ photoId }) => photoId)).toEqual([b, d, a]);
});

test('a limit keeps the top of the list; without a run there is nothing to review', () => {
  const { db, run, b } = sampleReview();
  expect(listReview(db, run, { order: 'suspicion' }, 1).map(({ photoId }) => photoId)).toEqual([b]);
  expect(listReview(db, null, { order: 'suspicion' })).toEqual([]);
});

test('reasons speak of the classes as they are called today', () => {
  const { db, run, cat, dog, b } = sampleReview();
  updateClass(db, { id: cat, name: 'Kitten' });
  expect(listReview(db, run, { order: 'suspicion' })[0]?.reason).toBe('Kitten 52%, Dog 48%: nearly a coin flip.');
  mergeClass(db, { from: dog, into: cat });
  const [first] = listReview(db, run, { order: 'suspicion' });
  expect(first).toMatchObject({ photoId: b, predicted: cat, runnerUp: null, reason: 'Only 52% sure of Kitten.' });
});

test('predictions of a deleted class wait for nobody', () => {
  const { db, run, cat, c } = sampleReview();
  deleteClass(db, { id: cat });
  const list = listReview(db, run, { order: 'suspicion' });
  expect(list.map(({ photoId }) => photoId)).toEqual([c]);
  expect(list[0]).toMatchObject({ runnerUp: null, reason: '97% sure of Dog, but the second model disagrees.' });
});

test('photos of which somebody is unsure come back by suspicion when no other waits, and then only', () => {
  const { db, run, a, b, c, d, unsure, cat } = sampleReview();
  const listed = () => listWithChecks(db, run).map(({ photoId, label }) => [photoId, label]);
  setLabels(db, [c], 'unsure', by.person);
  setLabels(db, [a, d], cat, by.person);
  expect(listed()).toEqual([[b, null]]);
  expect(listReview(db, run, { order: 'class', classId: cat }).map(({ photoId }) => photoId)).not.toContain(unsure);
  setLabels(db, [b], 'none', by.person);
  expect(new Set(listed())).toEqual(
    new Set([
      [unsure, 'unsure'],
      [c, 'unsure'],
    ]),
  );
  setLabels(db, [unsure], cat, by.person);
  expect(listed()).toEqual([[c, 'unsure']]);
});

/** Where a photo is taken for a class: in every list, every count, and what is said of it alone. */
function takenFor(db: Db, run: RunId, photoId: PhotoId, classId: ClassId) {
  const byClass = listReview(db, run, { order: 'class', classId });
  const guesses = waitingGuesses(db, run);
  return {
    queue: listReview(db, run, { order: 'suspicion' }).some((item) => item.photoId === photoId),
    byClass: byClass.some((item) => item.photoId === photoId),
    filter: listPhotos(db, { kind: 'predicted', classId }, run).ids.includes(photoId),
    guess: guesses.ids.includes(photoId),
    alone: getPhoto(db, photoId, run).prediction?.classId === classId,
    exported: [...exportPages(db, run)].flat().find(({ id }) => id === photoId)?.predicted === classId,
  };
}
const everywhere = { queue: true, byClass: true, filter: true, guess: true, alone: true, exported: true };
const nowhere = { queue: false, byClass: false, filter: false, guess: false, alone: false, exported: false };

test('a photo that is not of a class is taken for it nowhere, by no run, until that is undone', () => {
  const { db, run, a, b, cat, dog } = sampleReview();
  const counted = () => [countPhotos(db, run).predictedByClass[cat], sortedPhotos(db, run)[0]?.photos];
  const [before, sorted] = counted();
  expect(takenFor(db, run, b, cat)).toEqual(everywhere);
  expect(refuseClass(db, { photoIds: [b], classId: cat }).refusals).toEqual([
    { classId: cat, ids: [b], undone: false },
  ]);
  expect(takenFor(db, run, b, cat)).toEqual(nowhere);
  expect(takenFor(db, run, a, cat)).toEqual(everywhere);
  expect(counted()).toEqual([before! - 1, sorted! - 1]);
  const later = addRun(db, [{ photoId: b, classId: cat }]);
  expect(takenFor(db, later, b, cat)).toEqual(nowhere);
  const other = addRun(db, [{ photoId: b, classId: dog }]);
  expect(takenFor(db, other, b, dog)).toEqual(everywhere);

  expect(undoState(db).undo).toBe('Say 1 photo is not Cat');
  expect(undo(db).refusals).toEqual([{ classId: cat, ids: [b], undone: true }]);
  expect(takenFor(db, run, b, cat)).toEqual(everywhere);
  redo(db);
  expect(takenFor(db, run, b, cat)).toEqual(nowhere);
});

test('saying twice what a photo is not is one action; unknown photos and classes are refused', () => {
  const { db, a, b, cat, dog } = sampleReview();
  refuseClass(db, { photoIds: [a], classId: cat });
  setLabels(db, [b], dog, by.person);
  expect(refuseClass(db, { photoIds: [a], classId: cat }).refusals).toEqual([]);
  expect(undoState(db).undo).toBe('Label 1 photo as Dog');
  for (const wrong of [
    { photoIds: [a, 999 as PhotoId], classId: cat },
    { photoIds: [a], classId: 999 as ClassId },
  ]) {
    expect(() => refuseClass(db, wrong)).toThrow(/^There is no (photo|class) number 999/);
  }
});

test('a class that the refused one was merged into is another question, and may be asked', () => {
  const { db, run, a, cat, dog } = sampleReview();
  refuseClass(db, { photoIds: [a], classId: cat });
  mergeClass(db, { from: cat, into: dog });
  expect(takenFor(db, run, a, dog)).toEqual({ ...everywhere, alone: true, exported: false });
  refuseClass(db, { photoIds: [a], classId: dog });
  expect(takenFor(db, run, a, dog)).toEqual(nowhere);
});

test('the list says where it may end by all that wait, and only of chances that were checked', () => {
  const { db, run, a, b } = sampleReview();
  expect(endOfReview(db, run)).toBeNull();
  const measured = { accuracy: 0.9, low: 0.7, high: 1, n: 20 };
  db.prepare(`UPDATE run SET receipt = json_set(receipt, '$.ssgan', json(?))`).run(JSON.stringify(measured));
  expect(endOfReview(db, run)).toEqual({ worth: 4, rest: 0, restWrong: 0 });
  db.prepare('UPDATE prediction SET suspicion = 0.04 WHERE photo_id = ?').run(a);
  expect(endOfReview(db, run)).toEqual({ worth: 3, rest: 1, restWrong: 0.04 });
  setLabels(db, [b], 'unsure', by.person);
  expect(endOfReview(db, run)).toEqual({ worth: 2, rest: 1, restWrong: 0.04 });
  calibrate(db, null);
  expect(endOfReview(db, run)).toBeNull();
  expect(endOfReview(db, null)).toBeNull();
});

test('a run’s result counts the photos that nobody has labelled, by the classes of today, with examples', () => {
  const { db, ids } = sampleDatabase(12);
  const cat = createClass(db, { name: 'Cat' }).id;
  const dog = createClass(db, { name: 'Dog' }).id;
  const puppy = createClass(db, { name: 'Puppy' }).id;
  const said = (from: number, to: number, classId: typeof cat, suspicion: (i: number) => number) =>
    ids.slice(from, to).map((photoId, i) => ({ photoId, classId, suspicion: suspicion(i) }));
  const run = addRun(db, [
    ...said(0, 8, cat, (i) => i / 100),
    ...said(8, 10, dog, () => 0.05),
    ...said(10, 12, puppy, (i) => 0.3 + i / 10),
  ]);
  mergeClass(db, { from: puppy, into: dog });
  setLabels(db, [ids[0]!], cat, by.person);
  setMissing(db, '1.jpg');
  expect(sortedPhotos(db, run)).toEqual([
    { classId: cat, photos: 6, unsure: 0, surest: ids.slice(2, 8), doubtful: [] },
    { classId: dog, photos: 4, unsure: 2, surest: ids.slice(8, 10), doubtful: [ids[11], ids[10]] },
  ]);
});
