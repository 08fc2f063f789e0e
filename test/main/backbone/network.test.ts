// The network that is simply there: used as long as the person has not said otherwise, found by itself when set-up
// brings it, and the same network as a download that is converted here.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createBackboneService } from '../../../src/main/backbone/backbone.ts';
import { networkPlaces } from '../../../src/main/backbone/network-folder.ts';
import { offers } from '../../../src/main/backbone/offers.ts';
import { createEventBus } from '../../../src/main/events.ts';
import type { Events } from '../../../src/shared/contract.ts';
import type { BackboneOffer } from '../../../src/shared/training.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { checkpointOf, lite0, plainWeights, wheelName, wheelOf } from '../../fixtures/lite-wheel.ts';
import { zip } from '../../fixtures/zip.ts';
import { serveModel } from './model-server.ts';
import type { ModelServer } from './model-server.ts';

/** Answers 'open-backbone' with a network of its own, named "fake". */
const fakeEngine = join(import.meta.dirname, '../../fakes/engine-entry.ts');
const realEngine = join(import.meta.dirname, '../../../src/engine/entry.ts');

let networks: string;
let dataDir: string;
beforeEach(() => {
  networks = temporaryFolder();
  dataDir = temporaryFolder();
  vi.stubEnv('WHISKER_NETWORKS', networks);
});
afterEach(() => vi.unstubAllEnvs());

function bring(id: string, change: object = {}, place = networks): string {
  const description = {
    ...{ format: 1, id, name: `Network ${id}`, licence: 'Apache-2.0', file: 'model.onnx' },
    ...{ sha256: 'a'.repeat(64), inputPx: 260, features: 1280, ...change },
  };
  fill(join(place, id), { 'model.onnx': 'twelve bytes', 'network.json': JSON.stringify(description) });
  return join(place, id, 'model.onnx');
}

function start({ offered = [] as readonly BackboneOffer[], entry = fakeEngine } = {}) {
  const events = createEventBus();
  const changes: Events['backbone.changed'][] = [];
  events.subscribe(({ name, payload }) => name === 'backbone.changed' && changes.push(payload));
  const engine = { node: process.execPath, entry };
  const service = createBackboneService({ dataDir, engine, events, offers: offered, lookEveryMs: 20 });
  onTestFinished(() => service.close());
  return { service, changes };
}

const aModel = () =>
  fill(temporaryFolder(), { 'model.json': JSON.stringify({ weightsManifest: [{ paths: ['w'] }] }), w: '1' });

test('is what is used when nothing was chosen, without a process or a trace in the data folder', async () => {
  const path = bring('efficientnet-lite2');
  const { service } = start();
  const info = {
    ...{ name: 'Network efficientnet-lite2', format: 'onnx', sha256: 'a'.repeat(64), inputRange: 'zero-to-255' },
    ...{ inputPx: 260, features: 1280, bytes: 12, takenFrom: 'features' },
  };
  expect(await service.state()).toEqual({ status: 'ready', path, info });
  expect(await service.require()).toEqual({ path, info });
  expect(readdirSync(dataDir)).toEqual([]);
});

test('is announced when set-up brings it while the app is open, once', async () => {
  const { service, changes } = start();
  expect(await service.state()).toEqual({ status: 'none' });
  const path = bring('efficientnet-lite2');
  await vi.waitFor(() => expect(changes).toHaveLength(1));
  expect(changes).toEqual([{ state: expect.objectContaining({ status: 'ready', path }), error: null }]);
  await new Promise((wait) => setTimeout(wait, 100));
  expect(changes).toHaveLength(1);
});

test('while none is there, what set-up says of it is passed on, in sentences', async () => {
  const cache = temporaryFolder();
  vi.stubEnv('WHISKER_NETWORKS', undefined);
  vi.stubEnv('WHISKER_CACHE_DIR', cache);
  const { service } = start();
  expect(await service.state()).toEqual({ status: 'none' });
  const note = { ok: false, reason: 'the index can’t be reached', remedy: 'check the proxy, then run: npm run setup' };
  fill(cache, { 'network-status.json': JSON.stringify({ ...note, at: '2026-11-26T00:00:00.000Z' }) });
  expect(await service.state()).toEqual({
    status: 'none',
    setup: { reason: 'The index can’t be reached.', remedy: 'Check the proxy, then run: npm run setup.' },
  });
});

