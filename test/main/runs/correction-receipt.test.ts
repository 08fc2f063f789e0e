// What came of the labels between two runs, counted on hand-made libraries: every number and the photos behind it.

import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { prepare } from '../../../src/main/db/open.ts';
import { storeMeasured } from '../../../src/main/db/measured.ts';
import { markDeleted, putInUse } from '../../../src/main/db/runs.ts';
import { createClass, mergeClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { correctionReceipt, receiptPhotos } from '../../../src/main/runs/correction-receipt.ts';
import { writeNote, runFolder } from '../../../src/main/runs/run-folder.ts';
import type { ReceiptPart } from '../../../src/shared/correction-receipt.ts';
import { pairedDifference, wilson } from '../../../src/shared/statistics.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import type { ClassId, Label, LabelOrigin, RunId } from '../../../src/shared/types.ts';
import { addPhotos, addRun, sampleDatabase, setMissing, temporaryFolder } from '../db/sample-photos.ts';

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 5, 1), toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const byHand: LabelOrigin = { source: 'person', chosen: 'hand' };
const inReview: LabelOrigin = { source: 'person', chosen: 'review' };
const atRandom: LabelOrigin = { source: 'person', chosen: 'audit' };

function library(photos = 20) {
  const { db, ids } = sampleDatabase(photos);
  const dir = temporaryFolder();
  const [cat, dog, fox] = ['Cat', 'Dog', 'Fox'].map((name) => createClass(db, { name }).id) as [
    ClassId,
    ClassId,
    ClassId,
  ];
  const photo = (i: number) => ids[i]!;
  const later = () => vi.advanceTimersByTime(60_000);

  /**
   * A run of now that took photo i for `said(i)`, and has learned from these photos' labels. `measured`: what was said
   * of photos by models that had not learned from their label of then.
   */
  function run(
    said: (i: number) => ClassId | null,
    {
      learned = [] as number[],
      options = defaultOptions('quick'),
      measured = [] as { photos: number[]; truth: ClassId; predicted: ClassId }[],
    } = {},
  ): RunId {
    later();
    const before = prepare<{ id: RunId }>(db, `SELECT id FROM run WHERE in_use = 1`).get()?.id ?? null;
    const predictions = ids.flatMap((photoId, i) => {
      const classId = said(i);
      return classId === null ? [] : [{ photoId, classId }];
    });
    const id = addRun(db, predictions);
    prepare(db, `UPDATE run SET started_at = ?, in_use_before = ?, options = ? WHERE id = ?`).run(
      new Date().toISOString(),
      before,
      JSON.stringify(options),
      id,
    );
    mkdirSync(runFolder(dir, id), { recursive: true });
    const note = { features: 'pixels', sizePx: 32, channels: 3, classIds: [cat, dog] } as const;
    writeNote(dir, id, { ...note, classIds: [...note.classIds], trainedOn: learned.map(photo) });
    const rows = measured.flatMap(({ photos: of, ...row }) =>
      of.map((i) => ({ photoId: photo(i), ...row, confidence: 0.9 })),
    );
    storeMeasured(db, id, rows);
    later();
    return id;
  }
  function label(which: number[], as: Label, how: LabelOrigin = inReview): void {
    later();
    setLabels(db, which.map(photo), as, how);
  }
  const of = (id: RunId) => correctionReceipt({ db, dir }, id);
  const photosOf = (id: RunId, part: ReceiptPart) =>
    receiptPhotos({ db, dir }, id, part).map((one) => ids.indexOf(one));
  return { db, dir, ids, cat, dog, fox, run, label, of, photosOf, later };
}

test('labels are told apart by what the run before had said, and each number has its photos', () => {
  const { cat, dog, run, label, of, photosOf } = library();
  label([0, 1], cat, byHand);
  const first = run((i) => (i === 19 ? null : cat));
  label([2, 3], dog); // Corrections.
  label([4, 5, 6], cat); // Confirmations.
  label([7], 'excluded');
  label([0], dog); // One's own label, changed.
  label([1], null, byHand); // Taken back.
  label([19], dog, byHand); // Not judged by the first.
  const second = run((i) => (i >= 8 && i < 13 ? dog : cat));
  label([8], cat); // Comes too late to have changed anything, and leaves what is told as it is.
  expect(of(second)).toMatchObject({
    ...{ earlier: first, later: second, sameWay: true },
    ...{ fixes: 5, confirmed: 3, added: 1, judged: 12, changed: 5 },
  });
  expect(photosOf(second, 'fixes')).toEqual([0, 1, 2, 3, 7]);
  expect(photosOf(second, 'confirmed')).toEqual([4, 5, 6]);
  expect(photosOf(second, 'added')).toEqual([19]);
  expect(photosOf(second, 'changed')).toEqual([8, 9, 10, 11, 12]);
  expect(of(first)).toBeNull();
});

