// Real training runs on real photos: what is announced, what is kept, and that nothing that goes wrong takes the app
// along.

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { importLabels } from '../../../src/main/labels/import-labels.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import { heartbeatFile, modelFolder, runFolder } from '../../../src/main/runs/run-folder.ts';
import type { EventMessage } from '../../../src/shared/contract.ts';
import type { TrainingMetrics, TrainingOptions } from '../../../src/shared/training.ts';
import type { RunId } from '../../../src/shared/types.ts';
import { cool, drawPhotos, warm } from '../photo-folder.ts';
import { engineOf } from './engine-of.ts';
import '../../fixtures/needs-tensorflow.ts';

const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../../src/engine/entry.ts') };
const short: TrainingOptions = { ...defaultOptions('quick'), startFrom: 'scratch', minutes: 0.1 };
let dir: string;
let app: OpenedApp;
let heard: { at: number; event: EventMessage }[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'whisker-training-'));
  await drawPhotos(join(dir, 'photos'), 0, 12);
  app = createApp({ host: 'web', dataDir: join(dir, 'data'), engine });
  app.subscribe((event) => heard.push({ at: performance.now(), event }));
  const { library } = app.services;
  await library.open(join(dir, 'photos'));
  await library.scanFinished();
  const rows = [0, 1, 2].flatMap((i) => [
    { row: 2 * i, file: warm(i), class: 'Warm' },
    { row: 2 * i + 1, file: cool(i), class: 'Cool' },
  ]);
  importLabels(library.require().db, rows);
});
afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true });
});

const named = (name: EventMessage['name']) => heard.filter(({ event }) => event.name === name);
async function until(done: () => boolean): Promise<void> {
  while (!done()) await sleep(10);
}
const stages = () =>
  heard.flatMap(({ event }) =>
    event.name === 'training.state' && event.payload.status !== 'idle' ? [event.payload.progress.stage] : [],
  );

const notices = () =>
  heard.flatMap(({ event }) =>
    event.name === 'training.state' && event.payload.status !== 'idle' ? event.payload.progress.notices : [],
  );

test('a run announces its progress a few times a second, ends finished, and its predictions are shown', async () => {
  const { training, library } = app.services;
  heard = [];
  // Long enough for both networks to take steps on a machine that is busy with other things.
  const started = await training.start({ ...short, minutes: 0.3 });
  expect(app.services.runtime.current()).toMatchObject({ available: true, device: { name: expect.any(String) } });
  expect(started).toMatchObject({ status: 'running', labelled: 6, photos: 24 });
  await expect(training.start(short)).rejects.toMatchObject({ code: 'training-running' });
  expect(await app.call('library.close', undefined)).toMatchObject({ error: { code: 'training-running' } });
  const elsewhere = await app.call('library.open', { folder: dir });
  expect(elsewhere).toMatchObject({ error: { code: 'training-running' } });
  // The folder that is open may be opened again, in whatever spelling: it is scanned while the run goes on. A photo
  // that is renamed while the pixels are read would be left out.
  await until(() => stages().some((stage) => stage === 'labels-only' || stage === 'ssgan'));
  const photos = join(dir, 'photos');
  renameSync(join(photos, warm(11)), join(photos, 'warm/W11 renamed.png'));
  expect(await app.call('library.open', { folder: `${photos}/` })).toMatchObject({ ok: true });
  expect(await library.scanFinished()).toMatchObject({ phase: 'done', photos: 24, added: 0, removed: 0 });

  const ended = await training.ended();
  expect(ended).toMatchObject({ id: started.id, status: 'finished', error: null });
  expect(training.state()).toEqual({ status: 'idle' });
  expect(training.active()?.id).toBe(started.id);
  const { n } = prepare<{ n: number }>(library.require().db, `SELECT count(*) AS n FROM prediction`).get()!;
  expect(n).toBe(24);

  // Stages that last less than a turn of the throttle may be passed over; the first and the last never are.
  expect(stages()).toEqual(expect.arrayContaining(['packing', 'predicting']));
  const states = named('training.state');
  const seconds = (states.at(-1)!.at - states[0]!.at) / 1000;
  expect(states.length).toBeLessThanOrEqual(5 * seconds + 6);
  const points = named('training.metrics').flatMap(({ event }) =>
    event.name === 'training.metrics' ? event.payload.points : [],
  );
  expect(points.length).toBeGreaterThan(0);
  // The last point of a very short stage is sent twice; it is one row.
  const pointNames = (list: readonly TrainingMetrics[]) => new Set(list.map(({ stage, step }) => `${stage} ${step}`));
  const detail = await training.run(started.id);
  expect(pointNames(detail.metrics)).toEqual(pointNames(points));
  expect(detail.bytes).toBeGreaterThan(10_000);
  expect(detail.samples).toMatchObject({ sizePx: 48, channels: 3 });
  const ending = heard.map(({ event }) => event.name).filter((name) => name !== 'live.changed');
  expect(ending.slice(-3).toSorted()).toEqual(['library.changed', 'run.ended', 'training.state']);
});

