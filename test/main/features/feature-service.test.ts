// Photos are looked at before anybody asks, behind everything that somebody waits for; what was made is kept and
// shared.

import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import { readablePhotos } from '../../../src/main/db/readable-photos.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import type { FeatureState } from '../../../src/shared/types.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { meanColours, writeOnnx } from '../../fixtures/onnx-networks.ts';
import { cool, drawPhotos, warm } from '../photo-folder.ts';
import { engineOf } from '../runs/engine-of.ts';

const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');
let dir: string;
let photos: string;
let heard: FeatureState[] = [];

beforeEach(async () => {
  dir = temporaryFolder();
  photos = join(dir, 'photos');
  heard = [];
});

function start({ looksAhead = true } = {}): OpenedApp {
  const app = createApp({
    host: 'web',
    dataDir: join(dir, 'data'),
    engine: { node: process.execPath, entry },
    offers: [],
    looksAhead,
  });
  app.subscribe(({ name, payload }) => name === 'features.changed' && heard.push(payload));
  onTestFinished(() => app.close());
  return app;
}
const network = () => writeOnnx(join(dir, 'colours.onnx'), meanColours());
const state = (app: OpenedApp) => app.services.features.state();
const until = (app: OpenedApp, status: FeatureState['status']) =>
  expect.poll(() => state(app), { timeout: 30_000 }).toMatchObject({ status });
const dirOf = (app: OpenedApp) => app.services.library.require().dir;

test('without a library or a network nothing is looked at, and it says which is missing', async () => {
  await drawPhotos(photos, 0, 1);
  const app = start();
  expect(state(app)).toEqual({ status: 'none', reason: 'no-library' });
  await app.services.library.open(photos);
  await app.services.library.scanFinished();
  await expect.poll(() => state(app)).toEqual({ status: 'none', reason: 'no-network' });
  expect(await app.services.features.now()).toBeNull();
  await app.services.library.close();
  expect(state(app)).toEqual({ status: 'none', reason: 'no-library' });
});

test('photos are looked at once a folder is open and a network is there, and newcomers alone later', async () => {
  await drawPhotos(photos, 0, 3);
  const app = start();
  await app.services.library.open(photos);
  await app.services.library.scanFinished();
  await app.services.backbones.choose(network(), 'zero-to-one');
  await until(app, 'ready');
  expect(state(app)).toEqual({ status: 'ready', photos: 6 });
  expect(heard.flatMap((one) => (one.status === 'looking' ? [one.total] : []))).toContain(6);

  const first = await app.services.features.now();
  expect(first?.ids).toEqual((await readablePhotos(app.services.library.require().db)).map(({ id }) => id));
  expect(first?.features).toMatchObject({ length: 3, rows: { length: 6 } });

  heard = [];
  await drawPhotos(photos, 3, 4);
  app.services.library.rescan();
  await expect.poll(() => state(app), { timeout: 30_000 }).toEqual({ status: 'ready', photos: 8 });
  expect(heard.find(({ status }) => status === 'looking')).toMatchObject({ done: 6, total: 8 });
  expect(readdirSync(join(dirOf(app), 'features')).filter((name) => /\.(pid|work)$/.test(name))).toEqual([]);
});

test('excluded photos are looked at too, for the day when they come back, and left out of what is told', async () => {
  await drawPhotos(photos, 0, 3);
  const app = start();
  await app.services.backbones.choose(network(), 'zero-to-one');
  const { db } = await app.services.library.open(photos);
  await app.services.library.scanFinished();
  const [excluded] = await readablePhotos(db);
  setLabels(db, [excluded!.id], 'excluded', { source: 'person', chosen: 'hand' });
  await until(app, 'ready');
  expect(state(app)).toEqual({ status: 'ready', photos: 6 });
  expect((await app.services.features.now())?.ids).toHaveLength(5);
  expect((await app.services.features.now())?.ids).not.toContain(excluded!.id);
});

test('paused, it rests, says so, and still serves whom needs a vector at once; then it goes on', async () => {
  await drawPhotos(photos, 0, 4);
  const app = start();
  await app.services.backbones.choose(network(), 'zero-to-one');
  app.services.features.pause();
  const { db } = await app.services.library.open(photos);
  await app.services.library.scanFinished();
  await expect
    .poll(() => state(app), { timeout: 60_000 })
    .toMatchObject({ status: 'looking', done: 0, total: 8, etaSeconds: null, paused: true });
  const [one, two] = await readablePhotos(db);
  const asked: number[] = [];
  const { signal } = new AbortController();
  const { ids } = await app.services.features.of([two!, one!], {
    signal,
    onProgress: (done, total) => asked.push(done, total),
  });
  expect(ids).toEqual([two!.id, one!.id]);
  expect(asked.slice(-2)).toEqual([2, 2]);
  await expect.poll(() => state(app)).toMatchObject({ status: 'looking', done: 2, total: 8, paused: true });
  app.services.features.resume();
  await until(app, 'ready');
});

test('when all were looked at for somebody who could not wait, it is ready, even while it rests', async () => {
  await drawPhotos(photos, 0, 4);
  const app = start();
  await app.services.backbones.choose(network(), 'zero-to-one');
  app.services.features.pause();
  const { db } = await app.services.library.open(photos);
  await app.services.library.scanFinished();
  await until(app, 'looking');
  await app.services.features.of(await readablePhotos(db), { signal: new AbortController().signal });
  await expect.poll(() => state(app)).toEqual({ status: 'ready', photos: 8 });
});

