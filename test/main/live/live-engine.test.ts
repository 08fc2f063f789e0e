// Guesses, suggestions and likeness with the real engine, on a real database with made-up features.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExplorer } from '../../../src/main/explorer/explorer.ts';
import { createEventBus } from '../../../src/main/events.ts';
import { keepBursts } from '../../../src/main/db/burst-rows.ts';
import { currentLabels } from '../../../src/main/db/labels.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { refuseClass } from '../../../src/main/review/review.ts';
import { createLiveService, type LiveService } from '../../../src/main/live/live.ts';
import { createSuggester, type Suggester } from '../../../src/main/live/suggestions.ts';
import { openDatabase } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import type { ClassId, Label, PhotoId } from '../../../src/shared/types.ts';
import { addPhotos } from '../db/photo-rows.ts';
import { by } from '../labels/origins.ts';
import { madeUpFeatures } from './made-up-features.ts';
import '../../fixtures/needs-tensorflow.ts';

const COUNT = 120;
const explorer = createExplorer({
  node: process.execPath,
  entry: join(import.meta.dirname, '../../../src/engine/entry.ts'),
});
const events = createEventBus();
let db: Db;
let ids: PhotoId[];
let live: LiveService;
let suggester: Suggester;
let [cat, dog] = [0 as ClassId, 0 as ClassId];

const dir = mkdtempSync(join(tmpdir(), 'whisker-live-'));

beforeAll(() => {
  db = openDatabase(join(dir, 'library.sqlite'));
  ids = addPhotos(
    db,
    Array.from({ length: COUNT }, (_, i) => `${i}.jpg`),
  );
  [cat, dog] = ['Cat', 'Dog'].map((name) => createClass(db, { name }).id) as [ClassId, ClassId];
  const current = { db, folder: '/photos', name: 'photos', dir };
  const library = { current, require: () => current };
  const looked = madeUpFeatures(dir, ids);
  const features = { now: async () => looked };
  live = createLiveService({ dataDir: dir, library, events, features, explorer, restMs: 100 });
  suggester = createSuggester({ library, learner: live.learner, explorer });
  events.emit('library.changed', null);
});
afterAll(async () => {
  live.close();
  await explorer.rest();
  db.close();
  rmSync(dir, { recursive: true });
});

function label(positions: number[], label: Label): void {
  const { photoIds } = setLabels(db, positions.map((i) => ids[i]!), label, by.person); // prettier-ignore
  const stamp = { number: 1, counts: {} as never, undo: { undo: null, redo: null } };
  events.emit('labels.changed', { ids: photoIds, labels: [], ...stamp });
}
const ready = () => expect.poll(() => live.state().status, { timeout: 30_000 }).toBe('ready');

test('before any label photos are suggested that stand for many, and one drawn at random', async () => {
  const { items } = await suggester.suggest(12);
  expect(items).toHaveLength(12);
  expect(new Set(items.map(({ photoId }) => photoId)).size).toBe(12);
  const reasons = new Set(items.map(({ reason }) => reason));
  expect(reasons).toContain('typical');
  expect(reasons).toContain('audit');
  expect(reasons).not.toContain('unsure');
});

test('two labels tell two kinds of photos apart, and when the hand rests it is measured', async () => {
  label([0, 2], cat);
  label([1, 3], dog);
  await ready();
  const { predictions, counts, labels } = live.state();
  expect(labels).toBe(4);
  const right = predictions!.ids.filter((id, i) => predictions!.classIds[i] === (ids.indexOf(id) % 2 ? dog : cat));
  expect(right).toHaveLength(COUNT - 4);
  expect(counts).toEqual({ [cat]: 58, [dog]: 58 });
  await expect.poll(() => live.state().estimate, { timeout: 30_000 }).toMatchObject({ n: 4 });
});

test('what is labelled or excluded is suggested no more', async () => {
  const before = (await suggester.suggest(12)).items.map(({ photoId }) => photoId);
  const positions = before.map((id) => ids.indexOf(id));
  label(positions.slice(0, 6), 'excluded');
  for (const i of positions.slice(6)) label([i], i % 2 ? dog : cat);
  const after = (await suggester.suggest(24)).items.map(({ photoId }) => photoId);
  expect(after.filter((id) => before.includes(id))).toEqual([]);
});

test('of photos that are kept as nearly the same one is suggested, and none when one has a label', async () => {
  // Twelve groups of ten; whatever has a label by now is in some of them.
  keepBursts(
    db,
    { ids, changes: 1 },
    Int32Array.from(ids.keys(), (i) => i % 12),
  );
  const { items } = await suggester.suggest(60);
  const groups = items.map(({ photoId }) => ids.indexOf(photoId) % 12);
  expect(groups.length).toBeGreaterThan(0);
  expect(new Set(groups).size).toBe(groups.length);
  const labelled = new Set([...currentLabels(db)].flatMap(([id, code]) => (code > 0 ? [ids.indexOf(id) % 12] : [])));
  const chosen = items.filter(({ reason }) => reason !== 'audit').map(({ photoId }) => ids.indexOf(photoId) % 12);
  for (const group of chosen) expect(labelled).not.toContain(group);
});

test('the photos most like one are of its kind, itself first', async () => {
  const { ids: found } = await suggester.alike(ids[7]!, 20);
  expect(found[0]).toBe(ids[7]);
  expect(new Set(found).size).toBe(20);
  expect(found.every((id) => ids.indexOf(id) % 2 === 1)).toBe(true);
  expect(await suggester.alike(ids[7]!, 1)).toEqual({ ids: [ids[7]] });
  await expect(suggester.alike(999_999 as PhotoId, 20)).rejects.toMatchObject({ code: 'conflict' });
});

test('the labelled photos most like one are of its kind, with their classes; none like a photo not looked at', async () => {
  const found = await suggester.alikeLabelled(ids[9]!);
  expect(found).toHaveLength(3);
  for (const { photoId, classId } of found) {
    expect(classId).toBe(dog);
    expect(ids.indexOf(photoId) % 2).toBe(1);
    expect(photoId).not.toBe(ids[9]);
  }
  expect(await suggester.alikeLabelled(999_999 as PhotoId)).toEqual([]);
});

test('a photo is not guessed to be what it was said not to be', async () => {
  await ready();
  const guessed = () => live.state().predictions!.ids.includes(ids[119]!);
  expect(guessed()).toBe(true);
  const { refusals } = refuseClass(db, { photoIds: [ids[119]!], classId: dog });
  const stamp = { number: 2, counts: {} as never, undo: { undo: null, redo: null } };
  events.emit('photos.refused', { changes: refusals, ...stamp });
  await expect.poll(guessed, { timeout: 30_000 }).toBe(false);
});