test('stopping is announced at once and keeps the best so far', async () => {
  const { training } = app.services;
  const before = training.active();
  heard = [];
  await training.start({ ...short, minutes: 10 });
  await until(() => stages().includes('labels-only'));
  const askedAt = performance.now();
  training.stop();
  expect(training.state().status).toBe('stopping');
  expect(named('training.state').at(-1)?.event.payload).toMatchObject({ status: 'stopping' });
  const ended = await training.ended();
  expect(ended).toMatchObject({ status: 'stopped' });
  expect(performance.now() - askedAt).toBeLessThan(20_000);
  // What was stopped never takes the place of the model in use by itself; a person may put it there.
  expect(training.active()).toEqual(before);
  expect(ended).toMatchObject({ usable: true });
  await training.use(ended!.id);
  expect(training.active()?.id).toBe(ended?.id);
  expect(await app.call('runs.delete', { id: ended!.id })).toMatchObject({ error: { code: 'conflict' } });
  await training.use(before!.id);
  expect(training.active()).toEqual(before);
});

test('a run that is discarded ends at once and leaves nothing; a deleted one comes back until the app closes', async () => {
  const { training, library } = app.services;
  const before = training.active();
  heard = [];
  const { id } = await training.start({ ...short, minutes: 10 });
  await until(() => stages().includes('labels-only'));
  const askedAt = performance.now();
  expect(await app.call('training.stop', { keep: false })).toMatchObject({ ok: true });
  expect(await training.ended()).toMatchObject({ id, status: 'stopped', usable: false, receipt: null });
  expect(performance.now() - askedAt).toBeLessThan(2_000);
  expect(training.active()).toEqual(before);
  await vi.waitFor(() => expect(existsSync(modelFolder(library.require().dir, id))).toBe(false));

  await app.call('runs.delete', { id });
  expect(training.runs().map((run) => run.id)).not.toContain(id);
  await app.call('runs.restore', { id });
  expect(training.runs().map((run) => run.id)).toContain(id);
});

test('a second stop does not wait: the model that was saved is kept, and its predictions are caught up', async () => {
  const { training, library } = app.services;
  heard = [];
  const { id } = await training.start({ ...short, minutes: 0.15 });
  await until(() => training.runs().some((run) => run.id === id && run.receipt !== null));
  training.stop();
  training.stop();
  const ended = await training.ended();
  expect(ended).toMatchObject({ id, usable: true });
  await training.use(id);
  const { db } = library.require();
  const { n } = prepare<{ n: number }>(db, `SELECT count(*) AS n FROM prediction WHERE run_id = ?`).get(id)!;
  expect(n).toBe(24);
});

