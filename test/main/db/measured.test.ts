// The photos that measured a run: stored with the label of then, listed by any number of its figures.

import { expect, test } from 'vitest';
import { measuredPhotos, storeMeasured } from '../../../src/main/db/measured.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { createClass, deleteClass, mergeClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { confusionOf, figuresByClass, reliabilityBins, rightPhotos } from '../../../src/shared/figures.ts';
import type { ClassId, PhotoFilter, PhotoId } from '../../../src/shared/types.ts';
import { addRun, sampleDatabase, setMissing } from './sample-photos.ts';
import { by } from '../labels/origins.ts';

function measuredRun() {
  const { db, ids } = sampleDatabase(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg', 'never.jpg']);
  const [a, b, c, d, e] = ids as [PhotoId, PhotoId, PhotoId, PhotoId, PhotoId];
  const [cat, dog, hen] = ['Cat', 'Dog', 'Hen'].map((name) => createClass(db, { name }).id) as [
    ClassId,
    ClassId,
    ClassId,
  ];
  const run = addRun(db, []);
  const other = addRun(db, []);
  const rows = [
    { photoId: a, truth: cat, predicted: cat, confidence: 0.95 },
    { photoId: b, truth: cat, predicted: dog, confidence: 0.6 },
    { photoId: c, truth: dog, predicted: dog, confidence: 1 },
    { photoId: d, truth: dog, predicted: dog, confidence: 0.7 },
    { photoId: e, truth: hen, predicted: dog, confidence: 0.65 },
  ];
  storeMeasured(db, run, rows);
  storeMeasured(db, other, [{ photoId: a, truth: dog, predicted: cat, confidence: 0.6 }]);
  const list = (filter: PhotoFilter) => listPhotos(db, filter, null).ids;
  const cell = (truth: ClassId | null, predicted: ClassId | null) =>
    list({ kind: 'confusion', runId: run, truth, predicted });
  return { db, run, rows, ids: { a, b, c, d, e }, classes: { cat, dog, hen }, list, cell };
}

test('every number of the figures lists as many photos as it says, and those', () => {
  const { db, run, ids, classes, list, cell } = measuredRun();
  const { cat, dog, hen } = classes;
  const found = measuredPhotos(db, run);
  expect(found).toMatchObject({ photoIds: Object.values(ids), gone: 0, confidences: [0.95, 0.6, 1, 0.7, 0.65] });
  const confusion = confusionOf(found, [cat, dog, hen]);
  for (const [row, truth] of confusion.classIds.entries()) {
    for (const [column, predicted] of confusion.classIds.entries()) {
      expect(cell(truth, predicted)).toHaveLength(confusion.counts[row]![column]!);
    }
  }
  for (const { classId, precision, recall } of figuresByClass(confusion)) {
    expect(cell(null, classId)).toHaveLength(precision?.n ?? 0);
    expect(cell(classId, null)).toHaveLength(recall?.n ?? 0);
  }
  expect(cell(cat, dog)).toEqual([ids.b]);
  expect(cell(null, null)).toEqual(Object.values(ids));
  const bins = reliabilityBins(found.confidences, rightPhotos(found));
  expect(bins.map(({ right }) => right.n)).toEqual([2, 1, 2]);
  for (const { from, to, right } of bins) {
    expect(list({ kind: 'confident', runId: run, from, to })).toHaveLength(right.n);
  }
  expect(list({ kind: 'confident', runId: run, from: 0.6, to: 0.7 })).toEqual([ids.b, ids.e]);
});

test('labels of later change nothing of what measured the run', () => {
  const { db, run, ids, classes, cell } = measuredRun();
  const before = measuredPhotos(db, run);
  setLabels(db, [ids.a, ids.b], classes.dog, by.person);
  expect(measuredPhotos(db, run)).toEqual(before);
  expect(cell(classes.cat, classes.dog)).toEqual([ids.b]);
});

test('classes are those of today; what is gone is counted, not shown', () => {
  const { db, run, ids, classes, cell } = measuredRun();
  const { cat, dog, hen } = classes;
  mergeClass(db, { from: hen, into: cat });
  expect(cell(cat, dog)).toEqual([ids.b, ids.e]);
  setMissing(db, 'c.jpg');
  expect(measuredPhotos(db, run)).toMatchObject({ photoIds: [ids.a, ids.b, ids.d, ids.e], gone: 1 });
  expect(cell(dog, dog)).toEqual([ids.d]);
  deleteClass(db, { id: dog });
  expect(measuredPhotos(db, run)).toMatchObject({ photoIds: [ids.a], gone: 4 });
});

test('a run that learns anew replaces what had measured it', () => {
  const { db, run, rows } = measuredRun();
  storeMeasured(db, run, rows.slice(0, 2));
  expect(measuredPhotos(db, run).truth).toHaveLength(2);
});
