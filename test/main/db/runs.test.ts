// Runs as rows: what is written comes back, and a crash leaves nothing that looks finished.

import { beforeEach, expect, test } from 'vitest';
import type { Db } from '../../../src/main/db/open.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { photoHash } from '../../../src/main/db/files.ts';
import { writePredictions } from '../../../src/main/db/predictions-write.ts';
import {
  activeRun,
  addMetrics,
  addNotice,
  editRun,
  endRun,
  getRun,
  getRunDetail,
  inUseBefore,
  insertRun,
  listRuns,
  putInUse,
  removeMetricsAfter,
  secondsLearned,
  setSamples,
  markDeleted,
} from '../../../src/main/db/runs.ts';
import type { RunEnd } from '../../../src/main/db/runs.ts';
import { photosByPrediction, readablePhotos } from '../../../src/main/db/readable-photos.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import type { BackboneInfo, TrainingMetrics } from '../../../src/shared/training.ts';
import type { PhotoClass, PhotoId, RunId } from '../../../src/shared/types.ts';
import { addProblem, sampleDatabase, setMissing } from './sample-photos.ts';
import { by } from '../labels/origins.ts';

let db: Db;
let ids: PhotoId[];
let cat: PhotoClass;

beforeEach(() => {
  ({ db, ids } = sampleDatabase(['a.jpg', 'b.jpg', 'c.jpg|copies/c.jpg', 'd.jpg']));
  cat = createClass(db, { name: 'Cat' });
});

const begin = (): RunId =>
  insertRun(db, {
    options: defaultOptions('quick'),
    startedFrom: null,
    labelled: 2,
    photos: 4,
    classes: [cat],
    backbone: null,
  });
const end: RunEnd = {
  status: 'finished',
  seconds: 12.5,
  steps: 300,
  device: { kind: 'cpu', name: 'A processor' },
  receipt: {
    labelsOnly: null,
    ssgan: { accuracy: 0.5, low: 0.1, high: 0.9, n: 4 },
    logistic: null,
    propagation: null,
    measuredBy: 'held-out',
    gain: null,
    active: 'ssgan',
    temperature: 1.5,
    note: null,
  },
  error: null,
};
const predict = (run: RunId, photos = ids) =>
  writePredictions(
    db,
    run,
    photos.map((photoId) => ({
      photoId,
      classId: cat.id,
      confidence: 0.75,
      runnerUp: null,
      margin: 0.5,
      suspicion: 0.25,
      reason: 'confident' as const,
      otherClass: null,
    })),
  );

test('a run that has begun and ended reads as it was written', () => {
  const id = begin();
  expect(getRun(db, id)).toMatchObject({ id, status: 'running', labelled: 2, photos: 4, device: null, receipt: null });
  endRun(db, id, end);
  expect(getRun(db, id)).toMatchObject({ ...end, id, options: defaultOptions('quick'), startedFrom: null });
});

test('a note and a pin stay until they are changed, one without the other', () => {
  const id = begin();
  expect(getRun(db, id)).toMatchObject({ note: '', pinned: false });
  expect(editRun(db, id, { note: '  without the blurred ones ' })).toMatchObject({ note: 'without the blurred ones' });
  expect(editRun(db, id, { pinned: true })).toMatchObject({ note: 'without the blurred ones', pinned: true });
  expect(editRun(db, id, { note: '' })).toMatchObject({ note: '', pinned: true });
  expect(() => editRun(db, 99 as RunId, { note: 'nothing' })).toThrow('There is no training run number 99');
});

test('what a person should know of a run is kept in order, and the backbone with it', () => {
  const info: BackboneInfo = {
    ...{ name: 'MobileNet', format: 'layers', sha256: 'ab'.repeat(32), inputRange: 'minus-one-to-one' },
    ...{ inputPx: 224, features: 256, bytes: 1000, takenFrom: 'pool' },
  };
  const plan = { options: defaultOptions('quick'), startedFrom: null, labelled: 2, photos: 4, classes: [cat] };
  const id = insertRun(db, { ...plan, backbone: info });
  addNotice(db, id, 'It was "restored".');
  addNotice(db, id, 'Labels are lopsided.');
  endRun(db, id, end);
  expect(getRun(db, id)).toMatchObject({ backbone: info, notices: ['It was "restored".', 'Labels are lopsided.'] });
  expect(getRun(db, begin())).toMatchObject({ backbone: null, notices: [] });
});

test('runs are listed newest first, and an unknown one is not found', () => {
  const [first, second] = [begin(), begin()];
  expect(listRuns(db).map(({ id }) => id)).toEqual([second, first]);
  expect(() => getRun(db, 99 as RunId)).toThrow(/no training run number 99/);
});