test('a disk that is full while a run reports ends the run with a sentence, and nothing else', async () => {
  const { training, library } = app.services;
  const { db } = library.require();
  heard = [];
  const { id } = await training.start({ ...short, minutes: 10 });
  await until(() => stages().includes('labels-only'));
  // No page is left that could be written again, but the run's own row has the room that its end needs.
  const setError = prepare(db, `UPDATE run SET error = ? WHERE id = ?`);
  setError.run(' '.repeat(500), id);
  db.exec('VACUUM');
  setError.run(null, id);
  const pages = db.pragma('page_count', { simple: true });
  db.pragma(`max_page_count = ${String(pages)}`);
  const ended = await training.ended();
  db.pragma('max_page_count = 1000000');
  expect(ended).toMatchObject({ id, status: 'failed', error: expect.stringMatching(/The disk that holds .* is full/) });
  expect(training.state()).toEqual({ status: 'idle' });
  expect(await app.call('library.state', undefined)).toMatchObject({ ok: true });
});

test.skipIf(process.platform === 'win32')(
  'a pause holds the run where it is, also when the trainer is killed meanwhile, until it is resumed',
  async () => {
    const { training, library } = app.services;
    const paused = () => named('training.state').at(-1)?.event.payload;
    heard = [];
    const { id } = await training.start({ ...short, minutes: 10 });
    const checkpoint = join(modelFolder(library.require().dir, id), 'checkpoint.safetensors');
    training.pause();
    expect(training.state().status).toBe('running'); // Nothing is learned yet.
    await until(() => stages().includes('labels-only'));
    await app.call('training.pause', undefined);
    expect(paused()).toMatchObject({ status: 'paused' });
    await until(() => existsSync(checkpoint));
    const state = training.state();
    const { seconds } = state.status === 'idle' ? { seconds: NaN } : state.progress;

    rmSync(checkpoint);
    heard = [];
    process.kill(engineOf(process.pid, 'trainer')!, 'SIGKILL');
    // The one that takes over is told to pause as well, and says so by its own checkpoint.
    await until(() => existsSync(checkpoint));
    expect(training.state()).toMatchObject({ status: 'paused', progress: { seconds } });
    expect(notices().at(-1)).toContain('killed by SIGKILL');

    heard = [];
    await app.call('training.resume', undefined);
    expect(training.state().status).toBe('running');
    await until(() => named('training.metrics').length > 1);
    training.pause();
    training.stop();
    expect(training.state().status).toBe('stopping');
    expect(await training.ended()).toMatchObject({ id, status: 'stopped' });
  },
);

test('a run whose folder can not be written never was', async () => {
  const { training, library } = app.services;
  const [last] = training.runs();
  const inTheWay = runFolder(library.require().dir, ((last?.id ?? 0) + 1) as RunId);
  writeFileSync(inTheWay, '');
  await expect(training.start(short)).rejects.toMatchObject({ code: 'storage-failed' });
  expect(training.runs()[0]).toEqual(last);
  expect(training.state()).toEqual({ status: 'idle' });
  rmSync(inTheWay);
});

