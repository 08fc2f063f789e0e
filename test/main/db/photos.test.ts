import { expect, test } from 'vitest';
import { inSorts } from '../../fixtures/processor-time.ts';
import { countPhotos } from '../../../src/main/db/counts.ts';
import { storeMeasured } from '../../../src/main/db/measured.ts';
import { getPhoto, listPhotos } from '../../../src/main/db/photos.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { createClass, updateClass } from '../../../src/main/labels/classes.ts';
import { undo } from '../../../src/main/labels/undo.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { toFailure } from '../../../src/shared/errors.ts';
import { acceptedUnseen } from '../../../src/shared/types.ts';
import type { ClassId, PhotoFilter, PhotoId, RunId } from '../../../src/shared/types.ts';
import { addProblem, addRun, sampleDatabase, setMissing } from './sample-photos.ts';
import { by } from '../labels/origins.ts';

function sampleLibrary() {
  const sample = sampleDatabase(['a.jpg', 'b.jpg', 'c.jpg|copies/c.jpg', 'd.jpg', 'e.jpg', 'gone.jpg']);
  const { db } = sample;
  const [a, b, c, d, e, gone] = sample.ids as [PhotoId, PhotoId, PhotoId, PhotoId, PhotoId, PhotoId];
  addProblem(db, 'broken.jpg');
  addProblem(db, 'was-broken.jpg');
  const cat = createClass(db, { name: 'Cat' }).id;
  const dog = createClass(db, { name: 'Dog' }).id;
  setLabels(db, [a, gone], cat, by.person);
  setLabels(db, [b], dog, by.suggestion);
  setLabels(db, [c], 'excluded', by.person);
  const run = addRun(db, [
    { photoId: a, classId: dog, confidence: 0.6 },
    { photoId: b, classId: dog },
    { photoId: c, classId: cat },
    { photoId: d, classId: cat, confidence: 0.8 },
    { photoId: e, classId: dog },
    { photoId: gone, classId: dog },
  ]);
  setMissing(db, 'gone.jpg');
  setMissing(db, 'was-broken.jpg');
  return { db, a, b, c, d, e, gone, cat, dog, run };
}

test('each filter lists its photos and no others, in the order in which they came', () => {
  const { db, a, b, c, d, e, cat, run } = sampleLibrary();
  const list = (filter: PhotoFilter) => listPhotos(db, filter, run).ids;
  expect(list({ kind: 'all' })).toEqual([a, b, c, d, e]);
  expect(list({ kind: 'unlabelled' })).toEqual([d, e]);
  expect(list({ kind: 'labelled' })).toEqual([a, b]);
  expect(list({ kind: 'class', classId: cat })).toEqual([a]);
  expect(list({ kind: 'excluded' })).toEqual([c]);
  expect(list({ kind: 'predicted', classId: cat })).toEqual([d]);
  expect(listPhotos(db, { kind: 'predicted', classId: cat }, null).ids).toEqual([]);
});

test('the photos that two runs sort differently are listed, unlabelled ones alone', () => {
  const { db, a, b, c, d, e, cat, dog, run } = sampleLibrary();
  const later = addRun(
    db,
    [a, b, c, d, e].map((photoId) => ({ photoId, classId: photoId === e ? cat : dog })),
  );
  const list = (from: ClassId, into: ClassId) =>
    listPhotos(db, { kind: 'resorted', earlier: run, later, from, into }, null).ids;
  expect(list(cat, dog)).toEqual([d]);
  expect(list(dog, cat)).toEqual([e]);
  expect(list(dog, dog)).toEqual([]);
});

test('a page carries sizes and label codes column by column', () => {
  const { db, a, b, c, d, e, cat, dog, run } = sampleLibrary();
  expect(listPhotos(db, { kind: 'all' }, run)).toEqual({
    ids: [a, b, c, d, e],
    names: ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg'],
    widths: [640, 640, 640, 640, 640],
    heights: [480, 480, 480, 480, 480],
    labels: [cat, dog, -1, 0, 0],
  });
});

