// Downloading a model: only what was offered is kept, whatever a server, a network or a person does in between.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { downloadModel } from '../../../src/main/backbone/download.ts';
import { toFailure } from '../../../src/shared/errors.ts';
import type { BackboneOffer } from '../../../src/shared/training.ts';
import { temporaryFolder } from '../db/sample-photos.ts';
import { serveModel } from './model-server.ts';
import type { ModelServer } from './model-server.ts';

const weights = Buffer.alloc(300_000, 7);
const manifestOf = (...paths: string[]) =>
  JSON.stringify({ modelTopology: {}, weightsManifest: paths.map((path) => ({ paths: [path], weights: [] })) });
const json = manifestOf('group1-shard1of1', 'group2-shard1of1');
const sha256 = createHash('sha256').update(json).update(weights).update('end').digest('hex');

let server: ModelServer;
let offer: BackboneOffer;
let dir: string;
beforeEach(async () => {
  const served = temporaryFolder();
  writeFileSync(join(served, 'model.json'), json);
  writeFileSync(join(served, 'group1-shard1of1'), weights);
  writeFileSync(join(served, 'group2-shard1of1'), 'end');
  server = await serveModel(served);
  const bytes = json.length + weights.length + 3;
  offer = {
    id: 'tiny',
    name: 'Tiny',
    summary: '',
    network: null,
    source: server.source,
    licence: 'none',
    bytes,
    sha256,
  };
  dir = temporaryFolder();
});
afterEach(() => server.close());

const folder = () => join(dir, 'backbones', 'tiny');
const download = (changes: Partial<BackboneOffer> = {}, signal = new AbortController().signal, onProgress = () => {}) =>
  downloadModel({ offer: { ...offer, ...changes }, folder: folder(), signal, onProgress });
/** The sentence it fails with; nothing may be left of what it had begun. */
async function failure(changes: Partial<BackboneOffer> = {}): Promise<string> {
  const error = await download(changes).then(
    () => expect.unreachable('nothing was refused'),
    (thrown: unknown) => toFailure(thrown),
  );
  expect(existsSync(folder())).toBe(false);
  expect(existsSync(`${folder()}.part`)).toBe(false);
  return error.message;
}

test('all files of the offer come into the folder, and progress ends at its size', async () => {
  let done = 0;
  const signal = new AbortController().signal;
  await downloadModel({ offer, folder: folder(), signal, onProgress: (bytes) => (done = bytes) });
  expect(done).toBe(offer.bytes);
  expect(readdirSync(folder()).sort()).toEqual(['group1-shard1of1', 'group2-shard1of1', 'model.json']);
  expect(readFileSync(join(folder(), 'group1-shard1of1')).equals(weights)).toBe(true);
  expect(server.asked).toEqual(['/model.json', '/group1-shard1of1', '/group2-shard1of1']);
});

test('what is there already is replaced whole', async () => {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(folder(), 'stale'), '');
  await download();
  expect(readdirSync(folder())).not.toContain('stale');
});

test('one wrong byte is refused, with what was expected and what came', async () => {
  const message = await failure({ sha256: '0'.repeat(64) });
  expect(message).toContain(`its SHA-256 is ${sha256}, expected was ${'0'.repeat(64)}`);
  expect(message).toContain('Nothing of it was kept');
});

test('a failed download leaves the model that was there', async () => {
  await download();
  await expect(download({ sha256: '0'.repeat(64) })).rejects.toThrow('SHA-256');
  expect(readdirSync(folder())).toHaveLength(3);
});

test('a server that answers with an error is named with its answer', async () => {
  server.misbehave = (path, response) => path.startsWith('/group2') && Boolean(response.writeHead(503).end());
  expect(await failure()).toBe(
    `${new URL('group2-shard1of1', server.source).href} answered with 503 instead of the file.`,
  );
});

test('a redirect is not followed', async () => {
  server.misbehave = (_, response) =>
    Boolean(response.writeHead(302, { location: 'ftp://elsewhere/model.json' }).end());
  expect(await failure()).toContain('answered with 302');
  expect(server.asked).toEqual(['/model.json']);
});

test('a server that can not be reached is named', async () => {
  await server.close();
  expect(await failure()).toBe(`${new URL(server.source).host} can't be reached (ECONNREFUSED).`);
  server = await serveModel(dir);
});

test('a server that dies midway leaves nothing, and the sentence says how far it came', async () => {
  server.misbehave = (path, response) => {
    if (!path.startsWith('/group1')) return false;
    response.writeHead(200, { 'content-length': weights.length });
    response.write(weights.subarray(0, 150_000), () => response.destroy());
    return true;
  };
  expect(await failure()).toMatch(/^The connection to 127\.0\.0\.1:\d+ broke off after 0\.[01] MB of 0\.3 MB\.$/);
});

test('a server that sends more than was promised is cut off', async () => {
  expect(await failure({ bytes: offer.bytes - 1 })).toContain('sends more than the 0.3 MB');
});

test.each(['../outside', '/etc/passwd', 'a/b', '..', 'C:\\x', 'https://elsewhere/x', ''])(
  'a list of files that names "%s" is refused before anything of it is fetched',
  async (name) => {
    server.misbehave = (path, response) => path === '/model.json' && Boolean(response.end(manifestOf(name)));
    expect(await failure()).toContain("is not the list of a model's files");
    expect(server.asked).toEqual(['/model.json']);
  },
);

test('what is no list of files at all is refused', async () => {
  server.misbehave = (_, response) => Boolean(response.end('<html>Please log in</html>'));
  expect(await failure()).toContain("is not the list of a model's files");
});

test('cancelling ends it at once and leaves nothing', async () => {
  server.misbehave = (path) => path.startsWith('/group2');
  const cancelling = new AbortController();
  const running = download({}, cancelling.signal);
  while (!server.asked.includes('/group2-shard1of1')) await new Promise((wait) => setTimeout(wait, 5));
  cancelling.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(join(dir, 'backbones'))).toEqual([]);
});

test('a place where nothing can be written is named', async () => {
  writeFileSync(join(dir, 'backbones'), 'a file');
  await expect(download()).rejects.toThrow();
  expect(server.asked).toEqual([]);
});
