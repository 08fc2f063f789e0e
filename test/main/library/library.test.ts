import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { countPhotos } from '../../../src/main/db/counts.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { readablePath, type OpenLibrary } from '../../../src/main/library/open-library.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { engineOf } from '../runs/engine-of.ts';
import { startLibrary } from './service.ts';
import { WhiskerError } from '../../../src/shared/errors.ts';
import type { RecentLibrary } from '../../../src/shared/types.ts';
import { by } from '../labels/origins.ts';

const photos = async (count: number, prefix = '') =>
  Object.fromEntries(
    await Promise.all(
      Array.from({ length: count }, async (_, i) => [`${prefix}${i}.jpg`, await jpeg({ seed: i })] as const),
    ),
  );

const grid = ({ db }: OpenLibrary) => listPhotos(db, { kind: 'all' }, null);

/** Labels the first photo of the grid as "Cat" and returns its number. */
function labelFirst({ db, ...library }: OpenLibrary) {
  const cat = createClass(db, { name: 'Cat' });
  const [first] = grid({ db, ...library }).ids;
  if (first === undefined) throw new Error('the grid is empty');
  setLabels(db, [first], cat.id, by.person);
  return { first, label: cat.id as number };
}

test('a folder becomes photos, duplicates once, and problems with a reason', async () => {
  const [a, b] = [await jpeg({ seed: 1 }), await jpeg({ seed: 2, width: 40, height: 90 })];
  const folder = fill(temporaryFolder(), { 'a.jpg': a, 'sub/copy of a.jpg': a, 'sub/b.jpg': b, 'notes.txt': 'hello' });
  const { library, scan, payloads } = startLibrary();
  expect(await scan(folder)).toMatchObject({
    phase: 'done',
    found: 4,
    settled: 4,
    photos: 2,
    problems: 1,
    error: null,
  });
  expect(grid(library.require())).toMatchObject({ widths: [64, 40], heights: [48, 90], labels: [0, 0] });
  expect(library.problems()).toEqual([
    { path: 'notes.txt', code: 'not-an-image', reason: 'This is text, not a photo.' },
  ]);
  const added = payloads('photos.added').flatMap(({ ids }) => ids);
  expect(added).toEqual(grid(library.require()).ids);
});

test('progress goes from listing to reading to done and only ever grows', async () => {
  const { scan, payloads } = startLibrary();
  await scan(fill(temporaryFolder(), await photos(20)));
  const progress = payloads('scan.progress');
  expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(['listing', 'reading', 'done']);
  expect(progress.at(-1)).toMatchObject({ found: 20, settled: 20, photos: 20, etaSeconds: null });
  progress.reduce((before, now) => (expect(now.settled).toBeGreaterThanOrEqual(before.settled), now));
  const pace = progress.length / (progress.at(-1)?.seconds ?? 1);
  expect(pace).toBeLessThanOrEqual(5 + 3 / (progress.at(-1)?.seconds ?? 1));
});

test('a scan says which photos are new and gone and which files changed; a moved file is none of these', async () => {
  const folder = fill(temporaryFolder(), await photos(6));
  const { library, scan } = startLibrary();
  expect(await scan(folder)).toMatchObject({ added: 6, removed: 0, changed: 0 });

  rmSync(join(folder, '0.jpg'));
  rmSync(join(folder, '1.jpg'));
  renameSync(join(folder, '2.jpg'), join(folder, 'moved.jpg'));
  utimesSync(join(folder, '3.jpg'), 1, 1);
  fill(folder, await photos(9, 'new '));
  library.rescan();
  expect(await library.scanFinished()).toMatchObject({ added: 3, removed: 0, changed: 1, photos: 9 });

  for (let i = 0; i < 9; i++) rmSync(join(folder, `new ${i}.jpg`));
  library.rescan();
  expect(await library.scanFinished()).toMatchObject({ added: 0, removed: 5, changed: 0, photos: 4 });

  library.rescan();
  expect(await library.scanFinished()).toMatchObject({ added: 0, removed: 0, changed: 0 });
});

test('opening another folder while one is scanned announces nothing more of the old one', async () => {
  const [a, b] = [fill(temporaryFolder(), await photos(40)), fill(temporaryFolder(), await photos(1))];
  const { library, payloads } = startLibrary();
  await library.open(a);
  await expect.poll(() => library.scanProgress().phase).toBe('reading');
  await library.open(b);
  await library.scanFinished();
  expect(payloads('scan.progress').map(({ phase }) => phase)).not.toContain('cancelled');
  expect(payloads('scan.progress').at(-1)).toMatchObject({ phase: 'done', found: 1 });
});

