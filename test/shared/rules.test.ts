// May these labels be trained on? The screen, the services and the engine give one answer.

import { by } from '../main/labels/origins.ts';
import { expect, test } from 'vitest';
import { createClass } from '../../src/main/labels/classes.ts';
import { setLabels } from '../../src/main/labels/set-labels.ts';
import { takeSnapshot } from '../../src/main/runs/snapshot.ts';
import { checkLabels } from '../../src/engine/measuring/check-labels.ts';
import { readiness } from '../../src/renderer/screens/train/readiness.ts';
import { defaultOptions } from '../../src/shared/defaults.ts';
import { presetIds, presets } from '../../src/shared/presets.ts';
import { sampleDatabase } from '../main/db/sample-photos.ts';

const cases: { labels: number[]; trains: boolean }[] = [
  { labels: [], trains: false },
  { labels: [0, 0], trains: false },
  { labels: [3], trains: false },
  { labels: [3, 0], trains: false },
  { labels: [2, 1], trains: false },
  { labels: [2, 2, 1], trains: false },
  { labels: [1, 1, 1], trains: false },
  { labels: [2, 2], trains: true },
  { labels: [2, 0, 2], trains: true },
];

test.each(cases)('labels $labels: screen, services and engine agree that they train: $trains', async (one) => {
  const { db, ids, file } = sampleDatabase(10);
  const classes = one.labels.map((_, k) => createClass(db, { name: `class ${k + 1}` }));
  const byPhoto = one.labels.flatMap((n, k) => Array.from({ length: n }, () => k));
  byPhoto.forEach((k, i) => setLabels(db, [ids[i]!], classes[k]!.id, by.person));

  const empty = { photos: 10, labelled: 0, unlabelled: 10, excluded: 0, none: 0, unsure: 0, audited: 0, problems: 0 };
  const byClass = Object.fromEntries(classes.map(({ id }, k) => [id, one.labels[k]!]));
  const device = {
    kind: 'cpu',
    name: 'CPU',
    tensorflow: '2.21.0',
    memoryMb: null,
    productMs: 1,
    gpuProblem: null,
    nativeProblem: null,
  } as const;
  const screen = readiness(classes, { ...empty, byClass, acceptedByClass: {}, predictedByClass: {} }, 'learn', {
    available: true,
    device,
  });
  const service = await takeSnapshot({ db, folder: '', name: '', dir: file }, { accepted: 'learn' }).then(
    () => null,
    (error: Error) => error.message,
  );
  let engine: string | null = null;
  try {
    checkLabels(Int32Array.from(byPhoto), classes.length);
  } catch (error) {
    engine = error instanceof Error ? error.message : String(error);
  }
  expect(screen.ready).toBe(one.trains);
  const reason = screen.ready ? null : screen.reason;
  expect({ service, engine }).toEqual({ service: reason, engine: reason });
});

test('a default run is the quick one, in its own time, from the model in use', () => {
  expect(defaultOptions()).toMatchObject({ preset: 'quick', minutes: 3, seed: 1, startFrom: 'last-model' });
  for (const { id, minutes } of presets) expect(defaultOptions(id)).toMatchObject({ preset: id, minutes });
  expect(presetIds).toEqual(presets.map(({ id }) => id));
});