test('stands back behind the one that was chosen, also when it comes later', async () => {
  const { service } = start();
  const folder = aModel();
  await service.choose(folder, null);
  bring('efficientnet-lite2');
  expect(await service.state()).toMatchObject({ status: 'ready', path: folder, info: { name: 'fake' } });
});

test('once removed, none is used until one is chosen, also after the next start', async () => {
  const path = bring('efficientnet-lite2');
  const first = start({ offered: offers });
  expect(await first.service.remove()).toEqual({ status: 'none' });
  await expect(first.service.require()).rejects.toMatchObject({ code: 'not-found' });
  await first.service.close();

  const { service, changes } = start({ offered: offers });
  expect(await service.state()).toEqual({ status: 'none' });
  const [lite2, lite0] = await service.offers();
  expect([lite2?.isHere, lite0?.isHere]).toEqual([true, false]);
  expect(await service.download('efficientnet-lite2')).toMatchObject({ status: 'ready', path });
  expect(await service.downloaded()).toBeNull();
  expect(changes.at(-1)).toMatchObject({ state: { status: 'ready', path }, error: null });
});

test('removed before set-up could bring it, it is not wanted either', async () => {
  const { service } = start();
  await service.remove();
  bring('efficientnet-lite2');
  expect(await service.state()).toEqual({ status: 'none' });
});

test('the more accurate of two is taken, the one that set-up brought before the one that was downloaded', async () => {
  bring('efficientnet-lite0');
  const downloaded = bring('efficientnet-lite2', {}, join(dataDir, 'backbones'));
  const { service } = start();
  expect(await service.state()).toMatchObject({ path: downloaded });
  const path = bring('efficientnet-lite2');
  expect(await service.state()).toMatchObject({ path });
});

describe('counts as not there', () => {
  test.each([
    ['a description of a later format', { format: 2 }],
    ['the description of another network', { id: 'efficientnet-lite0' }],
    ['a file outside its folder', { file: '../model.onnx' }],
    ['a hash that is none', { sha256: 'abc' }],
    ['a size that is none', { inputPx: 0 }],
  ])('%s', async (_, change) => {
    bring('efficientnet-lite2', change);
    expect(await start().service.state()).toEqual({ status: 'none' });
  });

  test('a folder that is half made, cut short or without its network', async () => {
    const { service } = start();
    const path = bring('efficientnet-lite2');
    rmSync(path);
    expect(await service.state()).toEqual({ status: 'none' });
    fill(join(networks, 'efficientnet-lite2'), { 'model.onnx': 'x', 'network.json': '{"format": 1, "id"' });
    expect(await service.state()).toEqual({ status: 'none' });
    rmSync(networks, { recursive: true });
    expect(await service.state()).toEqual({ status: 'none' });
  });
});

test('one that was chosen and is gone or changed is unusable, with the reason', async () => {
  const path = bring('efficientnet-lite2');
  const { service } = start({ offered: offers });
  await service.download('efficientnet-lite2');
  writeFileSync(path, 'short');
  expect(await service.state()).toMatchObject({
    status: 'unusable',
    reason: `The network at "${path}" is not the one that was set up any more.`,
  });
  rmSync(path);
  const reason = `The network Network efficientnet-lite2 is no longer at "${path}".`;
  expect(await service.state()).toMatchObject({ status: 'unusable', reason });
});

test('networks are looked for in the cache, among downloads and beside an installed app', () => {
  vi.stubEnv('WHISKER_NETWORKS', undefined);
  vi.stubEnv('WHISKER_CACHE_DIR', join(networks, 'cache'));
  const own = [join(networks, 'cache', 'networks'), join('/data', 'backbones')];
  expect(networkPlaces('/data', '/checkout/src/engine/entry.ts')).toEqual(own);
  const installed = networkPlaces('/data', '/opt/Whisker/resources/app.asar.unpacked/out/main/engine.js');
  expect(installed).toEqual([...own, join('/opt/Whisker/resources', 'networks')]);
});

