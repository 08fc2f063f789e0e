// A scan that nobody asked for: it says nothing of a folder that is as it was, and what is otherwise as soon as it
// knows.

import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { startLibrary } from './service.ts';

async function opened(files: Record<string, Buffer | string> = {}) {
  const folder = fill(temporaryFolder(), {
    'a.jpg': await jpeg({ seed: 1 }),
    'b.jpg': await jpeg({ seed: 2 }),
    ...files,
  });
  const parts = startLibrary();
  await parts.scan(folder);
  const told = parts.payloads('scan.progress').length;
  /** What was announced since the folder was opened. */
  const news = () => parts.payloads('scan.progress').slice(told);
  return { ...parts, folder, news };
}

test('of a folder that is as it was nothing is announced, and what was told holds', async () => {
  const { library, folder, news } = await opened({ 'notes.txt': 'hello', '.hidden/c.jpg': 'c' });
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  library.rescan();
  const before = await library.scanFinished();
  const told = news().length;
  const { db } = library.require();
  const changes = () => db.prepare('SELECT total_changes() AS n').get();
  const written = changes();
  const looking = library.lookAgain();
  expect(library.scanProgress()).toEqual(before);
  expect(await looking).toMatchObject({ phase: 'done', found: 5, photos: 2, added: 0, removed: 0 });
  expect(library.scanProgress()).toEqual(before);
  expect(news()).toHaveLength(told);
  expect(changes()).toEqual(written);
});

test('new, gone, moved and changed photos are news, with their numbers', async () => {
  const { library, folder, news, payloads } = await opened({ 'c.jpg': await jpeg({ seed: 3 }) });
  writeFileSync(join(folder, 'new.jpg'), await jpeg({ seed: 4 }));
  mkdirSync(join(folder, 'album'));
  renameSync(join(folder, 'a.jpg'), join(folder, 'album', 'a.jpg'));
  rmSync(join(folder, 'b.jpg'));
  await library.lookAgain();
  expect(news().at(-1)).toMatchObject({ phase: 'done', isNews: true, added: 1, removed: 1, moved: 1, changed: 0 });
  expect(payloads('photos.removed')).toHaveLength(1);

  writeFileSync(join(folder, 'c.jpg'), await jpeg({ seed: 5 }));
  await library.lookAgain();
  expect(news().at(-1)).toMatchObject({ phase: 'done', isNews: true, added: 1, removed: 1, moved: 0, changed: 1 });
});

test('a photo that is only gone is told by a whole scan, from its beginning to its end', async () => {
  const { library, folder, news } = await opened();
  rmSync(join(folder, 'b.jpg'));
  await library.lookAgain();
  expect(news().map(({ phase }) => phase)).toEqual(['reading', 'done']);
  expect(news().at(-1)).toMatchObject({ isNews: true, removed: 1, photos: 1 });
});

test('what is found on opening a known folder is news too; on opening a new one it is not', async () => {
  const { library, folder, scan, news, payloads } = await opened();
  expect(payloads('scan.progress').at(-1)).toMatchObject({ phase: 'done', added: 2, isNews: false });
  await library.close();
  writeFileSync(join(folder, 'c.jpg'), await jpeg({ seed: 3 }));
  await scan(folder);
  expect(news().at(-1)).toMatchObject({ phase: 'done', added: 1, isNews: true });
});

test('a file that is still being written is read again when it is whole', async () => {
  const { library, folder, news } = await opened();
  const whole = await jpeg({ seed: 9 });
  writeFileSync(join(folder, 'slow.jpg'), whole.subarray(0, 700));
  await library.lookAgain();
  expect(news().at(-1)).toMatchObject({ phase: 'done', photos: 2, problems: 1 });
  appendFileSync(join(folder, 'slow.jpg'), whole.subarray(700));
  await library.lookAgain();
  expect(news().at(-1)).toMatchObject({ phase: 'done', photos: 3, problems: 0, added: 1 });
});

test('a folder that is away is told once, and once more when it is back; nothing in it is gone', async () => {
  const { library, folder, news, payloads } = await opened();
  renameSync(folder, `${folder}-away`);
  for (let i = 0; i < 3; i++) expect(await library.lookAgain()).toMatchObject({ phase: 'missing' });
  expect(news().map(({ phase }) => phase)).toEqual(['missing']);
  expect(library.scanProgress()).toMatchObject({ phase: 'missing' });
  renameSync(`${folder}-away`, folder);
  await library.lookAgain();
  expect(news().at(-1)).toMatchObject({ phase: 'done', photos: 2, added: 0, removed: 0 });
  expect(payloads('photos.removed')).toEqual([]);
});

test('a person who asks while it looks gets a scan of their own, which tries the problems again', async () => {
  const whole = await jpeg({ seed: 3 });
  const { library, folder, news } = await opened({ 'odd.jpg': Buffer.alloc(whole.length, 'x') });
  const path = join(folder, 'odd.jpg');
  const { atime, mtime } = statSync(path);
  // The same size and time: only who looks at problems again sees that it is a picture now.
  writeFileSync(path, whole);
  utimesSync(path, atime, mtime);
  const stamp = library.require().db.prepare(`UPDATE file SET mtime_ms = ? WHERE path = 'odd.jpg'`);
  stamp.run(statSync(path).mtimeMs);
  expect(await library.lookAgain()).toMatchObject({ phase: 'done', photos: 2, problems: 1 });
  const looking = library.lookAgain();
  library.rescan();
  await Promise.all([looking, library.scanFinished()]);
  expect(news().at(-1)).toMatchObject({ phase: 'done', isNews: false, photos: 3, problems: 0 });
});

test('after a scan that a person stopped nothing is looked at until they ask', async () => {
  const { library, folder, news } = await opened();
  writeFileSync(join(folder, 'c.jpg'), await jpeg({ seed: 3 }));
  library.rescan();
  library.cancelScan();
  expect(await library.scanFinished()).toMatchObject({ phase: 'cancelled' });
  const told = news().length;
  await library.lookAgain();
  expect(news()).toHaveLength(told);
  library.rescan();
  expect(await library.scanFinished()).toMatchObject({ phase: 'done', photos: 3 });
});
