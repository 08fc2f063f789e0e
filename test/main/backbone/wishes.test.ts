// What is asked for last is what is set up, however long the models take that were asked for before.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createBackboneService } from '../../../src/main/backbone/backbone.ts';
import { createEventBus } from '../../../src/main/events.ts';
import type { Events } from '../../../src/shared/contract.ts';
import type { BackboneOffer } from '../../../src/shared/training.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { serveModel } from './model-server.ts';

const entry = join(import.meta.dirname, '../../fakes/engine-entry.ts');

/** Folders of tiny models; the engine never answers for 'silent'. */
const model = JSON.stringify({ weightsManifest: [{ paths: ['w'] }] });
const folders = () =>
  fill(temporaryFolder(), {
    ...{ 'one/model.json': model, 'one/w': '1', 'other/model.json': model, 'other/w': '2' },
    ...{ 'silent/model.json': model, 'silent/w': '3' },
  });

function start(offers: readonly BackboneOffer[] = [], openTimeoutMs?: number) {
  const events = createEventBus();
  const changes: Events['backbone.changed'][] = [];
  events.subscribe(({ name, payload }) => name === 'backbone.changed' && changes.push(payload));
  const engine = { node: process.execPath, entry };
  const service = createBackboneService({ dataDir: temporaryFolder(), engine, events, offers, openTimeoutMs });
  onTestFinished(() => service.close());
  return { service, changes };
}

test('a model that never opens is given up, with one sentence, and what was set up stays', async () => {
  const { service } = start([], 5000);
  const at = folders();
  await service.choose(join(at, 'one'), null);
  await expect(service.choose(join(at, 'silent'), null)).rejects.toMatchObject({
    code: 'bad-input',
    message: `The model in "${join(at, 'silent')}" could not be read within 5 seconds.`,
  });
  expect(await service.state()).toMatchObject({ status: 'ready', path: join(at, 'one') });
});

test.each(['choose', 'remove', 'close'] as const)('a model that never opens is ended by %s', async (wish) => {
  const { service } = start();
  const at = folders();
  const hanging = service.choose(join(at, 'silent'), null);
  hanging.catch(() => {});
  await sleep(50);
  const next = { choose: () => service.choose(join(at, 'other'), null), remove: service.remove, close: service.close };
  await next[wish]();
  await expect(hanging).rejects.toMatchObject({ code: 'cancelled' });
  const left = { choose: { status: 'ready', path: join(at, 'other') }, remove: { status: 'none' } };
  expect(await service.state()).toMatchObject({ ...left, close: { status: 'none' } }[wish]);
});

async function offered(folder: string) {
  const server = await serveModel(folder);
  onTestFinished(() => server.close());
  const offer: BackboneOffer = {
    ...{ id: 'tiny', name: 'Tiny', summary: 'Tiny.', licence: 'None', network: null, source: server.source },
    ...{ bytes: model.length + 1, sha256: createHash('sha256').update(`${model}1`).digest('hex') },
  };
  return { server, offer };
}

test('a backbone that is chosen during a download is what is set up, then and later', async () => {
  const at = folders();
  const { server, offer } = await offered(join(at, 'one'));
  server.misbehave = (path) => path === '/w';
  const { service, changes } = start([offer]);
  await service.download('tiny');
  const ended = service.downloaded();
  const chosen = await service.choose(join(at, 'other'), null);
  expect(chosen).toMatchObject({ status: 'ready', path: join(at, 'other') });
  expect(await ended).toMatchObject({ code: 'cancelled' });
  expect(await service.state()).toEqual(chosen);
  expect(changes.at(-1)).toEqual({ state: chosen, error: null });
});

test('a choice that fails leaves the download alone', async () => {
  const at = folders();
  const { offer } = await offered(join(at, 'one'));
  const { service } = start([offer], 5000);
  await service.download('tiny');
  await expect(service.choose(join(at, 'silent'), null)).rejects.toMatchObject({ code: 'bad-input' });
  await service.downloaded();
  expect(await service.state()).toMatchObject({ status: 'ready', info: { name: 'Tiny' } });
});