test('without a label between them, or with one of the two gone, there is nothing to tell', () => {
  const { db, cat, dog, run, label, of, photosOf } = library();
  const first = run(() => cat);
  label([0], dog);
  label([0], null);
  const second = run(() => dog);
  expect(of(second)).toBeNull();
  label([0], cat);
  const third = run(() => cat);
  expect(of(third)).toMatchObject({ earlier: second, fixes: 1, changed: 19 });
  putInUse(db, first);
  label([1], dog);
  const fourth = run(() => cat);
  expect(of(fourth)).toMatchObject({ earlier: first, fixes: 1, confirmed: 1, changed: 0 });
  markDeleted(db, first, 'now');
  expect(of(fourth)).toBeNull();
  expect(() => photosOf(fourth, 'fixes')).toThrow('no longer known');
  prepare(db, `UPDATE run SET model_kept = 0 WHERE id = ?`).run(second);
  expect(of(third)).toBeNull();
});

test('classes are those of today, and a photo that is gone is not counted', () => {
  const { db, cat, dog, fox, run, label, of, photosOf } = library();
  run((i) => (i < 10 ? dog : cat));
  label([0, 1], fox);
  const second = run((i) => (i < 10 ? fox : dog));
  expect(of(second)).toMatchObject({ fixes: 2, confirmed: 0, judged: 18, changed: 18 });
  mergeClass(db, { from: fox, into: dog });
  setMissing(db, '12.jpg');
  expect(of(second)).toMatchObject({ fixes: 0, confirmed: 2, judged: 17, changed: 9 });
  expect(photosOf(second, 'changed')).toEqual([10, 11, 13, 14, 15, 16, 17, 18, 19]);
});

test('only random checks from which neither run has learned say whether it got better', () => {
  const { cat, dog, run, label, of, photosOf } = library();
  run((i) => (i < 10 ? cat : dog));
  label([0, 1, 2, 3], dog, atRandom); // The first had these wrong.
  label([10, 11], dog, atRandom); // And these right.
  label([4, 5], dog); // Corrected, but not at random: no witnesses.
  const second = run((i) => (i < 3 || i === 4 || i === 11 ? dog : cat), { learned: [2, 4, 5] });
  expect(of(second)!.checks).toEqual({ fair: 5, becameRight: 2, becameWrong: 1, learnedFrom: 1 });
  expect(photosOf(second, 'became-right')).toEqual([0, 1]);
  expect(photosOf(second, 'became-wrong')).toEqual([10]);
  // A check that comes later is as good.
  label([12], cat, atRandom);
  label([13], dog, byHand);
  expect(of(second)!.checks).toEqual({ fair: 6, becameRight: 3, becameWrong: 1, learnedFrom: 1 });
});

test('when all random checks were learned from, none counts', () => {
  const { cat, dog, run, label, of } = library();
  run(() => cat);
  label([0, 1], dog, atRandom);
  const second = run(() => dog, { learned: [0, 1] });
  expect(of(second)).toMatchObject({
    checks: { fair: 0, becameRight: 0, becameWrong: 0, learnedFrom: 2 },
    measured: null,
  });
});

test('checks that were learned from count by what was said of them without their label', () => {
  const { cat, dog, run, label, of, photosOf } = library();
  run(() => cat);
  label([0, 1, 2, 3], dog, atRandom); // The first had these wrong.
  label([4, 5], cat, atRandom); // And these right.
  // Learned from they are all right; without their labels 2 and 4 are wrong, and 3 was not measured.
  const second = run((i) => (i < 4 ? dog : cat), {
    learned: [0, 1, 2, 3, 4, 5],
    measured: [
      { photos: [0, 1], truth: dog, predicted: dog },
      { photos: [2], truth: dog, predicted: cat },
      { photos: [4], truth: cat, predicted: dog },
      { photos: [5], truth: cat, predicted: cat },
    ],
  });
  expect(of(second)!.checks).toEqual({ fair: 5, becameRight: 2, becameWrong: 1, learnedFrom: 1 });
  expect(photosOf(second, 'became-right')).toEqual([0, 1]);
  expect(photosOf(second, 'became-wrong')).toEqual([4]);
});

