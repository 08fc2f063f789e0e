// Photos in a folder for each class, on real files: copied and linked, whatever they and their classes are called, and
// nothing left when it ends in the middle.

import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { smallDisk } from '../../fixtures/small-disk.ts';
import { addRun } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';
import { contentsOf, exported, realLibrary } from './real-library.ts';

const needsMount = 'Only root of a Linux may mount a disk of its own.';

function pets() {
  const library = realLibrary({
    'a.jpg': 'one',
    'sub/a.jpg': 'two',
    'sub/A.JPG': 'three',
    'b.jpg': 'four',
    'copy of b.jpg': 'four',
    'none.jpg': 'five',
    'out.jpg': 'six',
    'unsure.jpg': 'seven',
    'bare.jpg': 'eight',
  });
  library.label('Cat', 'a.jpg', 'sub/a.jpg', 'sub/A.JPG');
  library.label('Dog', 'b.jpg');
  setLabels(library.db, [library.idOf('none.jpg')], 'none', by.person);
  setLabels(library.db, [library.idOf('out.jpg')], 'excluded', by.person);
  setLabels(library.db, [library.idOf('unsure.jpg')], 'unsure', by.person);
  return library;
}

test('each photo is copied once into the folder of its class, and what has no place there is told with its reason', async () => {
  const library = pets();
  utimesSync(join(library.folder, 'b.jpg'), 1_000_000_000, 1_000_000_000);
  const known = statSync(join(library.folder, 'a.jpg')).mtimeMs;
  const target = join(temporaryFolder(), 'sorted');
  const told: number[] = [];
  const report = await exported(library, target, {}, { progress: (done) => void told.push(done) });
  // The first place of the dog has changed since it was looked at; its copy has not.
  expect(contentsOf(target)).toEqual({
    'Cat/A (3).JPG': 'three',
    'Cat/a (2).jpg': 'two',
    'Cat/a.jpg': 'one',
    'Dog/copy of b.jpg': 'four',
  });
  expect(statSync(join(target, 'Cat/a.jpg')).mtimeMs).toBeCloseTo(known, 0);
  expect(report).toMatchObject({ kind: 'export', done: 4, where: target, notes: [], manifest: null });
  expect(Object.fromEntries(report.leftOut.map(({ reason, first }) => [reason, first]))).toEqual({
    'It shows none of the classes.': ['none.jpg'],
    'It is excluded.': ['out.jpg'],
    'You are unsure of it.': ['unsure.jpg'],
    'It has neither a label nor a prediction.': ['bare.jpg'],
  });
  expect(told).toEqual([1, 2, 3, 4]);
});

test('predictions above a confidence go to their class, and what is less sure is left out', async () => {
  const library = realLibrary({ 'a.jpg': '1', 'b.jpg': '2', 'c.jpg': '3' });
  library.label('Cat', 'a.jpg');
  const [cat] = library.db.prepare(`SELECT id FROM class`).all() as { id: never }[];
  const ids = ['a.jpg', 'b.jpg', 'c.jpg'].map(library.idOf);
  addRun(
    library.db,
    ids.map((photoId, i) => ({ photoId, classId: cat!.id, confidence: [0.99, 0.95, 0.5][i]! })),
  );
  const folder = temporaryFolder();
  const names = async (what: 'labels' | 'predictions' | 'both', least: number) => {
    const target = join(folder, `${what} ${least}`);
    await exported(library, target, { what, least });
    return readdirSync(join(target, 'Cat'));
  };
  expect(await names('labels', 0)).toEqual(['a.jpg']);
  expect(await names('predictions', 0)).toEqual(['b.jpg', 'c.jpg']);
  expect(await names('predictions', 0.9)).toEqual(['b.jpg']);
  expect(await names('both', 0.9)).toEqual(['a.jpg', 'b.jpg']);
  const { leftOut } = await exported(library, join(folder, 'again'), { what: 'predictions', least: 0.9 });
  expect(leftOut.map(({ reason }) => reason)).toEqual([
    'It has a label, so that its prediction is not asked for.',
    'Its prediction is less sure than was asked for.',
  ]);
});

test('hostile names of classes and files stay inside the folder, on every system', async () => {
  const library = realLibrary({ 'con.jpg': '1', 'a\\b.jpg': '2', 'x.jpg': '3', 'y.jpg': '4', 'z.jpg': '5' });
  library.label('../x', 'con.jpg');
  library.label('CON', 'a\\b.jpg');
  library.label('..', 'x.jpg');
  library.label('ends. .', 'y.jpg');
  library.label('/etc/passwd', 'z.jpg');
  const folder = temporaryFolder();
  await exported(library, join(folder, 'out'));
  expect(contentsOf(folder)).toEqual({
    'out/CON_/a_b.jpg': '2',
    'out/_/x.jpg': '3',
    'out/__x/con_.jpg': '1',
    'out/_etc_passwd/z.jpg': '5',
    'out/ends/y.jpg': '4',
  });
});