test('a photo that can not be looked at any more costs itself', async () => {
  await drawPhotos(photos, 0, 2);
  const app = start();
  const { db } = await app.services.library.open(photos);
  await app.services.library.scanFinished();
  rmSync(join(photos, warm(0)));
  await app.services.backbones.choose(network(), 'zero-to-one');
  await until(app, 'ready');
  expect(state(app)).toEqual({ status: 'ready', photos: 3 });
  // The folder is watched: by and by the photo is known to be gone.
  await expect.poll(async () => (await readablePhotos(db)).length, { timeout: 10_000 }).toBe(3);
});

test('a network that gives nothing is said once, with the reason, and tried again when asked', async () => {
  await drawPhotos(photos, 0, 2);
  const app = start();
  const path = network();
  await app.services.backbones.choose(path, 'zero-to-one');
  // Another one of the same size takes its place.
  const before = readFileSync(path);
  writeFileSync(path, Buffer.from(before.toString('latin1').replace('mean-colours', 'mean_colours'), 'latin1'));
  await app.services.library.open(photos);
  await app.services.library.scanFinished();
  await until(app, 'failed');
  expect(state(app)).toMatchObject({ reason: expect.stringContaining('not the one that was set up') });
  app.services.library.rescan();
  await app.services.library.scanFinished();
  expect(heard.filter(({ status }) => status === 'failed')).toHaveLength(1);
  writeFileSync(path, before);
  app.services.features.resume();
  await until(app, 'ready');
});

test('another network starts over in its own store; the first one’s vectors are there when it returns', async () => {
  await drawPhotos(photos, 0, 2);
  const app = start();
  const path = network();
  await app.services.backbones.choose(path, 'minus-one-to-one');
  await app.services.library.open(photos);
  await until(app, 'ready');
  const first = await app.services.features.now();
  await app.services.backbones.choose(path, 'zero-to-one');
  await until(app, 'ready');
  await expect.poll(async () => (await app.services.features.now())?.features.path).not.toBe(first!.features.path);
  heard = [];
  await app.services.backbones.choose(path, 'minus-one-to-one');
  await expect.poll(() => heard.at(-1)?.status).toBe('ready');
  expect(await app.services.features.now()).toEqual(first);
});

test('a command that ends by itself looks at no photo that it was not asked for', async () => {
  await drawPhotos(photos, 0, 2);
  const app = start({ looksAhead: false });
  await app.services.backbones.choose(network(), 'zero-to-one');
  const { db } = await app.services.library.open(photos);
  await app.services.library.scanFinished();
  expect(await app.services.features.now()).toBeNull();
  const some = (await readablePhotos(db)).slice(0, 1);
  expect((await app.services.features.of(some, { signal: new AbortController().signal })).ids).toHaveLength(1);
  expect((await app.services.features.now())?.ids).toEqual([some[0]!.id]);
});

test('closing in the middle waits for nothing, and the next opening goes on where it was', async () => {
  // Five portions: when the first is done there is more than one to go, however quick the machine.
  await drawPhotos(photos, 0, 160);
  const app = start();
  await app.services.backbones.choose(network(), 'zero-to-one');
  await app.services.library.open(photos);
  const seen = () => heard.findLast((one) => one.status === 'looking')?.done ?? 0;
  await expect.poll(seen, { timeout: 60_000 }).toBeGreaterThanOrEqual(64);
  await app.services.library.close();
  expect(state(app)).toEqual({ status: 'none', reason: 'no-library' });
  heard = [];
  await app.services.library.open(photos);
  await until(app, 'ready');
  expect(state(app)).toEqual({ status: 'ready', photos: 320 });
  expect(heard.find((one) => one.status === 'looking')).toMatchObject({ done: expect.toSatisfy((n) => n >= 64) });
});

test('when its process is killed in the middle no photo is lost, and nothing is looked at twice', async () => {
  await drawPhotos(photos, 0, 80);
  const app = start();
  await app.services.backbones.choose(network(), 'zero-to-one');
  await app.services.library.open(photos);
  const seen = () => heard.some((one) => one.status === 'looking' && one.done > 0);
  await expect.poll(seen, { timeout: 60_000 }).toBe(true);
  process.kill(engineOf(process.pid, 'extractor')!, 'SIGKILL');
  await until(app, 'ready');
  expect(state(app)).toEqual({ status: 'ready', photos: 160 });
  const found = await app.services.features.now();
  expect(new Set(found?.features.rows).size).toBe(160);
  expect(statSync(found!.features.path).size).toBe(160 * 3 * 4);
});

test('a file that became another picture is never taken for the one that it was', async () => {
  await drawPhotos(photos, 0, 2);
  const app = start();
  await app.services.library.open(photos);
  await app.services.library.scanFinished();
  writeFileSync(join(photos, cool(0)), 'no picture at all');
  await app.services.backbones.choose(network(), 'zero-to-one');
  await until(app, 'ready');
  expect(state(app)).toEqual({ status: 'ready', photos: 3 });
});
