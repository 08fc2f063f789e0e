// Which guesses are the newest, on a real database: a run's as long as it has seen every label.

import { expect, test } from 'vitest';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { createEventBus } from '../../../src/main/events.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { createLiveService } from '../../../src/main/live/live.ts';
import type { OpenLibrary } from '../../../src/main/library/open-library.ts';
import { addRun, sampleDatabase, temporaryFolder } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';

function opened(photos: number) {
  const { db, ids } = sampleDatabase(photos);
  const cat = createClass(db, { name: 'Cat' }).id;
  const dog = createClass(db, { name: 'Dog' }).id;
  const events = createEventBus();
  const current: OpenLibrary = { db, folder: '/photos', name: 'photos', dir: temporaryFolder() };
  const dataDir = temporaryFolder();
  const service = () => createLiveService({ dataDir, library: { current }, events });
  return { db, ids, cat, dog, events, service, live: service() };
}

test('the run in use says what unlabelled photos look like until something is labelled after it', () => {
  const { db, ids, cat, dog, live } = opened(4);
  setLabels(db, [ids[0]!], cat, by.person);
  const run = addRun(
    db,
    ids.map((photoId, i) => ({ photoId, classId: i % 2 === 0 ? cat : dog, confidence: 0.87654 })),
  );
  prepare(db, `UPDATE run SET started_at = '2999-01-01T00:00:00.000Z'`).run();
  expect(live.state()).toEqual({
    status: 'ready',
    predictions: { ids: ids.slice(1), classIds: [dog, cat, dog], confidences: [0.877, 0.877, 0.877] },
    run,
    counts: { [cat]: 1, [dog]: 2 },
    estimate: null,
    labels: 0,
    problem: null,
  });
  expect(listPhotos(db, { kind: 'predicted', classId: cat }, live.newest()).ids).toEqual([ids[2]]);

  prepare(db, `UPDATE run SET started_at = '2020-01-01T00:00:00.000Z'`).run();
  expect(live.state()).toMatchObject({ status: 'waiting', predictions: null });
});

test('switched off it guesses nothing, says so at once, and stays off on this machine', () => {
  const { live, events, service } = opened(2);
  const heard: string[] = [];
  events.subscribe((event) => event.name === 'live.changed' && heard.push(event.payload.status));
  expect(live.state().status).toBe('waiting');
  expect(live.set(false).status).toBe('off');
  expect(service().state()).toMatchObject({ status: 'off', predictions: null, counts: {} });
  expect(live.set(true).status).toBe('waiting');
  expect(heard).toEqual(['off', 'waiting']);
});