test('a second scan reads only what is new or changed', async () => {
  const folder = fill(temporaryFolder(), await photos(6));
  const { library, scan, dataDir } = startLibrary();
  await scan(folder);
  const before = grid(library.require());
  await library.close();

  const bytes = readFileSync(join(folder, '0.jpg'));
  fill(folder, { 'new.jpg': await jpeg({ seed: 99 }), '1.jpg': await jpeg({ seed: 77 }) });
  writeFileSync(join(folder, '0.jpg'), bytes);
  const again = startLibrary({ dataDir });
  const opened = await again.library.open(folder);
  expect(grid(opened)).toEqual(before);
  expect(await again.library.scanFinished()).toMatchObject({ phase: 'done', found: 7, photos: 7 });
  // 0.jpg has a new time but its old content; 1.jpg is another photo now.
  expect(again.payloads('photos.added').flatMap(({ ids }) => ids)).toHaveLength(2);
  expect(again.payloads('photos.removed').flatMap(({ ids }) => ids)).toEqual([before.ids[1]]);
});

test('photos of an earlier version learn at the next scan when they were taken and what they look like', async () => {
  const folder = fill(temporaryFolder(), { ...(await photos(2)), 'notes.txt': 'hello' });
  const { library, scan } = startLibrary();
  await scan(folder);
  const db = library.current?.db;
  if (!db) throw new Error('no library is open');
  const known = () => db.prepare('SELECT fingerprint, taken_at FROM photo ORDER BY id').all();
  const before = known();
  db.prepare('UPDATE photo SET fingerprint = NULL').run();
  expect(await scan(folder)).toMatchObject({ phase: 'done', photos: 2, problems: 1, added: 0, changed: 0 });
  expect(known()).toEqual(before);
});

test('a photo that leaves the folder leaves the grid, and comes back with its label', async () => {
  const folder = fill(temporaryFolder(), await photos(3));
  const { library, scan, payloads } = startLibrary();
  await scan(folder);
  const { first, label } = labelFirst(library.require());
  renameSync(join(folder, '0.jpg'), join(folder, '..', 'whisker-away.jpg'));
  library.rescan();
  expect(await library.scanFinished()).toMatchObject({ found: 2, photos: 2 });
  expect(payloads('photos.removed')).toEqual([{ ids: [first] }]);
  expect(grid(library.require()).ids).not.toContain(first);

  renameSync(join(folder, '..', 'whisker-away.jpg'), join(folder, '0.jpg'));
  library.rescan();
  await library.scanFinished();
  expect(payloads('photos.added').at(-1)).toEqual({
    ids: [first],
    names: ['0.jpg'],
    widths: [64],
    heights: [48],
    labels: [label],
  });
});

test('a photo that moves inside the folder keeps its number and its label, and never leaves the grid', async () => {
  const folder = fill(temporaryFolder(), await photos(3));
  const { library, scan, payloads } = startLibrary();
  await scan(folder);
  const { first, label } = labelFirst(library.require());
  mkdirSync(join(folder, 'album'));
  renameSync(join(folder, '0.jpg'), join(folder, 'album', 'renamed.jpg'));
  library.rescan();
  await library.scanFinished();
  expect(payloads('photos.removed')).toEqual([]);
  expect(grid(library.require())).toMatchObject({ ids: expect.arrayContaining([first]), labels: [label, 0, 0] });
  expect(await readablePath(library.require(), first)).toBe(join(library.require().folder, 'album', 'renamed.jpg'));
});

test('a moved folder is known by its content; a copy beside the original is a library of its own', async () => {
  const home = temporaryFolder();
  fill(join(home, 'before'), await photos(8, 'album/'));
  const { library, scan } = startLibrary();
  await scan(join(home, 'before'));
  const { label } = labelFirst(library.require());
  const dir = library.require().dir;

  fill(join(home, 'copy'), await photos(8, 'album/'));
  await scan(join(home, 'copy'));
  expect(library.require().dir).not.toBe(dir);
  expect(grid(library.require()).labels).toEqual(Array(8).fill(0));

  renameSync(join(home, 'before'), join(home, 'after'));
  rmSync(join(home, 'after', 'album', '3.jpg'));
  await scan(join(home, 'after'));
  expect(library.require().dir).toBe(dir);
  expect(grid(library.require()).labels).toEqual([label, ...Array(6).fill(0)]);
  expect(library.recent().map(({ name }) => name)).toEqual(['after', 'copy']);
});