test('curves come back in order, each step once, and the latest pictures with them', () => {
  const id = begin();
  const point = (step: number, stage: TrainingMetrics['stage']): TrainingMetrics => ({
    stage,
    step,
    seconds: step / 10,
    classifierLoss: 1 / step,
    unlabelledLoss: null,
    generatedLoss: null,
    generatorLoss: null,
    heldOutAccuracy: null,
  });
  addMetrics(db, id, [point(10, 'labels-only'), point(20, 'labels-only')]);
  addMetrics(db, id, [point(20, 'labels-only'), point(30, 'ssgan')]);
  const samples = { runId: id, step: 10, count: 1, sizePx: 1, channels: 1 as const, pixels: 'AA==' };
  setSamples(db, { ...samples, step: 5 });
  setSamples(db, samples);
  const detail = getRunDetail(db, id);
  expect(detail.metrics).toEqual([point(10, 'labels-only'), point(20, 'labels-only'), point(30, 'ssgan')]);
  expect(detail.samples).toEqual(samples);
  expect(detail.classes).toEqual([cat]);
});

test('one run at most is in use: the one that was put there', () => {
  expect(activeRun(db)).toBeNull();
  const [first, second] = [begin(), begin()];
  putInUse(db, first);
  putInUse(db, second);
  expect(activeRun(db)).toBe(second);
  putInUse(db, null);
  expect(activeRun(db)).toBeNull();
});

test('what was said of steps after the one that a stage went back to is forgotten, of that stage alone', () => {
  const id = begin();
  const point = (stage: TrainingMetrics['stage'], step: number, seconds: number): TrainingMetrics => ({
    stage,
    step,
    seconds,
    classifierLoss: 1,
    unlabelledLoss: null,
    generatedLoss: null,
    generatorLoss: null,
    heldOutAccuracy: null,
  });
  addMetrics(db, id, [
    point('labels-only', 90, 1),
    point('ssgan', 50, 2),
    point('ssgan', 58, 3),
    point('ssgan', 66, 4),
  ]);
  removeMetricsAfter(db, id, 'ssgan', 50);
  addMetrics(db, id, [point('ssgan', 51, 5)]);
  expect(getRunDetail(db, id).metrics.map(({ step, seconds }) => [step, seconds])).toEqual([
    [90, 1],
    [50, 2],
    [51, 5],
  ]);
  expect(secondsLearned(db, id)).toBe(5);
});

test('thousands of predictions are written in short turns, so that a label gets in between', async () => {
  const { db: large, ids: many } = sampleDatabase(20_000);
  const dog = createClass(large, { name: 'Dog' });
  const run = insertRun(large, {
    options: defaultOptions('quick'),
    startedFrom: null,
    labelled: 0,
    photos: 20_000,
    classes: [dog],
    backbone: null,
  });
  let labelled = false;
  setTimeout(() => {
    setLabels(large, [many[0]!], dog.id, by.person);
    labelled = true;
  }, 5);
  const writing = writePredictions(
    large,
    run,
    many.map((photoId) => ({
      photoId,
      classId: dog.id,
      confidence: 1,
      runnerUp: null,
      margin: 1,
      suspicion: 0,
      reason: 'confident' as const,
      otherClass: null,
    })),
  ).then(() => expect(labelled).toBe(true));
  await writing;
  expect(prepare<{ n: number }>(large, `SELECT count(*) AS n FROM prediction`).get()?.n).toBe(20_000);
});

test('a snapshot holds each photo with a file once, with its label, and no excluded one', async () => {
  addProblem(db, 'broken.jpg');
  setLabels(db, [ids[0]!], cat.id, by.person);
  setLabels(db, [ids[1]!], 'excluded', by.person);
  setMissing(db, 'd.jpg');
  const sha = (at: number) => photoHash(db, ids[at]!);
  expect(await readablePhotos(db)).toEqual([
    { id: ids[0], sha256: sha(0), classId: cat.id, none: 0, accepted: 0, burst: sha(0) },
    { id: ids[2], sha256: sha(2), classId: null, none: 0, accepted: 0, burst: sha(2) },
  ]);
});

test('photos that a run said nothing of are found', async () => {
  const run = begin();
  await predict(run, ids.slice(0, 3));
  expect((await photosByPrediction(db, run)).missing.map(({ id }) => id)).toEqual([ids[3]]);
});

test('a run knows which model was in use when it began, whatever is used since, until that run is deleted', () => {
  const first = begin();
  expect(inUseBefore(db, first)).toBeNull();
  endRun(db, first, end);
  putInUse(db, first);
  const second = begin();
  endRun(db, second, end);
  putInUse(db, second);
  expect([inUseBefore(db, second), inUseBefore(db, begin())]).toEqual([first, second]);
  markDeleted(db, first, new Date().toISOString());
  expect(inUseBefore(db, second)).toBeNull();
  markDeleted(db, first, null);
  expect(inUseBefore(db, second)).toBe(first);
});
