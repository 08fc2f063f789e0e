// Real photos of real bursts, grouped by the real process while a real library is open.

import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBurstService } from '../../../src/main/bursts/burst-service.ts';
import { burstsByPhoto, isGrouped } from '../../../src/main/db/burst-rows.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { createEventBus } from '../../../src/main/events.ts';
import { createEngine } from '../../../src/main/engine-host/engine.ts';
import { createLibraryService } from '../../../src/main/library/library.ts';
import { drawBursts } from '../../fixtures/burst-photos.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const entry = resolve(import.meta.dirname, '../../../src/engine/entry.ts');

function start(dataDir = temporaryFolder(), engine = { node: process.execPath, entry }) {
  const events = createEventBus();
  const told: string[] = [];
  events.subscribe(({ name }) => told.push(name));
  const imaging = createEngine({ role: 'imaging', node: process.execPath, entry });
  const library = createLibraryService({
    options: { dataDir, engine: { node: process.execPath, entry } },
    events,
    imaging,
  });
  const log: string[] = [];
  const bursts = createBurstService({ library, events, engine: { ...engine, log: (_, text) => void log.push(text) } });
  onTestFinished(async () => {
    await bursts.close();
    await library.close();
    await imaging.kill();
  });
  return {
    library,
    bursts,
    log,
    news: () => told.filter((name) => name === 'bursts.changed').length,
    async scan(folder: string) {
      await library.open(folder);
      await library.scanFinished();
      await bursts.settled();
      return library.require().db;
    },
    /** The file names of each group. */
    groups() {
      const { ids, names } = listPhotos(library.require().db, { kind: 'all' }, null);
      const nameOf = new Map(ids.map((id, i) => [id, names[i] ?? '']));
      const { photoIds, firsts } = bursts.list();
      const byFirst = Map.groupBy(photoIds.keys(), (i) => firsts[i]);
      return [...byFirst.values()]
        .map((places) => [...places].map((i) => nameOf.get(photoIds[i]!) ?? '').sort())
        .sort();
    },
  };
}

test('after a scan every burst is a group of its own, and single shots are in none', async () => {
  const folder = join(temporaryFolder(), 'photos');
  await drawBursts(folder, [5, 1, 3, 1, 2]);
  const { scan, groups, news } = start();
  await scan(folder);
  expect(groups()).toEqual([
    [0, 1, 2, 3, 4].map((shot) => `scene-00-${shot}.jpg`),
    [0, 1, 2].map((shot) => `scene-02-${shot}.jpg`),
    [0, 1].map((shot) => `scene-04-${shot}.jpg`),
  ]);
  expect(news()).toBe(1);
});

test('when photos come or go they are grouped anew, and when nothing does nothing is done', async () => {
  const folder = join(temporaryFolder(), 'photos');
  const dataDir = temporaryFolder();
  await drawBursts(folder, [3, 2]);
  const first = start(dataDir);
  await first.scan(folder);
  await first.bursts.close();
  await first.library.close();

  const { library, bursts, groups, news, log, scan } = start(dataDir, { node: '/there/is/no/node', entry });
  // The groups are there at once, and no process is started: that one can't be.
  const db = await scan(folder);
  expect([groups().length, news(), log]).toEqual([2, 0, []]);
  rmSync(join(folder, 'scene-00-0.jpg'));
  library.rescan();
  await library.scanFinished();
  await bursts.settled();
  // It can't be grouped now, and stays to be.
  expect([isGrouped(db), log.length > 0, burstsByPhoto(db).size]).toEqual([false, true, 5]);
  await bursts.close();
  await library.close();

  const again = start(dataDir);
  await again.scan(folder);
  expect(again.groups()).toEqual([
    ['scene-00-1.jpg', 'scene-00-2.jpg'],
    ['scene-01-0.jpg', 'scene-01-1.jpg'],
  ]);
  await drawBursts(folder, [4, 2, 2]);
  again.library.rescan();
  await again.library.scanFinished();
  await again.bursts.settled();
  expect(again.groups().map((group) => group.length)).toEqual([4, 2, 2]);
  expect(again.news()).toBe(2);
});

test('a library that closes meanwhile is left as it is', async () => {
  const folder = join(temporaryFolder(), 'photos');
  await drawBursts(folder, [3]);
  const { library, news, log } = start();
  await library.open(folder);
  await library.scanFinished();
  await library.close();
  expect([news(), log]).toEqual([0, []]);
});