test('another folder with files of the same names and sizes is not mistaken for a moved one', async () => {
  const home = temporaryFolder();
  fill(join(home, 'one'), { 'a.jpg': await jpeg({ seed: 1 }) });
  const { library, scan } = startLibrary();
  await scan(join(home, 'one'));
  const dir = library.require().dir;
  const bytes = readFileSync(join(home, 'one', 'a.jpg'));
  bytes.set([1, 2, 3], bytes.length - 10);
  rmSync(join(home, 'one'), { recursive: true });
  fill(join(home, 'two'), { 'a.jpg': bytes });
  await scan(join(home, 'two'));
  expect(library.require().dir).not.toBe(dir);
});

test('no two libraries share a photo number', async () => {
  const { library, scan } = startLibrary();
  await scan(fill(temporaryFolder(), await photos(2)));
  const first = grid(library.require()).ids;
  await scan(fill(temporaryFolder(), await photos(2)));
  expect(grid(library.require()).ids.filter((id) => first.includes(id))).toEqual([]);
});

test('recent libraries come newest first with their counts; a forgotten one keeps its labels', async () => {
  const [one, two] = [fill(temporaryFolder(), await photos(3)), fill(temporaryFolder(), await photos(1))];
  const { library, scan } = startLibrary();
  await scan(one);
  labelFirst(library.require());
  const folder = library.require().folder;
  await scan(two);
  expect(library.recent()).toMatchObject([
    { photos: 1, labelled: 0, available: true },
    { folder, photos: 3, labelled: 1, available: true },
  ]);
  library.forget(folder);
  expect(library.recent()).toHaveLength(1);
  await scan(one);
  expect(library.recent()).toMatchObject([{ folder, labelled: 1 }, {}]);
  rmSync(two, { recursive: true });
  expect(library.recent()[1]).toMatchObject({ available: false });
});

test('a damaged list of libraries is made anew from them, with their numbers; the damaged one is kept', async () => {
  const [one, two] = [fill(temporaryFolder(), await photos(3)), fill(temporaryFolder(), await photos(2, 'other '))];
  const { library, scan, dataDir } = startLibrary();
  await scan(one);
  await scan(two);
  const { label } = labelFirst(library.require());
  const { ids } = grid(library.require());
  await library.close();
  const before = library.recent();
  // Closes what asking has opened.
  await library.close();
  writeFileSync(join(dataDir, 'registry.sqlite'), 'holiday notes');

  const again = startLibrary({ dataDir });
  const facts = ({ folder, photos: count, labelled }: RecentLibrary) => ({ folder, photos: count, labelled });
  expect(new Set(again.library.recent().map(facts))).toEqual(new Set(before.map(facts)));
  const aside = readdirSync(dataDir).filter((name) => name.includes('.damaged-'));
  expect(aside.map((name) => readFileSync(join(dataDir, name), 'utf8'))).toEqual(['holiday notes']);
  await again.scan(two);
  expect(grid(again.library.require())).toMatchObject({ ids, labels: [label, 0] });
  await again.scan(fill(temporaryFolder(), await photos(1, 'third ')));
  expect(grid(again.library.require()).ids[0]).toBe(3_000_001);
});

test('with a folder of its own the library lies there, even among the photos', async () => {
  const folder = fill(temporaryFolder(), await photos(2));
  const libraryDir = join(folder, 'whisker');
  const { library, scan, dataDir } = startLibrary({ libraryDir });
  expect(await scan(folder)).toMatchObject({ found: 2, photos: 2, problems: 0 });
  expect(existsSync(join(libraryDir, 'library.sqlite'))).toBe(true);
  library.rescan();
  expect(await library.scanFinished()).toMatchObject({ found: 2, problems: 0 });
  expect(readdirSync(dataDir)).toEqual([]);
});

test('a library that is kept apart stays that of its folder while the folder is there', async () => {
  const [one, other] = [fill(temporaryFolder(), await photos(2)), fill(temporaryFolder(), await photos(3, 'other '))];
  const libraryDir = temporaryFolder();
  const { library, scan } = startLibrary({ libraryDir });
  await scan(one);
  const { label } = labelFirst(library.require());
  const beside = startLibrary({ libraryDir });
  await expect(beside.library.open(other)).rejects.toMatchObject({
    code: 'conflict',
    message: `"${libraryDir}" holds the library of the folder "${realpathSync(one)}".`,
  });
  expect(grid(library.require()).labels).toEqual([label, 0]);

  renameSync(one, join(other, 'moved'));
  expect(await beside.scan(join(other, 'moved'))).toMatchObject({ phase: 'done', photos: 2, added: 0, removed: 0 });
  expect(grid(beside.library.require()).labels).toEqual([label, 0]);
  await expect(library.open(other)).rejects.toMatchObject({ code: 'conflict' });
});

