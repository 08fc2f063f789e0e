// Hostile requests all the way down: the web host over the real services, a real database and real photos.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../../../src/main/app.ts';
import type { OpenedApp } from '../../../../src/main/app.ts';
import { callNames } from '../../../../src/shared/contract.ts';
import { drawPhotos } from '../../photo-folder.ts';
import { startTestHost } from './web-host.ts';
import type { TestHost } from './web-host.ts';

let dir: string;
let app: OpenedApp;
let host: TestHost;
let photoIds: number[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'whisker-hostile-'));
  const folder = join(dir, 'photos');
  await drawPhotos(folder, 0, 2);
  await writeFile(join(folder, 'secret.txt'), 'not a photo');
  const entry = join(import.meta.dirname, '../../../../src/engine/entry.ts');
  app = createApp({ host: 'web', dataDir: join(dir, 'data'), engine: { node: process.execPath, entry } });
  host = await startTestHost({ app });
  await app.call('library.open', { folder });
  await app.services.library.scanFinished();
  photoIds = (await ask('photos.list', { filter: { kind: 'all' } })).value.ids;
});
afterAll(async () => {
  await host.close();
  await app.close();
  await rm(dir, { recursive: true });
});

const ask = async (name: string, input: unknown) => JSON.parse((await host.call(name, JSON.stringify(input))).body);

describe('photos by number', () => {
  test('a photo of the open library is a WebP that may not be sniffed or shared', async () => {
    const reply = await host.ask(`/photo/${photoIds[0]}/thumb`);
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    expect(reply.headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  test('a photo that the browser holds already is not sent again', async () => {
    const path = `/photo/${photoIds[0]}/large`;
    const { etag } = (await host.ask(path)).headers;
    const again = await host.ask(path, { headers: { 'if-none-match': String(etag) } });
    expect([again.status, again.body, again.headers.etag]).toEqual([304, '', etag]);
  });

  test('anything but the number of a photo and a known size is not there', async () => {
    const id = photoIds[0];
    const ids = [
      '0',
      '-1',
      '1e3',
      '0x1',
      '01',
      '1.5',
      'NaN',
      '9007199254740993',
      '9'.repeat(400),
      'abc',
      '%31',
      '',
      '__proto__',
      ' ',
      `${id}%00`,
    ];
    const paths = [
      ...ids.map((odd) => `/photo/${odd}/thumb`),
      ...['', 'THUMB', 'thumb/', 'large%2e', '../../secret.txt', '..%2f..%2fsecret.txt', 'constructor'].map(
        (size) => `/photo/${id}/${size}`,
      ),
      `/photo/${(photoIds.at(-1) ?? 0) + 1000}/thumb`,
      '/photo/',
      '/photo//thumb',
      '/export/labels.exe',
      '/export/../labels.csv',
      '/export/labels.csv/x',
      '/export/download-1.csv',
    ];
    for (const path of paths) expect((await host.ask(encodeURI(decodeURI(path)))).status, path).toBe(404);
  });

  test('numbers in a call are whole, positive and of this library, or nothing happens', async () => {
    for (const id of ['1', -1, 0, 1.5, 1e300, null, [1], { valueOf: 1 }, true]) {
      expect((await ask('photos.get', { id })).error.code, String(id)).toBe('bad-input');
    }
    expect((await ask('photos.get', { id: 2 ** 52 })).error.code).toBe('not-found');
    const unknown = { photoIds: [photoIds[0], 2 ** 52], label: 'excluded', source: 'person', chosen: 'hand' };
    expect((await ask('labels.set', unknown)).ok).toBe(false);
    expect((await ask('photos.get', { id: photoIds[0] })).value.label).toBeNull();
  });
});

test('no input, however odd, makes any call fail as an internal error or stop the host', async () => {
  // Where "no input" is right, an object must be refused; the rest must hold against every JSON value.
  const input = fc.oneof(
    fc.dictionary(
      fc.constantFrom('id', 'photoIds', 'label', 'filter', 'folder', 'path', 'name', '__proto__'),
      fc.jsonValue(),
      { minKeys: 1 },
    ),
    fc.array(fc.jsonValue(), { minLength: 1 }),
    fc.integer(),
    fc.string({ minLength: 1 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...callNames), input, async (name, value) => {
      const result = await ask(name, value);
      expect(result.ok || result.error.code !== 'internal', JSON.stringify([name, value, result])).toBe(true);
    }),
    { numRuns: 400 },
  );
  expect((await ask('photos.list', { filter: { kind: 'all' } })).value.ids).toEqual(photoIds);
});
