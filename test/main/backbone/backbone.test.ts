// The backbone that is set up: chosen from a folder or downloaded when asked, the same for every library, refused with
// a reason.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import { offers } from '../../../src/main/backbone/offers.ts';
import { callOf } from '../../../src/main/cli/context.ts';
import type { EventMessage, Events } from '../../../src/shared/contract.ts';
import type { BackboneOffer } from '../../../src/shared/training.ts';
import { type ImageNetwork, writeImageNetwork } from '../../fixtures/image-network.ts';
import { temporaryFolder } from '../db/sample-photos.ts';
import { serveModel } from './model-server.ts';
import type { ModelServer } from './model-server.ts';
import { hasTensorflow } from '../../fixtures/tensorflow.ts';

const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');

const mobilenet = offers.find(({ network }) => network === null)!;

let dataDir: string;
let folder: string;
let network: ImageNetwork;
beforeEach(() => {
  dataDir = temporaryFolder();
  folder = join(temporaryFolder(), 'drawn');
  network = writeImageNetwork(folder);
});

function startApp(offered: readonly BackboneOffer[] = []): { app: OpenedApp; changes: Events['backbone.changed'][] } {
  const app = createApp({ host: 'web', dataDir, engine: { node: process.execPath, entry }, offers: offered });
  onTestFinished(() => app.close());
  const changes: Events['backbone.changed'][] = [];
  app.subscribe((event: EventMessage) => event.name === 'backbone.changed' && changes.push(event.payload));
  return { app, changes };
}

test('nothing is set up, and looking leaves no trace', async () => {
  const { app } = startApp(offers);
  expect(await callOf(app)('backbone.state', undefined)).toEqual({ status: 'none' });
  const listed = offers.map((offer) => ({ ...offer, isHere: false }));
  expect(await callOf(app)('backbone.offers', undefined)).toEqual(listed);
  expect(existsSync(join(dataDir, 'registry.sqlite'))).toBe(false);
});

test.skipIf(!hasTensorflow)('a folder without a model is refused with the reason and changes nothing', async () => {
  const { app } = startApp();
  expect(await app.call('backbone.choose', { path: dataDir, inputRange: null })).toMatchObject({
    error: { code: 'bad-input', message: expect.stringContaining('no readable model.json') },
  });
  expect(await callOf(app)('backbone.state', undefined)).toEqual({ status: 'none' });
});

test('an offer that there is not is not found', async () => {
  const { app } = startApp();
  expect(await app.call('backbone.download', { id: 'resnet' })).toMatchObject({ error: { code: 'not-found' } });
});

describe('with a model in a folder', () => {
  test.skipIf(!hasTensorflow)(
    'a chosen model is announced, outlives the app, and goes when asked; its files stay',
    async () => {
      const first = startApp();
      const ready = await callOf(first.app)('backbone.choose', { path: folder, inputRange: null });
      expect(ready).toMatchObject({
        status: 'ready',
        path: folder,
        info: {
          name: 'drawn',
          features: network.features,
          inputPx: network.inputPx,
          inputRange: 'minus-one-to-one',
          sha256: network.sha256,
        },
      });
      expect(first.changes).toEqual([{ state: ready, error: null }]);
      await first.app.close();

      const { app, changes } = startApp();
      expect(await callOf(app)('backbone.state', undefined)).toEqual(ready);
      expect(await callOf(app)('backbone.remove', undefined)).toEqual({ status: 'none' });
      expect(changes).toEqual([{ state: { status: 'none' }, error: null }]);
      expect(existsSync(join(folder, 'model.json'))).toBe(true);
    },
  );

  test.skipIf(!hasTensorflow)('the scale of its pixels is what was asked for', async () => {
    const { app } = startApp();
    const state = await callOf(app)('backbone.choose', { path: folder, inputRange: 'zero-to-one' });
    expect(state).toMatchObject({ info: { inputRange: 'zero-to-one' } });
  });

  test.skipIf(!hasTensorflow)(
    'files that are gone or changed make it unusable, with the reason, until they are back',
    async () => {
      const { app } = startApp();
      const { backbones } = app.services;
      const ready = await backbones.choose(folder, null);
      rmSync(join(folder, 'group7-shard1of1'));
      expect(await backbones.state()).toMatchObject({
        status: 'unusable',
        reason: `The file group7-shard1of1 of the backbone in "${folder}" is missing.`,
      });
      await expect(backbones.require()).rejects.toMatchObject({ code: 'bad-input' });
      writeFileSync(join(folder, 'group7-shard1of1'), 'short');
      expect(await backbones.state()).toMatchObject({ reason: expect.stringContaining('not the one that was set up') });
      rmSync(folder, { recursive: true });
      expect(await backbones.state()).toMatchObject({ reason: expect.stringContaining(`is no longer in "${folder}"`) });
      writeImageNetwork(folder);
      expect(await backbones.state()).toEqual(ready);
    },
  );
});

describe('an offer', () => {
  let server: ModelServer;
  let offer: BackboneOffer;
  beforeEach(async () => {
    server = await serveModel(folder);
    offer = { ...mobilenet, source: server.source, bytes: network.bytes, sha256: network.sha256 };
  });
  afterEach(() => server.close());

  test.skipIf(!hasTensorflow)('is fetched only when it is asked for, then checked, set up and announced', async () => {
    const { app, changes } = startApp([offer]);
    await callOf(app)('backbone.offers', undefined);
    await callOf(app)('backbone.state', undefined);
    expect(server.asked).toEqual([]);

    const begun = await callOf(app)('backbone.download', { id: offer.id });
    expect(begun).toMatchObject({ status: 'downloading', offer: offer.id, totalBytes: offer.bytes });
    expect(await app.services.backbones.downloaded()).toBeNull();
    const folder = join(dataDir, 'backbones', offer.id);
    const ready = await callOf(app)('backbone.state', undefined);
    expect(ready).toMatchObject({ status: 'ready', path: folder, info: { name: offer.name, sha256: network.sha256 } });
    expect(changes.at(-1)).toEqual({ state: ready, error: null });
    const done = changes.flatMap(({ state }) => (state.status === 'downloading' ? [state.doneBytes] : []));
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  test('that is not what was promised is not set up, and the reason is announced', async () => {
    const { app, changes } = startApp([{ ...offer, sha256: 'f'.repeat(64) }]);
    await callOf(app)('backbone.download', { id: offer.id });
    expect(await app.services.backbones.downloaded()).toMatchObject({ code: 'bad-input' });
    expect(changes.at(-1)).toEqual({ state: { status: 'none' }, error: expect.stringContaining(network.sha256) });
    expect(existsSync(join(dataDir, 'backbones', offer.id))).toBe(false);
  });

  test('can be cancelled, which is no error', async () => {
    server.misbehave = (path) => path.includes('group5');
    const { app, changes } = startApp([offer, { ...offer, id: 'another' }]);
    await callOf(app)('backbone.download', { id: offer.id });
    expect(await app.call('backbone.download', { id: 'another' })).toMatchObject({ error: { code: 'conflict' } });
    expect(await callOf(app)('backbone.cancelDownload', undefined)).toEqual({ status: 'none' });
    expect(changes.at(-1)).toEqual({ state: { status: 'none' }, error: null });
  });

  test('that is being fetched does not keep the app from closing', async () => {
    server.misbehave = () => true;
    const { app } = startApp([offer]);
    await callOf(app)('backbone.download', { id: offer.id });
    await app.close();
    expect(existsSync(join(dataDir, 'backbones', `${offer.id}.part`))).toBe(false);
  });
});
