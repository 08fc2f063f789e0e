// Exports as the window asks for them: what is counted before, what is told meanwhile, downloads, and one at a time.

import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import type { CallName, Input, Output } from '../../../src/shared/contract.ts';
import { WhiskerError } from '../../../src/shared/errors.ts';
import { everything } from '../../../src/shared/export.ts';
import type { ExportState, ExportWish } from '../../../src/shared/export.ts';
import type { ClassId, PhotoId } from '../../../src/shared/types.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { drawPhotos } from '../photo-folder.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'whisker-export-')));
const folder = join(home, 'photos');
const heard: ExportState[] = [];
let app: OpenedApp;
let ids: PhotoId[];
let warm: ClassId;

const call = async <K extends CallName>(name: K, input: Input<K>): Promise<Output<K>> => {
  const result = await app.call(name, input);
  if (!result.ok) throw new WhiskerError(result.error.code, result.error.message, result.error.remedy);
  return result.value as Output<K>;
};
const folders: ExportWish = { ...everything, format: 'folders', what: 'labels' };
const csv: ExportWish = { ...everything, format: 'csv', what: 'labels' };
const labelled = () => call('photos.list', { filter: { kind: 'labelled' } });

beforeAll(async () => {
  await drawPhotos(folder, 0, 6);
  const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');
  const engine = { node: process.execPath, entry };
  app = createApp({ host: 'web', dataDir: join(home, 'data'), engine });
  app.subscribe(({ name, payload }) => name === 'export.changed' && heard.push(payload));
  await call('library.open', { folder });
  await app.services.library.scanFinished();
  ids = await call('photos.find', { search: {}, sort: { by: 'path', descending: false } });
  warm = (await call('classes.create', { name: 'Warm' })).id;
  // By path the cool ones come first.
  await call('labels.set', { photoIds: ids.slice(6, 10), label: warm, source: 'person', chosen: 'hand' });
  await call('labels.set', { photoIds: ids.slice(0, 1), label: 'none', source: 'person', chosen: 'hand' });
}, 60_000);
afterAll(async () => {
  await app.close();
  rmSync(home, { recursive: true });
});

test('formats are listed with what they are for', async () => {
  expect(await call('export.formats', undefined)).toEqual(
    expect.arrayContaining([
      {
        id: 'folders',
        title: 'Folders by class',
        about: expect.stringMatching(/\.$/),
        kind: 'folder',
        ways: ['copy', 'hardlink', 'symlink', 'move'],
      },
      { id: 'csv', title: 'CSV', about: expect.stringMatching(/\.$/), kind: 'file', ways: [] },
    ]),
  );
});

test('a preview counts what is written, shows three rows and says what is left out', async () => {
  expect(await call('export.preview', { wish: folders, folder: null })).toEqual({
    photos: 4,
    classes: [{ name: 'Warm', photos: 4 }],
    rows: [0, 1, 2].map((i) => ({ path: `warm/w${i}.png`, class: 'Warm', source: 'person', confidence: null })),
    leftOut: [
      { reason: 'It has no label.', photos: 7, first: expect.any(Array) },
      { reason: 'It shows none of the classes.', photos: 1, first: ['cool/c0.png'] },
    ],
    name: 'photos folders by class',
    notes: [],
  });
  expect(await call('export.preview', { wish: csv, folder: null })).toMatchObject({
    photos: 5,
    name: 'photos labels.csv',
  });
});

test('photos by a filter, by a search, or by their numbers', async () => {
  const count = async (photos: ExportWish['photos']) =>
    (await call('export.preview', { wish: { ...csv, photos }, folder: null })).photos;
  expect(await count({ of: 'found', filter: { kind: 'class', classId: warm }, search: {} })).toBe(4);
  expect(await count({ of: 'found', filter: { kind: 'none' }, search: {} })).toBe(1);
  expect(await count({ of: 'found', filter: { kind: 'all' }, search: { folder: 'warm' } })).toBe(4);
  expect(await count({ of: 'found', filter: { kind: 'labelled' }, search: { name: 'w1' } })).toBe(1);
  expect(await count({ of: 'these', photoIds: ids.slice(6, 8) })).toBe(2);
});

test('where photos would be moved is said before', async () => {
  const notes = async (how: ExportWish['how'], into: string) =>
    (await call('export.preview', { wish: { ...folders, how }, folder: into })).notes.join();
  expect(await notes('move', home)).toMatch(/outside of this library, so the photos leave it/);
  expect(await notes('move', folder)).toMatch(/stay in this library/);
  expect(await notes('copy', folder)).toMatch(/in two places/);
  expect(await notes('copy', home)).toBe('');
});