test('random checks are a list of their own, labelled and excluded ones', () => {
  const { db, a, d, e, cat, run } = sampleLibrary();
  setLabels(db, [d], cat, { source: 'suggestion', chosen: 'audit' });
  setLabels(db, [e], 'excluded', { source: 'person', chosen: 'audit' });
  expect(listPhotos(db, { kind: 'audited' }, run).ids).toEqual([d, e]);
  expect(countPhotos(db, run).audited).toBe(2);
  setLabels(db, [a], cat, acceptedUnseen);
  expect(countPhotos(db, run).acceptedByClass).toEqual({}); // It was Cat already.
  setLabels(db, [d], null, { source: 'person', chosen: 'hand' });
  setLabels(db, [d], cat, acceptedUnseen);
  expect(countPhotos(db, run)).toMatchObject({ acceptedByClass: { [cat]: 1 }, audited: 1 });
});

test('a list comes in spans, too, each after the last photo of the one before', () => {
  const { db, a, b, c, d, e, run } = sampleLibrary();
  const ids = (filter: PhotoFilter, after: PhotoId | null, most: number) =>
    listPhotos(db, filter, run, { after, most }).ids;
  expect(ids({ kind: 'all' }, null, 2)).toEqual([a, b]);
  expect(ids({ kind: 'all' }, b, 2)).toEqual([c, d]);
  expect(ids({ kind: 'all' }, d, 2)).toEqual([e]);
  expect(ids({ kind: 'all' }, e, 2)).toEqual([]);
  expect(ids({ kind: 'unlabelled' }, d, 5)).toEqual([e]);
});

test('every count is the length of the list that a click on it opens', () => {
  const { db, cat, dog, run } = sampleLibrary();
  const length = (filter: PhotoFilter) => listPhotos(db, filter, run).ids.length;
  const counts = countPhotos(db, run);
  expect(counts).toEqual({
    photos: length({ kind: 'all' }),
    labelled: length({ kind: 'labelled' }),
    unlabelled: length({ kind: 'unlabelled' }),
    excluded: length({ kind: 'excluded' }),
    none: length({ kind: 'none' }),
    unsure: length({ kind: 'unsure' }),
    audited: length({ kind: 'audited' }),
    problems: 1,
    byClass: { [cat]: length({ kind: 'class', classId: cat }), [dog]: length({ kind: 'class', classId: dog }) },
    acceptedByClass: {},
    predictedByClass: {
      [cat]: length({ kind: 'predicted', classId: cat }),
      [dog]: length({ kind: 'predicted', classId: dog }),
    },
  });
  expect(countPhotos(db, null).predictedByClass).toEqual({});
});

test('predictions of settled photos are counted for nobody, and once only when their files are gone too', () => {
  const { db, ids } = sampleDatabase(5);
  const [labelled, excluded, gone, labelledAndGone] = ids as [PhotoId, PhotoId, PhotoId, PhotoId, PhotoId];
  const cat = createClass(db, { name: 'Cat' }).id;
  setLabels(db, [labelled, labelledAndGone], cat, by.person);
  setLabels(db, [excluded], 'excluded', by.person);
  const run = addRun(
    db,
    ids.map((photoId) => ({ photoId, classId: cat })),
  );
  for (const id of [gone, labelledAndGone]) setMissing(db, `${ids.indexOf(id)}.jpg`);
  expect(countPhotos(db, run).predictedByClass).toEqual({ [cat]: 1 });
});

test('a photo leaves with its last file and comes back with its label', () => {
  const { db, c, gone, run, cat } = sampleLibrary();
  setMissing(db, 'c.jpg');
  expect(listPhotos(db, { kind: 'all' }, run).ids).toContain(c);
  setMissing(db, 'copies/c.jpg');
  expect(listPhotos(db, { kind: 'all' }, run).ids).not.toContain(c);
  expect(countPhotos(db, run).excluded).toBe(0);

  prepare(db, `UPDATE file SET missing = 0 WHERE path = 'gone.jpg'`).run();
  expect(listPhotos(db, { kind: 'class', classId: cat }, run).ids).toContain(gone);
});

