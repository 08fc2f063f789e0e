// A run's folder: what its model fits, and which runs' models and predictions are kept.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { prepare } from '../../../src/main/db/open.ts';
import { addMetrics, editRun, getRunDetail, listRuns } from '../../../src/main/db/runs.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { modelFolder, pruneRuns, readNote, runFolder, writeNote } from '../../../src/main/runs/run-folder.ts';
import type { RunId } from '../../../src/shared/types.ts';
import { addRun, sampleDatabase, temporaryFolder } from '../db/sample-photos.ts';

const run = (id: number) => id as RunId;

test('the newest five runs that can be used keep model and predictions, whatever came after them', async () => {
  const { db, ids, file } = sampleDatabase(2);
  const dir = dirname(file);
  const { id: classId } = createClass(db, { name: 'Cat' });
  const predictions = ids.map((photoId) => ({ photoId, classId }));
  const runs = Array.from({ length: 7 }, () => addRun(db, predictions));
  const failed = Array.from({ length: 6 }, () => addRun(db, []));
  const note = { features: 'pixels', sizePx: 32, channels: 3, classIds: [classId], trainedOn: ids } as const;
  for (const id of [...runs, ...failed]) {
    mkdirSync(modelFolder(dir, id), { recursive: true });
    writeNote(dir, id, { ...note, classIds: [classId] });
  }
  await pruneRuns(db, dir);
  expect(runs.filter((id) => readNote(dir, id))).toEqual(runs.slice(-5));
  const said = prepare<{ id: RunId }>(db, `SELECT DISTINCT run_id AS id FROM prediction ORDER BY id`).all();
  expect(said.map(({ id }) => id)).toEqual(runs.slice(-5));
  expect(listRuns(db)).toHaveLength(13);
  expect(existsSync(runFolder(dir, failed[5]!))).toBe(false);
});

test('a run that a person keeps stays whole beside the newest five, until they let it go', async () => {
  const { db, ids, file } = sampleDatabase(1);
  const dir = dirname(file);
  const { id: classId } = createClass(db, { name: 'Cat' });
  const runs = Array.from({ length: 7 }, () => addRun(db, [{ photoId: ids[0]!, classId }]));
  const [oldest] = runs as [RunId];
  for (const id of runs) mkdirSync(modelFolder(dir, id), { recursive: true });
  editRun(db, oldest, { pinned: true });
  await pruneRuns(db, dir);
  expect(listRuns(db).filter(({ usable }) => usable)).toHaveLength(6);
  expect(existsSync(modelFolder(dir, oldest))).toBe(true);
  editRun(db, oldest, { pinned: false });
  await pruneRuns(db, dir);
  expect(existsSync(modelFolder(dir, oldest))).toBe(false);
});

test('the curve of a run whose model is gone keeps its shape and its last point in 200 points, the others keep all', async () => {
  const { db, ids, file } = sampleDatabase(1);
  const { id: classId } = createClass(db, { name: 'Cat' });
  const runs = Array.from({ length: 6 }, () => addRun(db, [{ photoId: ids[0]!, classId }]));
  const losses = { classifierLoss: 1, unlabelledLoss: 1, generatedLoss: 1, generatorLoss: 1, heldOutAccuracy: null };
  const points = Array.from({ length: 1001 }, (_, step) => ({
    stage: 'ssgan' as const,
    step,
    seconds: step,
    ...losses,
  }));
  for (const id of runs) addMetrics(db, id, points);
  for (let again = 0; again < 2; again++) {
    await pruneRuns(db, dirname(file));
    const steps = getRunDetail(db, runs[0]!).metrics.map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: 167 }, (_, i) => 4 + 6 * i));
    expect(getRunDetail(db, runs[1]!).metrics).toHaveLength(1001);
  }
});

test('a note of an earlier version, that knew the folders of backbones alone, says where its backbone lies', () => {
  const dir = temporaryFolder();
  mkdirSync(runFolder(dir, run(1)), { recursive: true });
  const old = { features: 'backbone', backbone: { folder: '/models/tiny', info: {} }, classIds: [1, 2], trainedOn: [] };
  writeFileSync(join(runFolder(dir, run(1)), 'model.json'), JSON.stringify(old));
  expect(readNote(dir, run(1))).toEqual({ ...old, backbone: { path: '/models/tiny', info: {} } });
});

test('a note that does not say what the network saw is of one that saw pixels', () => {
  const dir = temporaryFolder();
  mkdirSync(runFolder(dir, run(1)), { recursive: true });
  const old = { sizePx: 64, channels: 1, active: 'ssgan', classIds: [1, 2], trainedOn: [] };
  writeFileSync(join(runFolder(dir, run(1)), 'model.json'), JSON.stringify(old));
  expect(readNote(dir, run(1))).toMatchObject({ features: 'pixels', sizePx: 64, channels: 1 });
});
