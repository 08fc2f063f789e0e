// A library as one file goes to another machine, other folder and other names, and nothing of it is lost on the way;
// what is no whole archive of Whisker's leaves everything as it was.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ParsedTarEntryWithData } from 'modern-tar';
import { describe, expect, test } from 'vitest';
import type { Db } from '../../../src/main/db/open.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { saveView } from '../../../src/main/db/saved-views.ts';
import { createClass, deleteClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { undo } from '../../../src/main/labels/undo.ts';
import { keepLabel } from '../../../src/main/review/doubtful-labels.ts';
import { refuseClass } from '../../../src/main/review/review.ts';
import { modelFolder, readNote, writeNote } from '../../../src/main/runs/run-folder.ts';
import { readLesson, writeLesson } from '../../../src/main/runs/lesson-file.ts';
import type { PhotoId, RunId } from '../../../src/shared/types.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { addRun } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';
import { machine, photosAs, said, tampered } from './archives.ts';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const network = {
  path: '/there/net.onnx',
  info: {
    name: 'net',
    format: 'onnx' as const,
    sha256: 'a'.repeat(64),
    inputRange: 'zero-to-one' as const,
    inputPx: 64,
    features: 8,
    bytes: 1000,
    takenFrom: 'features',
  },
};

/** Labels of each kind, history, a run with its model and its lesson, a view. */
function work(db: Db, dir: string): { run: RunId; ids: PhotoId[] } {
  const { ids } = listPhotos(db, { kind: 'all' }, null);
  const [cat, dog, owl] = ['Cat', 'Dog', 'Owl'].map((name) => createClass(db, { name }).id) as [never, never, never];
  setLabels(db, ids.slice(0, 2), cat, by.person);
  setLabels(db, [ids[2]!], dog, by.suggestion);
  setLabels(db, [ids[3]!], 'excluded', by.person);
  setLabels(db, [ids[4]!], 'none', by.person);
  setLabels(db, [ids[5]!], 'unsure', by.person);
  setLabels(db, [ids[6]!], owl, by.person);
  undo(db);
  refuseClass(db, { photoIds: [ids[7]!], classId: dog });
  keepLabel(db, { photoId: ids[0]!, classId: cat });
  deleteClass(db, { id: owl });
  const run = addRun(
    db,
    ids.slice(5).map((photoId) => ({ photoId, classId: cat, confidence: 0.8 })),
  );
  saveView(db, { name: 'Cats', search: { label: cat, run }, sort: { by: 'alike', id: ids[1]!, descending: true } });
  mkdirSync(modelFolder(dir, run), { recursive: true });
  writeFileSync(join(modelFolder(dir, run), 'weights.bin'), Buffer.from([1, 2, 3]));
  writeNote(dir, run, { features: 'backbone', backbone: network, classIds: [cat, dog], trainedOn: ids.slice(0, 3) });
  writeLesson(dir, run, {
    options: {} as never,
    backbone: network,
    startFrom: null,
    classes: [],
    photos: ids.map((id, i) => [id, i < 2 ? cat : null]),
    none: [ids[4]!],
  });
  writeFileSync(join(dir, 'runs', String(run), 'training.pid'), '1');
  return { run, ids };
}

async function worked() {
  const there = machine();
  await there.scan(await photosAs((seed) => `DSC_${seed}.jpg`, seeds));
  const { db, dir } = there.library.require();
  return { there, ...work(db, dir), before: said(db) };
}

const shaOf = (db: Db, id: PhotoId) => db.prepare('SELECT sha256 FROM photo WHERE id = ?').pluck().get(id);

test('everything is there again on another machine, in another folder, under other names', async () => {
  const { there, run, ids, before } = await worked();
  const archive = await there.archive();
  const old = { dir: there.library.require().dir, db: there.db() };

  const here = machine({ backbone: { ...network, path: '/here/net.onnx' } });
  // A library of its own has taken the first block of numbers.
  await here.scan(await photosAs((seed) => `${seed}.jpg`, [20]));
  const folder = await photosAs((seed) => `2026/holiday/cat ${9 - seed}.jpeg`, seeds);
  expect(await here.archives.open({ path: archive, folder, conflicts: null })).toBeNull();
  const found = await here.library.scanFinished();
  expect(found).toMatchObject({ phase: 'done', photos: 8 });

  const { db, dir } = here.library.require();
  expect(said(db)).toEqual(before);
  expect(db.pragma('foreign_key_check')).toEqual([]);
  expect(listPhotos(db, { kind: 'labelled' }, null).names.toSorted()).toHaveLength(3);
  // Photos of two libraries never share a number, as thumbnails are kept by it.
  const numbers = listPhotos(db, { kind: 'all' }, null).ids;
  expect(Math.min(...numbers)).toBeGreaterThan(1_000_000);

  const [note, lesson] = [readNote(dir, run)!, readLesson(dir, run)!];
  expect(note).toMatchObject({ backbone: { path: '/here/net.onnx' } });
  expect(note.trainedOn.map((id) => shaOf(db, id))).toEqual(ids.slice(0, 3).map((id) => shaOf(old.db, id)));
  expect(lesson.photos.map(([id]) => shaOf(db, id))).toEqual(ids.map((id) => shaOf(old.db, id)));
  expect(lesson.none!.map((id) => shaOf(db, id))).toEqual([shaOf(old.db, ids[4]!)]);
  expect(readFileSync(join(modelFolder(dir, run), 'weights.bin'))).toEqual(Buffer.from([1, 2, 3]));
  expect(existsSync(join(dir, 'runs', String(run), 'training.pid'))).toBe(false);
  const { sort } = db.prepare('SELECT sort FROM saved_view').get() as { sort: string };
  expect(shaOf(db, JSON.parse(sort).id)).toBe(shaOf(old.db, ids[1]!));

  // The history goes on where it ended.
  undo(db);
  expect(db.prepare(`SELECT count(*) FROM class WHERE removed = 1`).pluck().get()).toBe(0);
  expect(readdirSync(dir).filter((name) => name.startsWith('incoming') || name.startsWith('archive-'))).toEqual([]);
  expect(readdirSync(old.dir).filter((name) => name.startsWith('archive-'))).toEqual([]);
});

test('a photo that is not there keeps its label until it comes', async () => {
  const { there, ids } = await worked();
  const archive = await there.archive();
  const here = machine();
  const folder = await photosAs((seed) => `${seed}.jpg`, [3, 4]);
  await here.archives.open({ path: archive, folder, conflicts: null });
  await here.library.scanFinished();
  expect(said(here.db()).labels).toHaveLength(6);
  expect(listPhotos(here.db(), { kind: 'all' }, null).ids).toHaveLength(2);
  expect(ids).toHaveLength(8);
});

test('thumbnails and features go along when they are asked for, and their sizes are known before', async () => {
  const there = machine();
  await there.scan(await photosAs((seed) => `${seed}.jpg`, seeds));
  const { dir } = there.library.require();
  mkdirSync(join(dir, 'features'));
  writeFileSync(join(dir, 'features', 'net-1.f32'), Buffer.alloc(4000));
  writeFileSync(join(dir, 'features', 'net-1.index'), Buffer.alloc(36));
  const sizes = await there.archives.sizes();
  expect(sizes).toMatchObject({ features: 4036, thumbs: expect.any(Number) });
  expect(sizes.thumbs).toBeGreaterThan(1000);
  const bare = readFileSync(await there.archive()).length;
  const archive = await there.archive(['thumbs', 'features']);
  expect(readFileSync(archive).length - bare).toBeGreaterThan(sizes.thumbs + sizes.features);
  const here = machine();
  await here.archives.open({ path: archive, folder: await photosAs((seed) => `${seed}.jpg`, [1]), conflicts: null });
  expect(readdirSync(join(here.library.require().dir, 'features')).sort()).toEqual(['net-1.f32', 'net-1.index']);
  const thumbs = readdirSync(join(here.library.require().dir, 'thumbs'), { recursive: true });
  expect(thumbs.filter((name) => String(name).endsWith('.jpg'))).toHaveLength(8);
});

describe('what is refused, with one sentence, and leaves everything as it was', () => {
  const entryOf = (name: string, data: Uint8Array): ParsedTarEntryWithData => ({
    header: { name, size: data.length, type: 'file' },
    data: new Uint8Array(data),
  });
  const manifestOf = (entries: readonly ParsedTarEntryWithData[]) =>
    JSON.parse(Buffer.from(entries.find(({ header }) => header.name === 'manifest.json')!.data!).toString());
  const withManifest = (entries: readonly ParsedTarEntryWithData[], said: unknown) => [
    entryOf('manifest.json', Buffer.from(JSON.stringify(said))),
    ...entries.filter(({ header }) => header.name !== 'manifest.json'),
  ];
  /** With the list as it would have to be for these bytes. */
  const relisted = (entries: readonly ParsedTarEntryWithData[]) => {
    const files = entries.filter(({ header }) => header.name !== 'manifest.json');
    const list = files.map(({ header, data }) => ({
      name: header.name,
      bytes: data!.length,
      sha256: createHash('sha256').update(data!).digest('hex'),
    }));
    return withManifest(entries, { ...manifestOf(entries), entries: list });
  };
  const withDatabase = (entries: readonly ParsedTarEntryWithData[], change: (db: Db) => void) => {
    const file = join(temporaryFolder(), 'changed.sqlite');
    writeFileSync(file, entries.find(({ header }) => header.name === 'library.sqlite')!.data!);
    const db = new Database(file);
    change(db);
    db.close();
    return relisted(
      entries.map((one) =>
        one.header.name === 'library.sqlite' ? entryOf('library.sqlite', readFileSync(file)) : one,
      ),
    );
  };

  const cases: [string, (entries: ParsedTarEntryWithData[]) => ParsedTarEntryWithData[], RegExp][] = [
    ['without a manifest', (all) => all.slice(1), /is no archive of Whisker/],
    [
      'of a newer schema',
      (all) => withManifest(all, { ...manifestOf(all), schema: 999, whisker: '9.0.0' }),
      /was made by a newer Whisker \(9\.0\.0\)/,
    ],
    [
      'of a newer kind of archive',
      (all) => withManifest(all, { ...manifestOf(all), version: 2, entries: 'otherwise' }),
      /was made by a newer Whisker/,
    ],
    [
      'with a file that was changed',
      (all) =>
        all.map((one) =>
          one.header.name.endsWith('weights.bin') ? entryOf(one.header.name, Buffer.from([1, 2, 4])) : one,
        ),
      /was changed: runs\/1\/model\/weights\.bin is damaged/,
    ],
    [
      'with a file of another size',
      (all) =>
        all.map((one) =>
          one.header.name.endsWith('weights.bin') ? entryOf(one.header.name, Buffer.alloc(9000)) : one,
        ),
      /another size/,
    ],
    ['that lacks a file', (all) => all.filter(({ header }) => !header.name.endsWith('weights.bin')), /is cut short/],
    ['with one file more', (all) => [...all, entryOf('runs/1/more', Buffer.from('x'))], /holds what it does not list/],
    ['with a file twice', (all) => [...all, all.at(-1)!], /holds what it does not list/],
    ...['../outside', '/etc/outside', 'runs/1/../../outside', 'runs/1/..', 'C:\\outside', 'thumbs/outside'].map(
      (name) =>
        [
          `with a file for another place, ${name}`,
          (all: ParsedTarEntryWithData[]) => relisted([...all, entryOf(name, Buffer.from('x'))]),
          /is no archive of Whisker, or it was changed/,
        ] as [string, (entries: ParsedTarEntryWithData[]) => ParsedTarEntryWithData[], RegExp],
    ),
    [
      'with a link in the place of a file',
      (all) =>
        all.map((one) =>
          one.header.name.endsWith('weights.bin')
            ? { header: { name: one.header.name, size: 0, type: 'symlink' as const, linkname: '/etc/passwd' } }
            : one,
        ),
      /holds what it does not list/,
    ],
    [
      'with a trigger in its database',
      (all) =>
        withDatabase(all, (db) => {
          db.exec(`CREATE TRIGGER mine AFTER UPDATE ON photo BEGIN DELETE FROM label; END`);
        }),
      /The database in the archive is not as Whisker makes it/,
    ],
    [
      'with another database',
      (all) =>
        relisted(
          all.map((one) =>
            one.header.name === 'library.sqlite' ? entryOf('library.sqlite', Buffer.from('no database')) : one,
          ),
        ),
      /The database in the archive/,
    ],
    [
      'with a database of a later version than it says',
      (all) => withDatabase(all, (db) => void db.pragma('user_version = 500')),
      /has a version that is not known here/,
    ],
  ];

  let archived: Promise<Buffer> | null = null;
  const archive = () => (archived ??= worked().then(async ({ there }) => readFileSync(await there.archive())));

  test.each(cases)('an archive %s', async (_what, change, sentence) => {
    const path = await tampered(await archive(), change);
    const here = machine();
    const folder = await photosAs((seed) => `${seed}.jpg`, [1]);
    await here.scan(folder);
    const { dir } = here.library.require();
    const files = readdirSync(dir).filter((name) => !name.includes('sqlite'));
    await expect(here.archives.open({ path, folder, conflicts: null })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(sentence),
    });
    expect(here.library.current).toMatchObject({ folder, dir });
    expect(readdirSync(dir).filter((name) => !name.includes('sqlite'))).toEqual(files);
    expect(said(here.db()).labels).toEqual([]);
    expect(listPhotos(here.db(), { kind: 'all' }, null).ids).toHaveLength(1);
  });

  test.each([100, 1000, 3000, 20_000])('an archive that is cut short after %d bytes', async (bytes) => {
    const path = join(temporaryFolder(), 'short.whisker');
    writeFileSync(path, await archive());
    truncateSync(path, bytes);
    const here = machine();
    const folder = await photosAs((seed) => `${seed}.jpg`, [1]);
    await expect(here.archives.open({ path, folder, conflicts: null })).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('a file that is not there, and one that is a picture', async () => {
    const here = machine();
    const folder = await photosAs((seed) => `${seed}.jpg`, [1]);
    const open = (path: string) => here.archives.open({ path, folder, conflicts: null });
    await expect(open(join(folder, 'none.whisker'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(open(join(folder, '1.jpg'))).rejects.toMatchObject({ code: 'bad-input' });
  });
});