test('the photos’ own folder can’t hold the library', async () => {
  const folder = fill(temporaryFolder(), await photos(1));
  const { library } = startLibrary({ libraryDir: folder });
  await expect(library.open(folder)).rejects.toMatchObject({ code: 'wrong-usage' });
  expect(readdirSync(folder)).toEqual(['0.jpg']);
});

test('folders that can’t be opened are named, with what to do; the open library stays open', async () => {
  const folder = fill(temporaryFolder(), await photos(1));
  const { library, scan } = startLibrary();
  expect(() => library.require()).toThrow('No library is open.');
  await scan(folder);
  await expect(library.open(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'folder-unavailable' });
  await expect(library.open(join(folder, '0.jpg'))).rejects.toMatchObject({
    message: expect.stringContaining('is a file'),
  });
  expect(library.require().db.open).toBe(true);
});

test('originals are never touched', async () => {
  const folder = fill(temporaryFolder(), await photos(2));
  const long = new Date('2001-02-03');
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), long, long);
  const before = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const { scan } = startLibrary();
  await scan(folder);
  expect(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toEqual(before);
});

test('cancelling keeps what was read and begins nothing more, and the next scan goes on from there', async () => {
  const folder = fill(temporaryFolder(), await photos(300));
  const { library, payloads } = startLibrary();
  await library.open(folder);
  await expect.poll(() => payloads('photos.added').length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0);
  library.cancelScan();
  const progress = await library.scanFinished();
  expect(progress.photos).toBeLessThan(300);
  expect(progress.phase).toBe('cancelled');
  expect(grid(library.require()).ids.length).toBe(progress.photos);
  expect(progress.photos).toBeGreaterThan(0);
  library.rescan();
  expect(await library.scanFinished()).toMatchObject({ phase: 'done', photos: 300 });
});

test('a cancelled listing marks nothing as missing', async () => {
  const folder = fill(temporaryFolder(), await photos(5));
  const { library, scan, payloads } = startLibrary();
  await scan(folder);
  library.rescan();
  library.cancelScan();
  expect(await library.scanFinished()).toMatchObject({ phase: 'cancelled' });
  expect(payloads('photos.removed')).toEqual([]);
  expect(grid(library.require()).ids).toHaveLength(5);
});

test('a folder that is away when a scan begins is said to be missing, and its photos stay as they were', async () => {
  const folder = realpathSync(fill(temporaryFolder(), await photos(2)));
  const { library, scan, payloads } = startLibrary();
  await scan(folder);
  labelFirst(library.require());
  const before = grid(library.require());
  renameSync(folder, `${folder} away`);
  library.rescan();
  expect(await library.scanFinished()).toMatchObject({
    phase: 'missing',
    error: `The folder "${folder}" isn't there now. Its labels are kept.`,
    photos: 2,
    removed: 0,
  });
  expect(payloads('scan.progress').at(-1)?.phase).toBe('missing');
  expect(grid(library.require())).toEqual(before);

  renameSync(`${folder} away`, folder);
  library.rescan();
  expect(await library.scanFinished()).toMatchObject({ phase: 'done', added: 0, removed: 0, error: null });
});

test('a folder that vanishes while it is listed loses no photo', async () => {
  const albums = Array.from({ length: 150 }, (_, i) => [`${i}/a.jpg`, 'not read'] as const);
  const folder = fill(temporaryFolder(), { ...Object.fromEntries(albums), ...(await photos(5, 'z/')) });
  const { library, scan, payloads } = startLibrary();
  await scan(folder);
  library.rescan();
  while (library.scanProgress().found < 20) await setImmediate();
  renameSync(folder, `${folder} away`);
  expect(await library.scanFinished()).toMatchObject({ phase: 'missing', removed: 0, photos: 5, problems: 150 });
  expect(payloads('photos.removed')).toEqual([]);
  rmSync(`${folder} away`, { recursive: true });
});

