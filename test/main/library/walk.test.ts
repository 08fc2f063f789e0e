import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { walk, type ListedFile } from '../../../src/main/library/walk.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';

async function all(folder: string, exclude: string[] = []): Promise<ListedFile[]> {
  const listed: ListedFile[] = [];
  for await (const some of walk(folder, { signal: new AbortController().signal, exclude })) listed.push(...some);
  return listed;
}
const paths = async (folder: string, exclude?: string[]) => (await all(folder, exclude)).map(({ path }) => path);

test('every file of every subfolder is listed, in natural order, a folder’s own files first', async () => {
  const folder = fill(temporaryFolder(), {
    'b/1.jpg': 'x',
    'a/10.jpg': 'x',
    'a/2.jpg': 'x',
    'a/c/1.jpg': 'x',
    'z.jpg': 'x',
  });
  expect(await paths(folder)).toEqual(['z.jpg', 'a/2.jpg', 'a/10.jpg', 'a/c/1.jpg', 'b/1.jpg']);
});

test('a file comes with its size and the time of its last change', async () => {
  const folder = fill(temporaryFolder(), { 'a.jpg': 'four' });
  expect(await all(folder)).toEqual([{ path: 'a.jpg', bytes: 4, mtimeMs: expect.any(Number) }]);
});

test('names may hold anything that the file system allows', async () => {
  const names = [
    ' a.jpg',
    'line\nbreak.jpg',
    'quote\'s "double".jpg',
    'back\\slash.jpg',
    '🐱 cat.jpg',
    `${'x'.repeat(250)}.jpg`,
  ];
  const folder = fill(temporaryFolder(), Object.fromEntries(names.map((name) => [name, 'x'])));
  expect((await paths(folder)).sort()).toEqual(names.sort());
});

// To the file system of macOS they are one name.
test.skipIf(process.platform === 'darwin')('NFC and NFD spellings of a name stay two files', async () => {
  const folder = fill(temporaryFolder(), { 'caf\u00e9.jpg': 'x', 'cafe\u0301.jpg': 'x' });
  expect(await paths(folder)).toHaveLength(2);
});

test('links are followed once: no loop, no photo twice, real paths first', async () => {
  const folder = fill(temporaryFolder(), { 'z/photo.jpg': 'x' });
  symlinkSync(folder, join(folder, 'z', 'loop'), 'junction');
  symlinkSync(join(folder, 'z'), join(folder, 'a-link'), 'junction');
  const listed = await all(folder);
  expect(listed.filter(({ problem }) => !problem).map(({ path }) => path)).toEqual(['z/photo.jpg']);
  expect(listed.filter(({ problem }) => problem).map(({ path, problem }) => [path, problem?.reason])).toEqual([
    ['a-link', 'This link leads to a folder that is listed already.'],
    ['z/loop', 'This link leads to a folder that is listed already.'],
  ]);
});

// On Windows links to files are for administrators, and there are no pipes.
test.skipIf(process.platform === 'win32')('a link to a file is a file of its own', async () => {
  const folder = fill(temporaryFolder(), { 'z/photo.jpg': 'x' });
  symlinkSync(join(folder, 'z', 'photo.jpg'), join(folder, 'file-link.jpg'));
  expect(await paths(folder)).toEqual(['file-link.jpg', 'z/photo.jpg']);
});

test('a link to a folder elsewhere brings its photos', async () => {
  const elsewhere = fill(temporaryFolder(), { 'photo.jpg': 'x' });
  const folder = temporaryFolder();
  symlinkSync(elsewhere, join(folder, 'more'), 'junction');
  expect(await paths(folder)).toEqual(['more/photo.jpg']);
});

test.skipIf(process.platform === 'win32')('what can hold no photo is listed with the reason', async () => {
  const folder = fill(temporaryFolder(), { '.git/config': 'x', '@eaDir/photo.jpg': 'x', '.hidden.jpg': 'x' });
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.jpg'));
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
  const listed = await all(folder);
  expect(Object.fromEntries(listed.map(({ path, problem }) => [path, problem?.code]))).toEqual({
    '.git': 'not-an-image',
    '@eaDir': 'not-an-image',
    '.hidden.jpg': undefined,
    'dangling.jpg': 'unreadable',
    'pipe.jpg': 'not-an-image',
  });
});

// Other systems refuse such a name themselves.
test.runIf(process.platform === 'linux')('a name that is not valid Unicode is a problem that says so', async () => {
  const folder = temporaryFolder();
  execFileSync('sh', ['-c', `printf x > "$1/$(printf 'bad\\377name.jpg')"`, 'sh', folder]);
  expect(await all(folder)).toMatchObject([
    { problem: { code: 'unreadable', reason: expect.stringContaining('not valid Unicode') } },
  ]);
});

test('Whisker’s own folders are not part of the photos they lie among', async () => {
  const folder = fill(temporaryFolder(), { 'a.jpg': 'x', 'whisker/thumbs/b.webp': 'x' });
  expect(await paths(folder, [join(folder, 'whisker')])).toEqual(['a.jpg']);
});

test('a folder that is not there is an error; a deep one is not', async () => {
  await expect(all('/no/such/folder')).rejects.toMatchObject({ code: 'folder-unavailable' });
  const folder = temporaryFolder();
  const deep = Array.from({ length: 120 }, (_, i) => `level-${i}`).join('/');
  mkdirSync(join(folder, deep), { recursive: true });
  fill(folder, { [`${deep}/a.jpg`]: 'x' });
  expect(await paths(folder)).toEqual([`${deep}/a.jpg`]);
});

test('an aborted walk stops', async () => {
  const folder = fill(temporaryFolder(), { 'a.jpg': 'x' });
  const walking = walk(folder, { signal: AbortSignal.abort(), exclude: [] });
  await expect(walking.next()).rejects.toThrow();
});