test('a file whose content changed belongs to the new photo; a deleted file leaves none behind', () => {
  const { db, ids } = sampleDatabase(['a.jpg', 'b.jpg']);
  prepare(db, `UPDATE file SET photo_id = ? WHERE path = 'a.jpg'`).run(ids[1]);
  expect(listPhotos(db, { kind: 'all' }, null).ids).toEqual([ids[1]]);
  prepare(db, `INSERT OR REPLACE INTO file (path, photo_id, bytes, mtime_ms) VALUES ('b.jpg', ?, 1, 0)`).run(ids[0]);
  prepare(db, `DELETE FROM file WHERE path = 'a.jpg'`).run();
  expect(listPhotos(db, { kind: 'all' }, null).ids).toEqual([ids[0]]);
});

test('the details of a photo: all its places, its label and where that came from, what the run says', () => {
  const { db, a, b, c, d, cat, dog, run } = sampleLibrary();
  expect(getPhoto(db, a, run)).toMatchObject({
    id: a,
    paths: ['a.jpg'],
    width: 640,
    height: 480,
    format: 'jpeg',
    bytes: 1000,
    label: cat,
    source: 'person',
    prediction: { classId: dog, confidence: 0.6 },
  });
  expect(getPhoto(db, a, run).sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(getPhoto(db, b, run)).toMatchObject({ label: dog, source: 'suggestion' });
  expect(getPhoto(db, c, run)).toMatchObject({ label: 'excluded', paths: ['c.jpg', 'copies/c.jpg'] });
  expect(getPhoto(db, d, run)).toMatchObject({ label: null, source: null });
  expect(getPhoto(db, d, null).prediction).toBeNull();
});

test('the source follows the history: undo gives back who said it first', () => {
  const { db, b, cat, dog, run } = sampleLibrary();
  setLabels(db, [b], cat, by.person);
  expect(getPhoto(db, b, run)).toMatchObject({ label: cat, source: 'person' });
  undo(db);
  expect(getPhoto(db, b, run)).toMatchObject({ label: dog, source: 'suggestion' });
});

test('a number that no photo has is not found', () => {
  const { db, run } = sampleLibrary();
  try {
    getPhoto(db, 999 as PhotoId, run);
    expect.unreachable();
  } catch (error) {
    expect(toFailure(error)).toMatchObject({ code: 'not-found', message: expect.stringContaining('999') });
  }
});

test('100,000 photos take no longer to list by name, or to count, than to sort as many numbers a few times', () => {
  const { db, ids } = sampleDatabase(100_000);
  const cat = createClass(db, { name: 'Cat' }).id;
  const dog = createClass(db, { name: 'Dog' }).id;
  setLabels(db, ids.slice(0, 1000), cat, by.person);
  updateClass(db, { id: cat, name: 'Kitten' });
  const run: RunId = addRun(
    db,
    ids.map((photoId, i) => ({ photoId, classId: i % 2 === 0 ? cat : dog })),
  );
  const confident = { truth: cat, predicted: dog, confidence: 0.95 };
  storeMeasured(
    db,
    run,
    ids.slice(0, 1000).map((photoId) => ({ photoId, ...confident })),
  );
  const filters: PhotoFilter[] = [
    { kind: 'all' },
    { kind: 'unlabelled' },
    { kind: 'labelled' },
    { kind: 'predicted', classId: cat },
    { kind: 'confusion', runId: run, truth: cat, predicted: null },
    { kind: 'confident', runId: run, from: 0.9, to: 1 },
    { kind: 'resorted', earlier: run, later: run, from: cat, into: dog },
  ];
  for (const filter of filters) {
    const sorts = inSorts(() => listPhotos(db, filter, run), 3);
    expect(sorts, filter.kind).toBeLessThan(80);
  }
  expect(inSorts(() => countPhotos(db, run))).toBeLessThan(15);
  expect(countPhotos(db, run)).toMatchObject({ photos: 100_000, predictedByClass: { [cat]: 49_500, [dog]: 49_500 } });
});