test('a folder that gives way to another one while its photos are read loses none of them', async () => {
  const folder = fill(temporaryFolder(), await photos(120));
  const { library, scan, payloads } = startLibrary();
  await scan(folder);
  for (let i = 0; i < 120; i++) utimesSync(join(folder, `${i}.jpg`), 1, 1);
  library.rescan();
  while (library.scanProgress().phase !== 'reading' || library.scanProgress().settled < 8) await setImmediate();
  renameSync(folder, `${folder} away`);
  mkdirSync(folder);
  expect(await library.scanFinished()).toMatchObject({ phase: 'missing', removed: 0, photos: 120, problems: 0 });
  expect(payloads('photos.removed')).toEqual([]);
  expect(grid(library.require()).ids).toHaveLength(120);
  rmSync(`${folder} away`, { recursive: true });
});

test('a partly damaged photo is in the grid and among the problems', async () => {
  const whole = await jpeg({ seed: 1 });
  const hurt = Buffer.from(whole);
  hurt.subarray(hurt.length / 2, hurt.length / 2 + 64).forEach((byte, i, bytes) => (bytes[i] = byte ^ 0xff));
  const folder = fill(temporaryFolder(), { 'whole.jpg': whole, 'hurt.jpg': hurt });
  const { library, scan } = startLibrary();
  expect(await scan(folder)).toMatchObject({ photos: 2, problems: 0 });
  expect(library.problems()).toEqual([
    { path: 'hurt.jpg', code: 'partly-damaged', reason: expect.stringContaining('the rest is used as it is') },
  ]);
  expect(countPhotos(library.require().db, null)).toMatchObject({ photos: 2, problems: 1 });
});

test('problems are looked at again only when a rescan is asked for', async () => {
  const entry = resolve(import.meta.dirname, '../../fakes/engine-entry.ts');
  const folder = fill(temporaryFolder(), { 'crash.jpg': 'x' });
  const first = startLibrary({ entry });
  expect(await first.scan(folder)).toMatchObject({ phase: 'done', problems: 1 });
  expect(first.library.problems()).toMatchObject([{ path: 'crash.jpg', code: 'crashed' }]);
  await first.library.close();

  const healed = startLibrary({ dataDir: first.dataDir });
  await healed.scan(folder);
  expect(healed.library.problems()).toMatchObject([{ code: 'crashed' }]);
  healed.library.rescan();
  await healed.library.scanFinished();
  expect(healed.library.problems()).toMatchObject([{ code: 'not-an-image' }]);
});

test('what took too long is looked at again only when it has changed', async () => {
  const folder = fill(temporaryFolder(), { 'slow.jpg': 'x', 'note.txt': 'x' });
  const { library, scan } = startLibrary();
  await scan(folder);
  library.require().db.exec(`UPDATE file SET problem_code = 'timed-out', problem_reason = 'before'`);
  library.require().db.exec(`UPDATE file SET problem_code = 'damaged' WHERE path = 'note.txt'`);
  const codes = async () => {
    library.rescan();
    await library.scanFinished();
    return library.problems().map(({ code }) => code);
  };
  expect(await codes()).toEqual(['not-an-image', 'timed-out']);
  utimesSync(join(folder, 'slow.jpg'), 1, 1);
  expect(await codes()).toEqual(['not-an-image', 'not-an-image']);
});

test('thumbnails that a killed process left half written are removed; what may still be written is not', async () => {
  const folder = fill(temporaryFolder(), await photos(1));
  const { library, scan } = startLibrary();
  await scan(folder);
  const thumbs = join(library.require().dir, 'thumbs');
  fill(thumbs, { 'ab/old.webp.1-1.tmp': 'x', 'ab/new.webp.2-1.tmp': 'x' });
  utimesSync(join(thumbs, 'ab', 'old.webp.1-1.tmp'), new Date(), new Date(Date.now() - 2 * 3600_000));
  library.rescan();
  await library.scanFinished();
  expect(readdirSync(join(thumbs, 'ab'))).toEqual(['new.webp.2-1.tmp']);
  expect(readdirSync(thumbs, { recursive: true }).filter((name) => String(name).endsWith('.jpg'))).toHaveLength(1);
});

// Processes are looked up with ps, which Windows has not.
test.skipIf(process.platform === 'win32')(
  'a scan that fails leaves no process behind, and with room again the next one brings every photo',
  async () => {
    const folder = fill(temporaryFolder(), await photos(150));
    const { library, imaging } = startLibrary();
    const { db } = await library.open(folder);
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
    expect(await library.scanFinished()).toMatchObject({ phase: 'failed', error: expect.stringContaining('is full') });
    await imaging.kill();
    await setTimeout(1000);
    expect(engineOf(process.pid, 'imaging')).toBeUndefined();

    db.pragma(`max_page_count = ${2 ** 30}`);
    library.rescan();
    expect(await library.scanFinished()).toMatchObject({ phase: 'done', photos: 150, problems: 0 });
  },
);

