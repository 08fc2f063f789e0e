// The services behind one door, on real photos: what calls answer, what is announced, and that nothing thrown gets out.

import { truncateSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/main/app.ts';
import type { OpenedApp } from '../../src/main/app.ts';
import { importLabels } from '../../src/main/labels/import-labels.ts';
import type {
  CallName,
  EventMessage,
  EventName,
  Events,
  Input,
  LibraryState,
  Output,
} from '../../src/shared/contract.ts';
import type { Failure } from '../../src/shared/errors.ts';
import { everything } from '../../src/shared/export.ts';
import { photoUrl } from '../../src/shared/urls.ts';
import type { PhotoId } from '../../src/shared/types.ts';
import { drawPhotos } from './photo-folder.ts';

let dir: string;
let folder: string;
let app: OpenedApp;
const heard: EventMessage[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'whisker-app-'));
  folder = join(dir, 'photos');
  await drawPhotos(folder, 0, 6);
  const entry = join(import.meta.dirname, '../../src/engine/entry.ts');
  app = createApp({ host: 'web', dataDir: join(dir, 'data'), engine: { node: process.execPath, entry } });
  app.subscribe((event) => heard.push(event));
});
afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true });
});

async function call<K extends CallName>(name: K, input: Input<K>): Promise<Output<K>> {
  const result = await app.call(name, input);
  if (!result.ok) throw new Error(result.error.message);
  return result.value as Output<K>;
}
async function failure(name: string, input: unknown): Promise<Failure | null> {
  const result = await app.call(name, input);
  return result.ok ? null : result.error;
}
/** What was announced under this name since the last look. */
function announced<K extends EventName>(name: K): Events[K][] {
  const found = heard.filter((event) => event.name === name).map(({ payload }) => payload as Events[K]);
  heard.length = 0;
  return found;
}
const eventually = async (done: () => boolean) => {
  while (!done()) await new Promise((wait) => setTimeout(wait, 20));
};

test('an unknown call is forbidden, whatever it is called', async () => {
  for (const name of ['', 'toString', '__proto__', 'library.delete', 'x'.repeat(10_000)]) {
    expect(await failure(name, undefined)).toMatchObject({ code: 'forbidden' });
  }
});

test('a wrong input is refused with the call and the field', async () => {
  expect(await failure('photos.get', { id: 'one' })).toEqual({
    code: 'bad-input',
    message: 'photos.get: "id" must be the number of a photo.',
  });
  expect(await failure('library.open', 'photos')).toMatchObject({
    code: 'bad-input',
    message: 'library.open: the input must be an object.',
  });
});

test('before a folder is open, what needs one says so and the rest works', async () => {
  expect(await call('app.info', undefined)).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    host: 'web',
  });
  expect(await call('library.state', undefined)).toBeNull();
  expect(await failure('photos.list', { filter: { kind: 'all' } })).toMatchObject({ code: 'no-library' });
  expect(await failure('runs.list', undefined)).toMatchObject({ code: 'no-library' });
  expect((await app.fetch(new Request(`http://localhost${photoUrl(1 as PhotoId, 'thumb')}`))).status).toBe(404);
});

test('opening a folder announces its state, its photos as they come, and the counts at the end of the scan', async () => {
  heard.length = 0;
  const state = await call('library.open', { folder });
  expect(state).toMatchObject({ library: { name: 'photos', folder }, activeRun: null, training: { status: 'idle' } });
  await eventually(() =>
    heard.some(({ name, payload }) => name === 'library.changed' && payload?.counts.photos === 12),
  );
  expect(heard.flatMap((event) => (event.name === 'photos.added' ? event.payload.ids : []))).toHaveLength(12);
});

test('millions of wrong numbers are refused in one sentence, without memory for each', async () => {
  const photoIds = new Array<number>(2_000_000).fill(0);
  const before = process.memoryUsage.rss();
  expect(await failure('labels.set', { photoIds, label: null, source: 'person', chosen: 'hand' })).toEqual({
    code: 'bad-input',
    message: 'labels.set: "photoIds.0" must be the number of a photo.',
  });
  expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
});

test('labels, classes and undo are announced with what they touched', async () => {
  heard.length = 0;
  const { ids } = await call('photos.list', { filter: { kind: 'all' } });
  const cat = await call('classes.create', { name: 'Cat' });
  expect(announced('classes.changed')).toEqual([
    {
      number: expect.any(Number),
      classes: [cat],
      counts: expect.objectContaining({ labelled: 0 }),
      undo: { undo: 'Create class Cat', redo: null },
    },
  ]);

  const outcome = await call('labels.set', {
    photoIds: ids.slice(0, 2),
    label: cat.id,
    source: 'person',
    chosen: 'hand',
  });
  expect(outcome).toMatchObject({ ids: ids.slice(0, 2), labels: [cat.id, cat.id], classes: null, refusals: [] });
  const { number, counts, undo } = outcome;
  expect(undo.undo).toBe('Label 2 photos as Cat');
  expect(announced('labels.changed')).toEqual([
    { number, ids: ids.slice(0, 2), labels: [cat.id, cat.id], counts: expect.objectContaining({ labelled: 2 }), undo },
  ]);
  expect(counts.labelled).toBe(2);
  expect(heard).toEqual([]);

  // What changes nothing is told to nobody but who asked.
  expect(
    await call('labels.set', { photoIds: ids.slice(0, 2), label: cat.id, source: 'person', chosen: 'hand' }),
  ).toMatchObject({ ids: [], undo });
  expect(announced('labels.changed')).toEqual([]);

  await call('history.undo', undefined);
  expect(announced('labels.changed')).toMatchObject([
    { ids: ids.slice(0, 2), labels: [0, 0], undo: { redo: undo.undo } },
  ]);

  await call('history.redo', undefined);
  heard.length = 0;
  await call('classes.delete', { id: cat.id });
  expect(heard.map(({ name }) => name)).toEqual(['classes.changed', 'labels.changed']);
});

