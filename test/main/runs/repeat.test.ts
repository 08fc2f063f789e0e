// A run that is trained again: with the labels of then it says the very same of every photo, whatever was labelled
// since.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import { measuredPhotos } from '../../../src/main/db/measured.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { importLabels } from '../../../src/main/labels/import-labels.ts';
import { runFolder } from '../../../src/main/runs/run-folder.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import { accuracyInUse, type RunSummary } from '../../../src/shared/training.ts';
import type { RunId } from '../../../src/shared/types.ts';
import { writeImageNetwork } from '../../fixtures/image-network.ts';
import { cool, drawPhotos, warm } from '../photo-folder.ts';
import '../../fixtures/needs-tensorflow.ts';

const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../../src/engine/entry.ts') };
let dir: string;
let app: OpenedApp;
let first: RunSummary;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'whisker-repeat-'));
  await drawPhotos(join(dir, 'photos'), 0, 24);
  app = createApp({ host: 'web', dataDir: join(dir, 'data'), engine, offers: [] });
  await app.services.library.open(join(dir, 'photos'));
  await app.services.library.scanFinished();
  await app.services.backbones.choose(writeImageNetwork(join(dir, 'drawn')).folder, null);
  label(0, 21, 'Warm', 'Cool');
  await app.services.training.start({
    ...defaultOptions('quick'),
    features: 'backbone',
    startFrom: 'scratch',
    seed: 5,
    // Its steps end before its time does, on any machine.
    minutes: 10,
  });
  first = (await app.services.training.ended())!;
}, 120_000);
afterAll(async () => {
  await app.close();
  rmSync(dir, { recursive: true });
});

const db = () => app.services.library.require().db;

function label(from: number, to: number, ofWarm: string, ofCool: string): void {
  const rows = Array.from({ length: to - from }, (_, i) => from + i).flatMap((i) => [
    { row: 2 * i, file: warm(i), class: ofWarm },
    { row: 2 * i + 1, file: cool(i), class: ofCool },
  ]);
  importLabels(db(), rows);
}

const predictionsOf = (id: RunId) =>
  prepare(
    db(),
    `SELECT photo_id, class_id, confidence, margin, suspicion FROM prediction WHERE run_id = ? ORDER BY photo_id`,
  ).all(id);

test('the same seed, options and labels say the same of every photo: the difference is 0', async () => {
  expect(first.status).toBe('finished');
  // Other labels since: more of them, and some turned round.
  label(21, 23, 'Warm', 'Cool');
  label(0, 4, 'Cool', 'Warm');
  await app.services.training.repeat(first.id);
  const again = (await app.services.training.ended())!;
  expect(again).toMatchObject({ status: 'finished', repeats: first.id, labelled: 42, options: first.options });
  expect(again.receipt).toEqual(first.receipt);
  expect(again.measuredOn).toEqual(first.measuredOn);
  expect(predictionsOf(again.id)).toHaveLength(48);
  expect(predictionsOf(again.id)).toEqual(predictionsOf(first.id));
  expect(measuredPhotos(db(), again.id)).toEqual(measuredPhotos(db(), first.id));
  // It was made to be compared: the model in use stays.
  expect(app.services.training.active()?.id).toBe(first.id);
});

test('the photos that measured a run are those of its receipt', () => {
  const found = measuredPhotos(db(), first.id);
  const { receipt } = first;
  const right = found.truth.filter((truth, i) => truth === found.predicted[i]).length;
  const accuracy = accuracyInUse({ receipt })!;
  expect(found.truth).toHaveLength(accuracy.n);
  expect(right / accuracy.n).toBeCloseTo(accuracy.accuracy, 12);
});

test('its labels as they were can be taken away', async () => {
  const response = await app.fetch(new Request(`http://whisker/export/run-${first.id}-labels.csv`));
  expect(response.headers.get('content-disposition')).toContain(`labels of run ${first.id}.csv`);
  const lines = (await response.text()).trim().split('\r\n');
  expect(lines[0]).toBe('file,class');
  expect(lines).toHaveLength(43);
  expect(lines).toContain(`${warm(0)},Warm`);
  expect((await app.fetch(new Request('http://whisker/export/run-99-labels.csv'))).status).toBe(404);
});

test('a run whose labels are no longer kept says so, and nothing begins', async () => {
  expect((await app.services.training.run(first.id)).repeatable).toBe(true);
  rmSync(join(runFolder(app.services.library.require().dir, first.id), 'lesson.json'));
  expect((await app.services.training.run(first.id)).repeatable).toBe(false);
  const runs = app.services.training.runs().length;
  await expect(app.services.training.repeat(first.id)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('no longer kept'),
  });
  expect(app.services.training.runs()).toHaveLength(runs);
});