test('what keeps a library open keeps others out, not the folder itself under another spelling', async () => {
  const [one, other] = [fill(temporaryFolder(), await photos(1)), fill(temporaryFolder(), await photos(1))];
  const link = join(temporaryFolder(), 'link');
  symlinkSync(one, link, 'junction');
  const { library } = startLibrary();
  const refuse = () => {
    throw new WhiskerError('training-running', 'Whisker is training.');
  };
  const opened = await library.open(one, refuse);
  for (const spelling of [`${one}/`, link, join(one, '..', basename(one))]) {
    expect(await library.open(spelling, refuse)).toBe(opened);
  }
  await expect(library.open(other, refuse)).rejects.toMatchObject({ code: 'training-running' });
  expect(library.current).toBe(opened);
  expect(opened.db.open).toBe(true);
  expect(library.recent()).toHaveLength(1);
});

test('a library that is being closed is open for nothing more', async () => {
  const { library } = startLibrary();
  await library.open(fill(temporaryFolder(), await photos(40)));
  await expect.poll(() => library.scanProgress().phase).toBe('reading');
  const closed = library.close();
  await Promise.resolve();
  expect(() => library.require()).toThrow('No library is open.');
  await closed;
});

test('opening two folders at once leaves one open and none half open', async () => {
  const { library } = startLibrary();
  const [one, two] = [fill(temporaryFolder(), await photos(1)), fill(temporaryFolder(), await photos(1))];
  const [first, second] = await Promise.all([library.open(one), library.open(two)]);
  expect([first.db.open, second.db.open]).toEqual([false, true]);
  expect(library.current).toBe(second);
});

test('the sample library is drawn once, opens like any folder and stays what it was', async () => {
  const { library } = startLibrary();
  const { folder, name } = await library.openSample();
  expect(name).toBe('sample');
  expect(await library.scanFinished()).toMatchObject({ phase: 'done', photos: 160, problems: 0 });
  const drawn = readdirSync(folder).map((file) => statSync(join(folder, file)).mtimeMs);
  await library.openSample();
  expect(readdirSync(folder).map((file) => statSync(join(folder, file)).mtimeMs)).toEqual(drawn);
});

test('a folder that can’t be opened leaves the one open that is', async () => {
  const { library, scan } = startLibrary();
  const one = fill(temporaryFolder(), { 'a.jpg': await jpeg({ seed: 1 }) });
  const other = fill(temporaryFolder(), { 'b.jpg': await jpeg({ seed: 2 }) });
  await scan(other);
  const damaged = library.require().db.name;
  await scan(one);
  writeFileSync(damaged, 'this is no database, and never was one');
  await expect(library.open(other)).rejects.toMatchObject({ code: 'restorable' });
  expect(library.current?.folder).toBe(realpathSync(one));
  expect(grid(library.require()).ids).toHaveLength(1);
});

test.each(['emptied', 'removed'])('a database that was %s is not replaced in silence by a new one', async (how) => {
  const { library, scan } = startLibrary();
  const folder = fill(temporaryFolder(), { 'a.jpg': await jpeg({ seed: 1 }) });
  await scan(folder);
  const { db, dir } = library.require();
  setLabels(db, grid(library.require()).ids, createClass(db, { name: 'Cat' }).id, by.person);
  await library.close();
  const file = join(dir, 'library.sqlite');
  if (how === 'emptied') truncateSync(file);
  else rmSync(file);
  await expect(library.open(folder)).rejects.toThrow(
    /library.sqlite" is (empty|missing), though 1 label was kept there/,
  );
  expect(library.recent()[0]?.labelled).toBe(1);
});

test.skipIf(process.platform === 'win32')(
  'Whisker’s own folder is no photo, also when a link leads to it',
  async () => {
    const folder = fill(temporaryFolder(), { 'a.jpg': await jpeg({ seed: 1 }) });
    const real = join(folder, 'data');
    mkdirSync(real);
    const link = join(temporaryFolder(), 'link');
    symlinkSync(real, link);
    const { scan } = startLibrary({ dataDir: link });
    expect((await scan(folder)).photos).toBe(1);
    const again = startLibrary({ dataDir: link });
    expect((await again.scan(folder)).photos).toBe(1);
  },
);