test('an export is told from its beginning to its report, and written into the folder', async () => {
  const target = temporaryFolder();
  heard.length = 0;
  const begun = await call('export.start', { wish: folders, folder: target, name: 'sorted' });
  expect(begun).toEqual({ status: 'working', kind: 'export', done: 0, total: 0 });
  const state = await app.services.exports.ended();
  expect(state).toMatchObject({ status: 'done', report: { kind: 'export', done: 4, where: join(target, 'sorted') } });
  expect(heard.at(0)).toEqual(begun);
  expect(heard.at(-1)).toEqual(state);
  expect(await call('export.state', undefined)).toEqual(state);
  expect(readdirSync(join(target, 'sorted', 'Warm'))).toHaveLength(4);
});

test('a file gets its ending, and a name that is none on every system is refused', async () => {
  const target = temporaryFolder();
  await call('export.start', { wish: csv, folder: target, name: 'labels' });
  await app.services.exports.ended();
  expect(readFileSync(join(target, 'labels.csv'), 'utf8').split('\r\n')).toHaveLength(7);
  for (const name of ['../x', 'a/b', 'CON', 'ends.', '.hidden']) {
    await expect(call('export.start', { wish: csv, folder: target, name })).rejects.toMatchObject({
      code: 'bad-input',
    });
  }
  await expect(call('export.start', { wish: csv, folder: 'not/full', name: 'x' })).rejects.toThrow('no full path');
  await expect(call('export.start', { wish: { ...csv, format: 'xls' }, folder: target, name: 'x' })).rejects.toThrow(
    'There is no format "xls".',
  );
  expect(readdirSync(target)).toEqual(['labels.csv']);
});

test('one at a time, and cancelled nothing is left', async () => {
  const target = temporaryFolder();
  await call('export.start', { wish: folders, folder: target, name: 'one' });
  await expect(call('export.start', { wish: folders, folder: target, name: 'two' })).rejects.toMatchObject({
    code: 'conflict',
  });
  await call('export.cancel', undefined);
  expect(await app.services.exports.ended()).toEqual({
    status: 'failed',
    kind: 'export',
    failure: { code: 'cancelled', message: 'Cancelled; nothing of it was left.' },
  });
  expect(readdirSync(target)).toEqual([]);
});

test('what is refused is told as a failure, with its sentence', async () => {
  const target = temporaryFolder();
  const nothing: ExportWish = { ...folders, photos: { of: 'these', photoIds: [] } };
  await call('export.start', { wish: nothing, folder: target, name: 'x' });
  expect(await app.services.exports.ended()).toMatchObject({
    status: 'failed',
    failure: { code: 'bad-input', message: 'There is no photo to export.' },
  });
});

test('a file is a download, too, until a few later ones were asked for', async () => {
  const get = (url: string) => app.fetch(new Request(`http://localhost${url}`));
  const { url } = await call('export.link', csv);
  const response = await get(url);
  expect(response.headers.get('content-disposition')).toContain('filename="photos labels.csv"');
  expect((await response.text()).split('\r\n')).toHaveLength(7);
  await expect(call('export.link', folders)).rejects.toThrow('Folders by class is no single file.');
  for (let i = 0; i < 8; i++) await call('export.link', csv);
  expect((await get(url)).status).toBe(404);
});

test('moved within the library photos keep their labels, and the move is listed and reverted', async () => {
  await call('export.start', { wish: { ...folders, how: 'move' }, folder, name: 'sorted' });
  expect(await app.services.exports.ended()).toMatchObject({ status: 'done', report: { done: 4 } });
  await app.services.library.lookAgain();
  const known = await labelled();
  expect(known.ids).toHaveLength(4);
  const { paths } = await call('photos.get', { id: known.ids[0]! });
  expect(paths).toEqual([expect.stringMatching(/^sorted\/Warm\/w\d\.png$/)]);

  const [move] = await call('export.moves', undefined);
  expect(move).toMatchObject({ where: join(folder, 'sorted'), files: 4 });
  await call('export.revert', { id: move!.id });
  expect(await app.services.exports.ended()).toMatchObject({ status: 'done', report: { kind: 'revert', done: 4 } });
  expect(await call('export.moves', undefined)).toEqual([]);
  await vi.waitFor(() => expect(readdirSync(folder)).toEqual(['cool', 'warm']));
  await app.services.library.lookAgain();
  expect((await labelled()).ids).toHaveLength(4);
});

test('closing the library ends an export, with nothing left of it', async () => {
  const target = temporaryFolder();
  await call('export.start', { wish: folders, folder: target, name: 'one' });
  await call('library.close', undefined);
  expect(readdirSync(target)).toEqual([]);
  expect(await call('export.state', undefined)).toEqual({ status: 'idle' });
  await expect(call('export.preview', { wish: folders, folder: null })).rejects.toMatchObject({ code: 'no-library' });
});