describe('a download of its weights', () => {
  const name = wheelName;
  let wheel: Buffer;
  let server: ModelServer;
  let offer: BackboneOffer;
  beforeAll(() => {
    wheel = wheelOf(checkpointOf(plainWeights(lite0)));
  });
  beforeEach(async () => {
    server = await serveModel(fill(temporaryFolder(), { [name]: wheel }));
    offer = {
      ...offers.find(({ id }) => id === 'efficientnet-lite0')!,
      ...{ source: new URL(name, server.source).href, bytes: wheel.length },
      sha256: createHash('sha256').update(wheel).digest('hex'),
    };
  });
  afterEach(() => server.close());

  const nothingKept = () => expect(readdirSync(join(dataDir, 'backbones'))).toEqual([]);

  test('is asked for, checked, converted by the engine and set up; only the network is kept', async () => {
    const { service, changes } = start({ offered: [offer], entry: realEngine });
    expect(await service.offers()).toEqual([{ ...offer, isHere: false }]);
    expect(server.asked).toEqual([]);
    expect(await service.download(offer.id)).toMatchObject({ status: 'downloading', totalBytes: wheel.length });
    expect(await service.downloaded()).toBeNull();
    const path = join(dataDir, 'backbones', 'efficientnet-lite0', 'model.onnx');
    expect(await service.state()).toMatchObject({
      status: 'ready',
      path,
      info: { name: 'EfficientNet-Lite0', format: 'onnx', inputPx: 224, features: 1280 },
    });
    expect(changes.at(-1)).toMatchObject({ state: { status: 'ready' }, error: null });
    const { info } = await service.require();
    // The engine reads in the file itself what its description says.
    expect(await service.open(path, null)).toEqual({ path, info: { ...info, name: 'model' } });
    expect(readdirSync(join(dataDir, 'backbones'))).toEqual(['efficientnet-lite0']);
    expect(readdirSync(join(dataDir, 'backbones', 'efficientnet-lite0'))).toContain('LICENSE');

    await service.remove();
    expect(await service.offers()).toEqual([{ ...offer, isHere: true }]);
    expect(await service.download(offer.id)).toMatchObject({ status: 'ready', path });
    expect(server.asked).toEqual([`/${name}`]);
  });

  test('that is not what was promised is not even opened', async () => {
    const { service, changes } = start({ offered: [{ ...offer, sha256: 'f'.repeat(64) }] });
    await service.download(offer.id);
    const failure = await service.downloaded();
    expect(failure).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('is not the network that was'),
    });
    expect(changes.at(-1)).toEqual({
      state: { status: 'none' },
      error: expect.stringContaining('Nothing of it was kept'),
    });
    nothingKept();
  });

  test('that breaks off, or is longer than promised, leaves nothing', async () => {
    server.misbehave = (_, response) => {
      response.writeHead(200, { 'content-length': wheel.length });
      response.write(wheel.subarray(0, 1e6), () => response.destroy());
      return true;
    };
    const { service } = start({ offered: [offer] });
    await service.download(offer.id);
    expect(await service.downloaded()).toMatchObject({ message: expect.stringContaining('broke off after') });
    nothingKept();
    server.misbehave = () => false;
    const short = start({ offered: [{ ...offer, bytes: 1000 }] });
    await short.service.download(offer.id);
    expect(await short.service.downloaded()).toMatchObject({ message: expect.stringContaining('sends more than') });
    nothingKept();
  });

  test('with the right hash and the wrong network ends in one sentence, and what was used before stays', async () => {
    const before = bring('efficientnet-lite2');
    const wrong = zip({ 'other/__init__.py': '' });
    mkdirSync(join(dataDir, 'served'));
    fill(join(dataDir, 'served'), { [name]: wrong });
    const other = await serveModel(join(dataDir, 'served'));
    onTestFinished(() => other.close());
    const sha256 = createHash('sha256').update(wrong).digest('hex');
    const offered = [{ ...offer, source: new URL(name, other.source).href, bytes: wrong.length, sha256 }];
    const { service, changes } = start({ offered, entry: realEngine });
    await service.download(offer.id);
    expect(await service.downloaded()).toMatchObject({
      code: 'bad-input',
      message: `"${name}" does not hold one file of weights. Nothing of it was kept.`,
    });
    expect(changes.at(-1)).toMatchObject({ state: { status: 'ready', path: before } });
    nothingKept();
  });

  test('can be cancelled, which is no error and leaves nothing', async () => {
    server.misbehave = () => true;
    const { service, changes } = start({ offered: [offer] });
    await service.download(offer.id);
    expect(await service.cancelDownload()).toEqual({ status: 'none' });
    expect(changes.at(-1)).toEqual({ state: { status: 'none' }, error: null });
    nothingKept();
  });
});
