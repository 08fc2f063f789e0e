// The open library follows its real folder by itself: within seconds, without a word while nothing happens.

import { cpSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { createFolderFollower } from '../../../src/main/library/folder-follower.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { startLibrary } from './service.ts';

async function followed({ watches = true, mostFolders = 1000, frontEveryMs = 10_000 } = {}) {
  const folder = realpathSync(fill(join(temporaryFolder(), 'photos'), { 'a.jpg': await jpeg({ seed: 1 }) }));
  const parts = startLibrary();
  const { library, dataDir, events } = parts;
  const follower = createFolderFollower({
    ...{ library, events, log: () => {}, dataDir },
    watches,
    mostFolders,
    frontEveryMs,
  });
  onTestFinished(() => follower.close());
  await parts.scan(folder);
  const names = () => listPhotos(library.require().db, { kind: 'all' }, null).names;
  /** Waits until the library is as it should be. */
  const becomes = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 20_000, interval: 50 });
  const phase = () => library.scanProgress().phase;
  // The watch is ready a moment after the scan.
  await after(500);
  return { ...parts, follower, folder, names, becomes, phase };
}

test('photos come, change folder and go while nobody does anything', async () => {
  const { folder, names, becomes, library } = await followed();
  writeFileSync(join(folder, 'b.jpg'), await jpeg({ seed: 2 }));
  await becomes(() => names().length === 2);
  mkdirSync(join(folder, 'new', 'deep'), { recursive: true });
  renameSync(join(folder, 'b.jpg'), join(folder, 'new', 'deep', 'c.jpg'));
  await becomes(() => names().includes('c.jpg'));
  expect(library.scanProgress()).toMatchObject({ added: 0, removed: 0, moved: 1 });
  rmSync(join(folder, 'a.jpg'));
  await becomes(() => names().join() === 'c.jpg');
});

test('a hundred files that are copied one after the other take a few scans, not a hundred', async () => {
  const { folder, names, becomes, payloads } = await followed();
  const before = payloads('scan.progress').filter(({ phase }) => phase === 'done').length;
  for (let i = 0; i < 100; i++) {
    writeFileSync(join(folder, `${i}.jpg`), await jpeg({ seed: 10 + i, width: 16, height: 16 }));
    await after(10);
  }
  await becomes(() => names().length === 101);
  const scans = payloads('scan.progress').filter(({ phase }) => phase === 'done').length - before;
  expect(scans).toBeLessThan(6);
});

test('a folder that goes away and comes back is known to within seconds; then it is watched again', async () => {
  const { folder, names, becomes, phase, payloads } = await followed();
  renameSync(folder, `${folder} away`);
  await becomes(() => phase() === 'missing');
  expect(names()).toEqual(['a.jpg']);
  await after(2500);
  renameSync(`${folder} away`, folder);
  await becomes(() => phase() === 'done');
  expect(payloads('photos.removed')).toEqual([]);
  await after(500);
  writeFileSync(join(folder, 'b.jpg'), await jpeg({ seed: 2 }));
  await becomes(() => names().length === 2);
});

test('a folder above it that is renamed is noticed, though no event tells of it', async () => {
  const { folder, becomes, phase } = await followed();
  const above = join(folder, '..');
  const photos = join(above, 'photos');
  // Another folder takes its place at once: it is another one, and what was in it is gone from it.
  cpSync(photos, join(above, 'copy'), { recursive: true });
  renameSync(above, `${above}-elsewhere`);
  onTestFinished(() => rmSync(`${above}-elsewhere`, { recursive: true, force: true }));
  await becomes(() => phase() === 'missing');
  expect(existsSync(folder)).toBe(false);
});

test('a library that is closed while a hint waits is not looked at, and none of its watches stay', async () => {
  const { folder, library, payloads } = await followed();
  writeFileSync(join(folder, 'b.jpg'), await jpeg({ seed: 2 }));
  await after(100);
  await library.close();
  const told = payloads('scan.progress').length;
  writeFileSync(join(folder, 'c.jpg'), await jpeg({ seed: 3 }));
  await after(1500);
  expect(payloads('scan.progress')).toHaveLength(told);
});

test('with too many folders it says so once, in plain words, and looks when the window comes to the front', async () => {
  const { folder, follower, names, becomes, payloads } = await followed({ mostFolders: 0, frontEveryMs: 0 });
  await becomes(() => payloads('folder.unwatched').length > 0);
  expect(payloads('folder.unwatched')).toEqual([{ message: expect.stringContaining('come back to this window') }]);
  writeFileSync(join(folder, 'b.jpg'), await jpeg({ seed: 2 }));
  await after(1500);
  expect(names()).toEqual(['a.jpg']);
  follower.atFront();
  await becomes(() => names().length === 2);
  expect(payloads('folder.unwatched')).toHaveLength(1);
});

test('switched off it is looked at when the window comes to the front alone, also after the next start', async () => {
  const { folder, follower, names, becomes, payloads, dataDir, library, events } = await followed({ frontEveryMs: 0 });
  expect(follower.state()).toEqual({ on: true });
  expect(follower.set(false)).toEqual({ on: false });
  expect(payloads('watch.changed')).toEqual([{ on: false }]);
  writeFileSync(join(folder, 'b.jpg'), await jpeg({ seed: 2 }));
  // Longer than a change takes to show, and than the folder itself is left alone.
  await after(3000);
  expect(names()).toEqual(['a.jpg']);
  follower.atFront();
  await becomes(() => names().length === 2);
  writeFileSync(join(folder, 'c.jpg'), await jpeg({ seed: 3 }));
  await after(3000);
  expect(names()).toHaveLength(2);

  const next = createFolderFollower({ library, events, log: () => {}, dataDir, watches: true });
  onTestFinished(() => next.close());
  expect(next.state()).toEqual({ on: false });

  follower.set(true);
  await becomes(() => names().length === 3);
  await after(500);
  writeFileSync(join(folder, 'd.jpg'), await jpeg({ seed: 4 }));
  await becomes(() => names().length === 4);
});

test('the window may come to the front as often as it likes: it is looked at once in a while', async () => {
  const { folder, follower, names, payloads } = await followed({ watches: false });
  const told = payloads('scan.progress').length;
  writeFileSync(join(folder, 'b.jpg'), await jpeg({ seed: 2 }));
  for (let i = 0; i < 50; i++) follower.atFront();
  await after(500);
  expect(payloads('scan.progress').length - told).toBe(0);
  expect(names()).toEqual(['a.jpg']);
});
