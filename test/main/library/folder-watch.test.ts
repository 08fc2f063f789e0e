// Hints of a real file system, by real watchers; what Linux says when it has no more of them is the only thing that is
// put on.

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchFolder, type WatchTrouble } from '../../../src/main/library/folder-watch.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

async function watched(folder: string, { exclude = [] as string[], mostFolders = 100 } = {}) {
  let hints = 0;
  const troubles: WatchTrouble[] = [];
  let ready = false;
  const watch = watchFolder(folder, {
    exclude,
    mostFolders,
    onHint: () => void hints++,
    onReady: () => (ready = true),
    onTrouble: (trouble) => void troubles.push(trouble),
  });
  onTestFinished(() => watch.close());
  await vi.waitUntil(() => ready || troubles.length > 0, { timeout: 10_000 });
  return {
    watch,
    troubles,
    /** Whether `change` is hinted at; false only after a good while. */
    async hintsAt(change: () => void): Promise<boolean> {
      await after(100);
      hints = 0;
      change();
      return vi.waitUntil(() => hints > 0, { timeout: 1500 }).catch(() => false);
    },
  };
}

test('everything that can happen to a file is hinted at, in folders that came later, too', async () => {
  const folder = realpathSync(temporaryFolder());
  mkdirSync(join(folder, 'album', 'deep'), { recursive: true });
  const { hintsAt } = await watched(folder);
  const file = join(folder, 'album', 'deep', 'a.jpg');
  expect(await hintsAt(() => writeFileSync(file, 'a'))).toBe(true);
  expect(await hintsAt(() => writeFileSync(file, 'other'))).toBe(true);
  expect(await hintsAt(() => renameSync(file, join(folder, 'b.jpg')))).toBe(true);
  expect(await hintsAt(() => rmSync(join(folder, 'b.jpg')))).toBe(true);
  expect(await hintsAt(() => mkdirSync(join(folder, 'later')))).toBe(true);
  expect(await hintsAt(() => writeFileSync(join(folder, 'later', 'c.jpg'), 'c'))).toBe(true);
  expect(await hintsAt(() => rmSync(folder, { recursive: true }))).toBe(true);
});

test('what Whisker writes among the photos, and system folders, are no hint', async () => {
  const folder = realpathSync(temporaryFolder());
  const own = join(folder, 'whisker');
  mkdirSync(join(own, 'thumbs'), { recursive: true });
  mkdirSync(join(folder, '@eaDir'));
  const { hintsAt } = await watched(folder, { exclude: [own] });
  expect(await hintsAt(() => writeFileSync(join(own, 'thumbs', 'a.webp'), 'a'))).toBe(false);
  expect(await hintsAt(() => writeFileSync(join(own, 'library.sqlite'), 'a'))).toBe(false);
  expect(await hintsAt(() => writeFileSync(join(folder, '@eaDir', 'a.jpg'), 'a'))).toBe(false);
  expect(await hintsAt(() => writeFileSync(join(folder, 'a.jpg'), 'a'))).toBe(true);
});

/** Linux: how many watches the process has. */
const inotifyWatches = (): number =>
  process.platform !== 'linux'
    ? 0
    : fs
        .readdirSync('/proc/self/fdinfo')
        .map((fd) => {
          try {
            return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^inotify /gm)?.length ?? 0;
          } catch {
            return 0;
          }
        })
        .reduce((sum, n) => sum + n, 0);

test.runIf(process.platform === 'linux')(
  'a watch is one a folder, not one a file, and none when it is closed',
  async () => {
    const folder = realpathSync(temporaryFolder());
    for (let i = 0; i < 5; i++) mkdirSync(join(folder, `album ${i}`));
    for (let i = 0; i < 300; i++) writeFileSync(join(folder, `album ${i % 5}`, `${i}.jpg`), 'x');
    const before = inotifyWatches();
    const { watch } = await watched(folder);
    expect(inotifyWatches() - before).toBe(6);
    await watch.close();
    expect(inotifyWatches()).toBe(before);
  },
);

test.runIf(process.platform === 'linux').each(['renamed', 'removed', 'renamed above'])(
  'of a folder that was %s no watch stays, nor one that waits for its return',
  async (what) => {
    const home = realpathSync(temporaryFolder());
    const folder = join(home, 'above', 'photos');
    for (const album of ['a', 'b/c']) mkdirSync(join(folder, album), { recursive: true });
    writeFileSync(join(folder, 'a', '1.jpg'), 'x');
    const before = inotifyWatches();
    const { watch } = await watched(folder);
    expect(inotifyWatches() - before).toBe(4);
    if (what === 'renamed') renameSync(folder, join(home, 'away'));
    else if (what === 'removed') rmSync(folder, { recursive: true });
    else renameSync(join(home, 'above'), join(home, 'elsewhere'));
    await after(1500);
    await watch.close();
    await after(300);
    expect(inotifyWatches()).toBe(before);
  },
);

test('more folders than it may watch are not watched at all, and that is said once', async () => {
  const folder = realpathSync(temporaryFolder());
  for (let i = 0; i < 40; i++) mkdirSync(join(folder, `album ${i}`));
  const { troubles, hintsAt } = await watched(folder, { mostFolders: 10 });
  expect(await hintsAt(() => writeFileSync(join(folder, 'a.jpg'), 'a'))).toBe(false);
  expect(troubles).toEqual(['too-many']);
});

test('where the system has no watch left it gives up, says so once, and leaves none behind', async () => {
  const folder = realpathSync(temporaryFolder());
  for (let i = 0; i < 20; i++) mkdirSync(join(folder, `album ${i}`));
  const { watch: real } = fs;
  let left = 5;
  // As libuv reports that fs.inotify.max_user_watches is reached.
  fs.watch = ((...args: Parameters<typeof real>) => {
    if (left-- > 0) return real(...args);
    const error = new Error('ENOSPC: System limit for number of file watchers reached, watch');
    throw Object.assign(error, { code: 'ENOSPC', errno: -28, syscall: 'watch' });
  }) as typeof real;
  syncBuiltinESMExports();
  onTestFinished(() => {
    fs.watch = real;
    syncBuiltinESMExports();
  });
  const before = inotifyWatches();
  const { troubles } = await watched(folder);
  await after(300);
  expect(troubles).toEqual(['no-room']);
  expect(inotifyWatches()).toBe(before);
});