test('a run whose sign of life can not be shown has failed, and says why', async () => {
  const { training, library } = app.services;
  const next = ((training.runs()[0]?.id ?? 0) + 1) as RunId;
  mkdirSync(heartbeatFile(library.require().dir, next), { recursive: true });
  await training.start(short);
  expect(await training.ended()).toMatchObject({
    id: next,
    status: 'failed',
    error: expect.stringMatching(/training\.pid" can't be written .* then try again\.$/),
  });
});

test('a run that is stopped before it began to learn ends stopped and changes nothing', async () => {
  const { training, library } = app.services;
  const before = training.active();
  const predictions = () => prepare(library.require().db, `SELECT * FROM prediction ORDER BY run_id, photo_id`).all();
  const said = predictions();
  const { id } = await training.start(short);
  training.stop();
  expect(await training.ended()).toMatchObject({ status: 'stopped', receipt: null, usable: false });
  expect(training.runs()[0]).toMatchObject({ id, status: 'stopped' });
  expect(training.active()).toEqual(before);
  expect(predictions()).toEqual(said);
});

test.skipIf(process.platform === 'win32')(
  'a trainer that is killed is started again, the run goes on, and the person is told',
  async () => {
    const { training } = app.services;
    heard = [];
    const { id } = await training.start({ ...short, minutes: 10 });
    await until(() => stages().includes('labels-only'));
    const killed = engineOf(process.pid, 'trainer')!;
    process.kill(killed, 'SIGKILL');
    await until(() => notices().length > 0);
    heard = [];
    await until(() => stages().includes('labels-only'));
    expect(engineOf(process.pid, 'trainer')).not.toBe(killed);
    await until(() => named('training.metrics').length > 1);
    training.stop();
    const ended = await training.ended();
    expect(ended).toMatchObject({ id, status: 'stopped', notices: [expect.stringContaining('killed by SIGKILL')] });
    expect(ended).toMatchObject({ usable: true });
  },
);

test.skipIf(process.platform === 'win32')(
  'a trainer that is killed after a checkpoint goes on from there',
  async () => {
    const { training, library } = app.services;
    const points = () =>
      named('training.metrics').flatMap(({ event }) => (event.name === 'training.metrics' ? event.payload.points : []));
    heard = [];
    const { id } = await training.start({ ...short, minutes: 10 });
    const checkpoint = join(modelFolder(library.require().dir, id), 'checkpoint.safetensors');
    await until(() => points().length > 8);
    // A pause writes one at once; left to itself the run does once a minute.
    training.pause();
    await until(() => existsSync(checkpoint));
    const reached = points().at(-1)!;
    training.resume();
    await until(() => training.state().status === 'running');
    process.kill(engineOf(process.pid, 'trainer')!, 'SIGKILL');
    await until(() => notices().length > 0);
    heard = [];
    await until(() => points().length > 0);
    const [next] = points();
    expect(next!.stage).toBe(reached.stage);
    // A run that began anew would be at its first steps.
    expect(next!.step).toBeGreaterThanOrEqual(reached.step);
    expect(next!.seconds).toBeGreaterThanOrEqual(reached.seconds);
    training.stop();
    expect(await training.ended()).toMatchObject({ id, status: 'stopped' });
  },
);

test('closing the app while a run is training leaves it where it was, and it can go on with the time it has left', async () => {
  const before = app.services.training.active();
  heard = [];
  const { id } = await app.services.training.start({ ...short, minutes: 0.5 });
  await until(() => named('training.metrics').length > 4);
  const closedAt = performance.now();
  await app.close();
  expect(performance.now() - closedAt).toBeLessThan(5_000);

  app = createApp({ host: 'web', dataDir: join(dir, 'data'), engine });
  app.subscribe((event) => heard.push({ at: performance.now(), event }));
  const { library, training } = app.services;
  await library.open(join(dir, 'photos'));
  const run = training.runs().find((one) => one.id === id)!;
  expect(run).toMatchObject({ status: 'interrupted', error: null });
  expect(run.seconds).toBeGreaterThan(0);
  expect(training.active()).toEqual(before);
  expect(existsSync(join(modelFolder(library.require().dir, id), 'checkpoint.safetensors'))).toBe(true);

  // What was labelled since is no part of it.
  importLabels(library.require().db, [{ row: 1, file: warm(9), class: 'Warm' }]);
  heard = [];
  expect(await app.call('runs.resume', { id })).toMatchObject({ ok: true, value: { id, status: 'running' } });
  const ended = await training.ended();
  expect(ended).toMatchObject({ id, status: 'finished', labelled: 6, usable: true });
  const steps = named('training.metrics').flatMap(({ event }) =>
    event.name === 'training.metrics' ? event.payload.points.map(({ step }) => step) : [],
  );
  expect(steps[0]).toBeGreaterThan(1);
  expect(await app.call('runs.resume', { id })).toMatchObject({ error: { code: 'not-found' } });
});
