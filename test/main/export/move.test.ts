// Photos moved by a list, and moved back by it: whatever happens in between, each is somewhere, whole, and comes back.

import { spawn, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { movesOf, revertMove } from '../../../src/main/export/export-job.ts';
import { listMoves, readManifest } from '../../../src/main/export/manifest.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { smallDisk } from '../../fixtures/small-disk.ts';
import { contentsOf, exported, hashOf, realLibrary } from './real-library.ts';
import type { RealLibrary } from './real-library.ts';

const needsMount = 'Only root of a Linux may mount a disk of its own.';
const job = { signal: new AbortController().signal, progress: () => {} };

function pets(folder?: string) {
  const files = { 'a.jpg': 'one', 'sub/a.jpg': 'two', 'b.jpg': 'three', 'copies/b.jpg': 'three', 'c.jpg': 'four' };
  const library = realLibrary(files, folder);
  library.label('Cat', 'a.jpg', 'sub/a.jpg');
  library.label('Dog', 'b.jpg');
  return { library, files };
}

/** As the window would find it after a start. */
async function onlyMove(library: RealLibrary) {
  const moves = await listMoves(movesOf(library));
  expect(moves).toHaveLength(1);
  return moves[0]!;
}

test('all places of a photo are moved, with a list of what was where, and moved back by it', async () => {
  const { library, files } = pets();
  const target = join(temporaryFolder(), 'sorted');
  const report = await exported(library, target, { how: 'move' });
  expect(contentsOf(target)).toEqual({
    'Cat/a (2).jpg': 'two',
    'Cat/a.jpg': 'one',
    'Dog/b (2).jpg': 'three',
    'Dog/b.jpg': 'three',
  });
  expect(contentsOf(library.folder)).toEqual({ 'c.jpg': 'four' });
  expect(report).toMatchObject({ done: 4, where: target, notes: [expect.stringContaining('have left this library')] });

  const { manifest, files: listed, where } = await onlyMove(library);
  expect({ manifest, listed, where }).toEqual({ manifest: report.manifest, listed: 4, where: target });
  expect(await readManifest(manifest)).toMatchObject({
    library: library.folder,
    target,
    files: expect.arrayContaining([
      { from: join(library.folder, 'sub/a.jpg'), to: join(target, 'Cat/a (2).jpg'), sha256: hashOf('two'), bytes: 3 },
    ]),
  });

  // The folders that photos lay in may be gone by then.
  rmSync(join(library.folder, 'sub'), { recursive: true });
  expect(await revertMove(manifest, job)).toMatchObject({ kind: 'revert', done: 4, leftOut: [] });
  expect(contentsOf(library.folder)).toEqual(files);
  expect(existsSync(target)).toBe(false);
  expect(await listMoves(movesOf(library))).toEqual([]);
});

test('the XMP files beside photos go with them, each to its own, and come back with what was written since', async () => {
  const { library, files } = pets();
  const beside = {
    'a.jpg.xmp': 'of a',
    'sub/a.xmp': 'of the other a',
    'b.XMP': 'of b',
    'copies/b.jpg.xmp': 'of its copy',
    'c.xmp': 'of c',
  };
  for (const [path, text] of Object.entries(beside)) writeFileSync(join(library.folder, path), text);
  const target = join(temporaryFolder(), 'sorted');
  const report = await exported(library, target, { how: 'move' });
  expect(contentsOf(target)).toEqual({
    'Cat/a (2).jpg': 'two',
    'Cat/a (2).jpg.xmp': 'of the other a',
    'Cat/a.jpg': 'one',
    'Cat/a.jpg.xmp': 'of a',
    'Dog/b (2).jpg': 'three',
    'Dog/b (2).jpg.xmp': 'of its copy',
    'Dog/b.jpg': 'three',
    'Dog/b.jpg.xmp': 'of b',
  });
  expect(contentsOf(library.folder)).toEqual({ 'c.jpg': 'four', 'c.xmp': 'of c' });
  expect(report.done).toBe(4);
  expect(report.notes).toContain('4 XMP files went with their photos.');

  writeFileSync(join(target, 'Cat/a.jpg.xmp'), 'of a, and more');
  const { manifest } = await onlyMove(library);
  expect(await revertMove(manifest, job)).toMatchObject({ done: 4, leftOut: [] });
  expect(contentsOf(library.folder)).toEqual({ ...files, ...beside, 'a.jpg.xmp': 'of a, and more' });
  expect(existsSync(target)).toBe(false);
});

test('of two photos that differ in their ending alone, each keeps its own XMP file', async () => {
  const library = realLibrary({ 'one/tom.jpg': 'one', 'two/tom.png': 'two' });
  library.label('Cat', 'one/tom.jpg', 'two/tom.png');
  for (const [path, text] of [
    ['one/tom.xmp', 'first'],
    ['two/tom.xmp', 'second'],
  ] as const)
    writeFileSync(join(library.folder, path), text);
  const target = join(temporaryFolder(), 'sorted');
  await exported(library, target, { how: 'move' });
  expect(contentsOf(target)).toEqual({
    'Cat/tom.jpg': 'one',
    'Cat/tom.jpg.xmp': 'first',
    'Cat/tom.png': 'two',
    'Cat/tom.png.xmp': 'second',
  });
});

test('into a folder of the library itself the photos stay in it', async () => {
  const { library } = pets();
  const { notes } = await exported(library, join(library.folder, 'sorted'), { how: 'move' });
  expect(notes).toEqual(['The photos are in this library still, in their new folders.']);
});

test('nothing is overwritten on the way back, and what was changed stays where it is', async () => {
  const { library } = pets();
  const target = join(temporaryFolder(), 'sorted');
  const { manifest } = await exported(library, target, { how: 'move' });
  writeFileSync(join(library.folder, 'a.jpg'), 'somebody else’s');
  writeFileSync(join(target, 'Cat/a (2).jpg'), 'edited');
  rmSync(join(target, 'Dog/b.jpg'));
  const { done, leftOut } = await revertMove(manifest!, job);
  expect(done).toBe(1);
  expect(Object.fromEntries(leftOut.map(({ reason, first }) => [first[0], reason]))).toEqual({
    'a.jpg': 'Another file lies at its old place; it stays where it is.',
    'sub/a.jpg': 'It was changed after it was moved, and stays where it is.',
    'b.jpg': 'It is not in the folder it was moved to.',
  });
  expect(readFileSync(join(library.folder, 'a.jpg'), 'utf8')).toBe('somebody else’s');
  expect(contentsOf(target)).toEqual({ 'Cat/a (2).jpg': 'edited', 'Cat/a.jpg': 'one' });
  // It can be asked again once the place is free.
  renameSync(join(library.folder, 'a.jpg'), join(library.folder, 'mine.jpg'));
  await revertMove((await onlyMove(library)).manifest, job);
  expect(readFileSync(join(library.folder, 'a.jpg'), 'utf8')).toBe('one');
});

test.skipIf(process.platform === 'win32')('a link back to where a photo went is no second copy of it', async () => {
  const { library } = pets();
  const target = join(temporaryFolder(), 'sorted');
  const { manifest } = await exported(library, target, { how: 'move' });
  symlinkSync(join(target, 'Cat/a.jpg'), join(library.folder, 'a.jpg'));
  rmSync(join(library.folder, 'copies'), { recursive: true });
  mkdirSync(join(target, 'elsewhere'));
  renameSync(join(target, 'Dog'), join(target, 'elsewhere/Dog'));
  symlinkSync(join(target, 'elsewhere/Dog'), join(library.folder, 'copies'));
  symlinkSync(join(target, 'elsewhere/Dog'), join(target, 'Dog'));
  const { leftOut } = await revertMove(manifest!, job);
  const reasons = Object.fromEntries(leftOut.map(({ reason, first }) => [first[0], reason]));
  expect(reasons['a.jpg']).toBe('A link leads from its old place to where it was moved; it stays there.');
  expect(readFileSync(join(target, 'Cat/a.jpg'), 'utf8')).toBe('one');
  expect(readFileSync(join(library.folder, 'a.jpg'), 'utf8')).toBe('one');
  expect(readFileSync(join(library.folder, 'copies/b.jpg'), 'utf8')).toBe('three');
});

test('cancelled half-way, every photo is where it was', async () => {
  const names = Array.from({ length: 200 }, (_, i) => `${i}.jpg`);
  const files = Object.fromEntries(names.map((name) => [name, `photo ${name}`]));
  const library = realLibrary(files);
  library.label('Cat', ...names);
  const folder = temporaryFolder();
  const stop = new AbortController();
  let moved = 0;
  const progress = (done: number) => {
    moved = done;
    stop.abort();
  };
  await expect(
    exported(library, join(folder, 'out'), { how: 'move' }, { signal: stop.signal, progress }),
  ).rejects.toThrow('Cancelled; nothing of it was left.');
  expect(moved).toBeGreaterThan(0);
  expect(moved).toBeLessThan(200);
  expect(contentsOf(library.folder)).toEqual(files);
  expect(readdirSync(folder)).toEqual([]);
  expect(await listMoves(movesOf(library))).toEqual([]);
});

/** `rests`: it is killed between two files that are on the disk; else wherever it is just then. */
const kills = [
  { after: 1, rests: true },
  { after: 700, rests: true },
  { after: 1, rests: false },
  { after: 700, rests: false },
];

test.for(kills)(
  'killed half-way ($after, $rests), all come back by the list after a restart',
  { timeout: 60_000 },
  async ({ after, rests }) => {
    const names = Array.from({ length: 1500 }, (_, i) => `${i % 7}/${i}.jpg`);
    const files = Object.fromEntries(names.map((name) => [name, `photo ${name}`]));
    const library = realLibrary(files);
    library.label('Cat', ...names);
    const target = join(temporaryFolder(), 'out');
    const script = join(import.meta.dirname, 'moving-process.ts');
    const args = [script, library.file, library.folder, library.dir, target, String(after), rests ? 'rest' : 'go on'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await new Promise<void>((ready) => child.stdout.once('data', () => ready()));
    const exited = new Promise((gone) => child.once('exit', gone));
    child.kill('SIGKILL');
    await exited;
    const there = readdirSync(join(target, 'Cat')).length;
    const left = Object.keys(contentsOf(library.folder)).length;
    expect(there).toBeGreaterThanOrEqual(after);
    expect(there + left).toBeGreaterThanOrEqual(1500);
    if (rests) expect(left).toBeGreaterThan(0);

    const { manifest } = await onlyMove(library);
    expect(await revertMove(manifest, job)).toMatchObject({ done: 1500, leftOut: [] });
    expect(contentsOf(library.folder)).toEqual(files);
    expect(existsSync(target)).toBe(false);
  },
);

test('to another drive a photo is copied, checked and only then deleted; and the same way back', async (context) => {
  const disk = smallDisk('1m');
  if (disk === null) return context.skip(needsMount);
  const { library, files } = pets();
  const { manifest } = await exported(library, join(disk, 'out'), { how: 'move' });
  expect(contentsOf(join(disk, 'out'))['Dog/b (2).jpg']).toBe('three');
  expect(contentsOf(library.folder)).toEqual({ 'c.jpg': 'four' });
  // As a power cut in the middle of a copy leaves it.
  writeFileSync(join(disk, 'out/Cat/a.jpg.partial'), 'o');
  expect(await revertMove(manifest!, job)).toMatchObject({ done: 4, leftOut: [] });
  expect(contentsOf(library.folder)).toEqual(files);
  expect(readdirSync(disk)).toEqual([]);
});

test('out of a read-only folder nothing is moved, and nothing is left', async (context) => {
  const disk = smallDisk('1m');
  if (disk === null) return context.skip(needsMount);
  const { library, files } = pets(disk);
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  const folder = temporaryFolder();
  await expect(exported(library, join(folder, 'out'), { how: 'move' })).rejects.toMatchObject({ code: 'bad-input' });
  expect(contentsOf(disk)).toEqual(files);
  expect(readdirSync(folder)).toEqual([]);
});

test('a link among the photos is not moved, and said', async () => {
  const { library } = pets();
  rmSync(join(library.folder, 'sub'), { recursive: true });
  const outside = temporaryFolder();
  writeFileSync(join(outside, 'a.jpg'), 'two');
  symlinkSync(outside, join(library.folder, 'sub'));
  library.db
    .prepare(`UPDATE file SET mtime_ms = ? WHERE path = 'sub/a.jpg'`)
    .run(statSync(join(outside, 'a.jpg')).mtimeMs);
  const { leftOut } = await exported(library, join(temporaryFolder(), 'out'), { how: 'move', what: 'labels' });
  expect(leftOut).toContainEqual({
    reason: 'It is a link, or lies behind one, and links are not moved.',
    photos: 1,
    first: ['sub/a.jpg'],
  });
  expect(readFileSync(join(outside, 'a.jpg'), 'utf8')).toBe('two');
});

test('what is no list of moved files, or not a whole one, is refused, and nothing is touched', async () => {
  const { library } = pets();
  const { manifest } = await exported(library, join(temporaryFolder(), 'out'), { how: 'move' });
  const whole = readFileSync(manifest!, 'utf8');
  const lines = whole.trimEnd().split('\n');
  const cases: [string, string][] = [
    ['', 'is no list of moved files'],
    ['{"format":"whisker-labels"}', 'is no list of moved files'],
    [lines.slice(0, -1).join('\n'), 'is cut short'],
    [whole.slice(0, -20), 'is damaged'],
    [whole.replace('"from":"/', '"from":"'), 'is damaged'],
    [whole.replace('"version":1', '"version":2'), 'is no list of moved files'],
  ];
  mkdirSync(join(library.dir, 'other'), { recursive: true });
  for (const [text, why] of cases) {
    const file = join(library.dir, 'other', 'list.jsonl');
    writeFileSync(file, text);
    await expect(revertMove(file, job), why).rejects.toThrow(why);
  }
  expect(contentsOf(library.folder)).toEqual({ 'c.jpg': 'four' });
});

test('photos with one name from many folders are told apart', async () => {
  const names = Array.from({ length: 50 }, (_, i) => `${i}/IMG_0001.JPG`);
  const library = realLibrary(Object.fromEntries(names.map((name) => [name, name])));
  library.label('Cat', ...names);
  const target = join(temporaryFolder(), 'out');
  await exported(library, target, { how: 'move' });
  expect(new Set(Object.values(contentsOf(target)))).toEqual(new Set(names));
  expect((await onlyMove(library)).files).toBe(50);
});