test('before and after are told from cross-validation where every label is learned from', () => {
  const { db, cat, dog, fox, run, label, of } = library(40);
  label([0, 1, 2, 3], cat, byHand);
  label([4, 5], dog, byHand);
  label([6, 7], cat); // Met in review: the doubtful ones.
  const all = [0, 1, 2, 3, 4, 5, 6, 7];
  const first = run(() => cat, {
    learned: all,
    measured: [
      { photos: [0, 1, 6, 7], truth: cat, predicted: dog },
      { photos: [2, 3], truth: cat, predicted: cat },
      { photos: [4, 5], truth: dog, predicted: dog },
    ],
  });
  label([8], dog, byHand); // Picked because the first is wrong of it.
  label([5], cat, byHand); // Was mislabelled, as the first run showed.
  const second = run(() => cat, {
    learned: [...all, 8],
    measured: [
      { photos: [0, 1, 2, 6, 7], truth: cat, predicted: cat },
      { photos: [3], truth: cat, predicted: fox },
      { photos: [4, 8], truth: dog, predicted: dog },
      { photos: [5], truth: cat, predicted: cat },
    ],
  });
  // 0 to 4; what is said of 5 was measured against another label.
  const before = [false, false, true, true, true];
  const after = [true, true, true, false, true];
  expect(of(second)).toMatchObject({ earlier: first, checks: { fair: 0, learnedFrom: 0 } });
  expect(of(second)!.measured).toEqual({
    before: wilson(3, 5),
    after: wilson(4, 5),
    difference: pairedDifference(after, before),
  });
  // A label that is another one by now was measured by neither.
  label([0], dog, byHand);
  expect(of(second)!.measured).toMatchObject({ before: { n: 4 }, after: { n: 4 } });
  // Classes are those of today.
  mergeClass(db, { from: fox, into: cat });
  expect(of(second)!.measured!.after).toEqual(wilson(4, 4));
});

test('a model whose note is gone is no witness of anything', () => {
  const { db, cat, dog, run, label, of, dir } = library();
  run(() => cat);
  label([0], dog, atRandom);
  const second = run(() => dog);
  expect(of(second)!.checks.fair).toBe(1);
  expect(correctionReceipt({ db, dir: `${dir}-gone` }, second)!.checks).toMatchObject({ fair: 0, learnedFrom: 1 });
});

test('before and after are measured on the same photos: those held out by both, and random checks', () => {
  const { cat, dog, run, label, of } = library(40);
  label([0, 1, 2, 3, 4, 5], cat, byHand);
  label([6, 7], cat); // Met in review: the doubtful ones.
  const first = run((i) => (i < 3 ? cat : dog), { learned: [5] });
  label([30, 31], cat, atRandom);
  label([32, 33], cat, byHand); // Picked because the first is wrong of them.
  const second = run((i) => (i === 0 ? dog : cat), { learned: [5] });
  // 0 to 4, of which the first has 0, 1 and 2 right and the second 1 to 4; and the two checks, right in the second.
  const before = [true, true, true, false, false, false, false];
  const after = [false, true, true, true, true, true, true];
  expect(of(second)).toMatchObject({ earlier: first, fixes: 4 });
  expect(of(second)!.measured).toEqual({
    before: wilson(3, 7),
    after: wilson(6, 7),
    difference: pairedDifference(after, before),
  });
});

test('another way to learn is said to be one', () => {
  const { cat, dog, run, label, of } = library();
  run(() => cat);
  label([0], dog);
  const second = run(() => dog, { options: { ...defaultOptions('quick'), preset: 'standard' } });
  expect(of(second)!.sameWay).toBe(false);
});

test('100,000 photos and 1,000 labels are told in less than a second of processor time', () => {
  const { db, dir, ids, cat, dog, run, later } = library(0);
  ids.push(
    ...addPhotos(
      db,
      Array.from({ length: 100_000 }, (_, i) => `many/${i}.jpg`),
    ),
  );
  run((i) => (i % 2 === 0 ? cat : dog));
  later();
  setLabels(db, ids.slice(0, 1000), cat, atRandom);
  const second = run((i) => (i % 3 === 0 ? cat : dog));
  const before = process.cpuUsage();
  const found = correctionReceipt({ db, dir }, second)!;
  const { user, system } = process.cpuUsage(before);
  expect(found).toMatchObject({ fixes: 500, confirmed: 500, judged: 99_000 });
  expect(found.checks.fair).toBe(1000);
  console.log(`receipt of 100,000 photos: ${Math.round((user + system) / 1000)} ms`);
  expect((user + system) / 1000).toBeLessThan(1000);
});