test('classes whose folders would be one get two', async () => {
  const library = realLibrary({ 'a.jpg': '1', 'b.jpg': '2' });
  library.label('a/b', 'a.jpg');
  library.label('a:b', 'b.jpg');
  const target = join(temporaryFolder(), 'out');
  await exported(library, target);
  expect(contentsOf(target)).toEqual({ 'a_b/a.jpg': '1', 'a_b (2)/b.jpg': '2' });
});

test('hard links and symbolic links lead to the photos themselves', async () => {
  const library = realLibrary({ 'a.jpg': '1' });
  symlinkSync(join(library.folder, 'a.jpg'), join(library.folder, 'link.jpg'));
  library.label('Cat', 'a.jpg');
  const folder = temporaryFolder();
  await exported(library, join(folder, 'hard'), { how: 'hardlink' });
  await exported(library, join(folder, 'soft'), { how: 'symlink' });
  const origin = statSync(join(library.folder, 'a.jpg'));
  expect(statSync(join(folder, 'hard/Cat/a.jpg')).ino).toBe(origin.ino);
  expect(readlinkSync(join(folder, 'soft/Cat/a.jpg'))).toBe(join(library.folder, 'a.jpg'));
  expect(lstatSync(join(folder, 'hard/Cat/a.jpg')).isSymbolicLink()).toBe(false);
});

test('what is there already is left as it is, with a sentence', async () => {
  const library = pets();
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'file'), 'mine');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
  for (const name of ['folder', 'file', 'dangling']) {
    for (const wish of [{}, { how: 'move' as const }, { format: 'csv' }]) {
      await expect(exported(library, join(folder, name), wish)).rejects.toMatchObject({
        code: 'conflict',
        message: `"${join(folder, name)}" is there already.`,
      });
    }
  }
  expect(readdirSync(folder).sort()).toEqual(['dangling', 'file', 'folder']);
  expect(contentsOf(library.folder)['a.jpg']).toBe('one');
});

test('cancelled half-way, nothing is left', async () => {
  const library = realLibrary(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.jpg`, `${i}`])));
  library.label('Cat', ...Array.from({ length: 60 }, (_, i) => `${i}.jpg`));
  for (const wish of [{ how: 'copy' }, { how: 'symlink' }, { format: 'csv' }, { format: 'json' }] as const) {
    const folder = temporaryFolder();
    const stop = new AbortController();
    let seen: string[] = [];
    const progress = (done: number) => {
      seen = readdirSync(folder);
      if (wish.format !== undefined || done === 30) stop.abort();
    };
    await expect(exported(library, join(folder, 'out'), wish, { signal: stop.signal, progress })).rejects.toThrow();
    expect(seen).toEqual([expect.stringMatching(/^\.whisker-export-/)]);
    expect(readdirSync(folder)).toEqual([]);
  }
});

test('a folder that is not there is named in a sentence', async () => {
  const folder = temporaryFolder();
  await expect(exported(pets(), join(folder, 'missing/out'))).rejects.toMatchObject({
    code: 'folder-unavailable',
    message: `"${join(folder, 'missing')}" is not there.`,
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('a full disk ends it with a sentence, and nothing is left', async (context) => {
  const disk = smallDisk('64k');
  if (disk === null) return context.skip(needsMount);
  const names = Array.from({ length: 40 }, (_, i) => `${i}.jpg`);
  const library = realLibrary(Object.fromEntries(names.map((name) => [name, name.repeat(1500)])));
  library.label('Cat', ...names);
  for (const how of ['copy', 'move', 'hardlink'] as const) {
    await expect(exported(library, join(disk, 'out'), { how }), how).rejects.toMatchObject({
      code: 'storage-failed',
      message: `"${disk}" has no room left.`,
      remedy: 'Free some space there, or choose another drive.',
    });
    expect(readdirSync(disk)).toEqual([]);
  }
  expect(Object.keys(contentsOf(library.folder))).toHaveLength(40);
});

test('a read-only folder is named in a sentence', async (context) => {
  const disk = smallDisk('64k', 'ro');
  if (disk === null) return context.skip(needsMount);
  const library = pets();
  for (const wish of [{ how: 'copy' }, { how: 'move' }, { format: 'csv' }] as const) {
    await expect(exported(library, join(disk, 'out'), wish)).rejects.toMatchObject({
      code: 'bad-input',
      message: `"${disk}" can't be written: it is read-only, or there is no permission.`,
    });
  }
  expect(contentsOf(library.folder)['a.jpg']).toBe('one');
});

test('where another drive takes no hard link, a copy stands in its place, and the report says so', async (context) => {
  const disk = smallDisk('1m');
  if (disk === null) return context.skip(needsMount);
  const library = pets();
  const { done, notes } = await exported(library, join(disk, 'out'), { how: 'hardlink' });
  expect(done).toBe(4);
  expect(notes).toEqual(['Photos that could not be hard-linked were copied: they lie on another drive.']);
  expect(contentsOf(join(disk, 'out'))['Cat/a.jpg']).toBe('one');
});