test('an import is announced as a call would be', async () => {
  heard.length = 0;
  const { library, announce } = app.services;
  const rows = [{ row: 2, file: 'warm/w0.png', class: 'Imported' }];
  const { ids, classes, number } = announce.outcome(importLabels(library.require().db, rows).touched);
  expect(heard).toMatchObject([
    { name: 'classes.changed', payload: { number, classes } },
    { name: 'labels.changed', payload: { number, ids, labels: [classes?.[0]?.id] } },
  ]);
  expect(ids).toHaveLength(1);
  await call('history.undo', undefined);
});

test('too few labels are refused before a run exists', async () => {
  const options = {
    features: 'pixels',
    preset: 'quick',
    minutes: 0.05,
    seed: 1,
    device: 'auto',
    startFrom: 'scratch',
    colour: 'auto',
    mirror: true,
    accepted: 'leave-out',
  } as const;
  expect(await failure('training.start', options)).toMatchObject({
    code: 'too-few-labels',
    message: 'No photo is labelled yet.',
  });
  const { ids } = await call('photos.list', { filter: { kind: 'all' } });
  const [one, two] = [await call('classes.create', { name: 'One' }), await call('classes.create', { name: 'Two' })];
  await call('labels.set', { photoIds: ids.slice(0, 3), label: one.id, source: 'person', chosen: 'hand' });
  expect(await failure('training.start', options)).toMatchObject({ message: expect.stringContaining('Only "One"') });
  await call('labels.set', { photoIds: ids.slice(3, 4), label: two.id, source: 'person', chosen: 'hand' });
  expect(await failure('training.start', options)).toMatchObject({ message: 'Only one photo is labelled "Two".' });
  expect(await call('runs.list', undefined)).toEqual([]);
});

test('photos and exports are served by number and by name, and nothing else is', async () => {
  const { ids } = await call('photos.list', { filter: { kind: 'all' } });
  const get = (path: string) => app.fetch(new Request(`http://localhost${path}`));
  expect((await get(photoUrl(ids[0]!, 'thumb'))).headers.get('content-type')).toBe('image/jpeg');
  const { url } = await call('export.link', { ...everything, format: 'csv' });
  expect(await (await get(url)).text()).toContain('cool/c0.png');
  for (const path of [
    '/',
    '/photo/1/huge',
    '/photo/999999/thumb',
    '/export/labels.csv',
    '/export/download-999.csv',
    '/photo/..%2f..%2fetc/thumb',
  ]) {
    expect((await get(path)).status, path).toBe(404);
  }
});

test('closing the library announces that there is none', async () => {
  heard.length = 0;
  await call('library.close', undefined);
  expect(announced('library.changed').at(-1)).toBeNull();
  const reopened: LibraryState = await call('library.open', { folder });
  expect(reopened.counts.labelled).toBe(4);
});

test('a database that breaks under a running app ends the scan, with a sentence if it hurt, and the app goes on', async () => {
  const broken = join(dir, 'broken');
  await drawPhotos(join(broken, 'photos'), 0, 4);
  const entry = join(import.meta.dirname, '../../src/engine/entry.ts');
  const parts = { host: 'web', dataDir: join(broken, 'data'), engine: { node: process.execPath, entry } } as const;
  const fragile = createApp(parts);
  const phases: { phase: string; error: string | null }[] = [];
  fragile.subscribe(({ name, payload }) => name === 'scan.progress' && phases.push(payload));
  await fragile.services.library.open(join(broken, 'photos'));
  await fragile.services.library.scanFinished();
  truncateSync(fragile.services.library.require().db.name, 8192);
  expect(await fragile.call('library.rescan', undefined)).toMatchObject({ ok: true });
  // How far it gets depends on what SQLite still has in memory; that it ends, and how, does not.
  const ended = await fragile.services.library.scanFinished();
  expect(ended.error ?? 'damaged').toMatch(/damaged/);
  expect(phases.at(-1)?.phase).toBe(ended.phase);
  expect(await fragile.call('training.start', {})).toMatchObject({ ok: false });
  expect(await fragile.call('app.info', undefined)).toMatchObject({ ok: true });
  await fragile.close().catch(() => {});
});

test('the list of recent libraries is said to have changed when a folder is opened or taken off it', async () => {
  announced('libraries.changed');
  await call('library.open', { folder });
  expect(announced('libraries.changed')).toEqual([null]);
  await call('libraries.forget', { folder });
  expect(announced('libraries.changed')).toEqual([null]);
  expect(await call('libraries.recent', undefined)).toEqual([]);
});
