// npm run bench:import [-- --json]: imports 10,242 real photos and opens the library again; prints time, memory and
// processor time.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listPhotos } from '../../src/main/db/photos.ts';
import { createEngine } from '../../src/main/engine-host/engine.ts';
import { createEventBus } from '../../src/main/events.ts';
import { createLibraryService } from '../../src/main/library/library.ts';
import { requireTestData, unpack } from '../fixtures/test-data.ts';
import { watchProcesses } from './process-tree.ts';

const TAR = 'cats-dogs-10k.tar';
const engine = { node: process.execPath, entry: resolve(import.meta.dirname, '../../src/engine/entry.ts') };

function libraryIn(dataDir: string) {
  const imaging = createEngine({ role: 'imaging', ...engine });
  return createLibraryService({ options: { dataDir, engine }, events: createEventBus(), imaging });
}

async function importAll(folder: string, dataDir: string) {
  const watch = watchProcesses();
  const library = libraryIn(dataDir);
  await library.open(folder);
  const scan = await library.scanFinished();
  const usage = watch.stop();
  await library.close();
  return { photos: scan.photos, problems: scan.problems, seconds: scan.seconds, ...usage };
}

/** In a process of its own: from its first line to the columns that the grid draws. */
async function reopen(folder: string, dataDir: string): Promise<void> {
  const began = performance.now();
  const library = libraryIn(dataDir);
  const { db } = await library.open(folder);
  const page = listPhotos(db, { kind: 'all' }, null);
  const seconds = (performance.now() - began) / 1000;
  const first = page.ids.slice(0, 60);
  await Promise.all(first.map((id) => library.photoResponse(id, 'thumb')));
  const withThumbs = (performance.now() - began) / 1000;
  console.log(JSON.stringify({ photos: page.ids.length, seconds, withThumbs }));
  await library.close();
}

async function main(): Promise<void> {
  const tar = requireTestData(TAR);
  const work = mkdtempSync(join(tmpdir(), 'whisker-import-'));
  try {
    const [folder, dataDir] = [join(work, 'photos'), join(work, 'data')];
    unpack(tar, folder);
    const imported = await importAll(folder, dataDir);
    const began = performance.now();
    const again = spawnSync(process.execPath, [import.meta.filename, '--reopen', folder, dataDir], {
      encoding: 'utf8',
    });
    const reopenProcessSeconds = (performance.now() - began) / 1000;
    const opened: { photos: number; seconds: number; withThumbs: number } = JSON.parse(again.stdout);
    print({
      ...imported,
      photosPerSecond: imported.photos / imported.seconds,
      reopenSeconds: opened.seconds,
      reopenWithThumbsSeconds: opened.withThumbs,
      reopenProcessSeconds,
      cores: availableParallelism(),
      cpu: cpus()[0]?.model ?? 'unknown',
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function print(result: Record<string, number | string>): void {
  const rounded = Object.entries(result).map(
    ([name, value]) => [name, typeof value === 'number' ? Math.round(value * 100) / 100 : value] as const,
  );
  if (process.argv.includes('--json')) console.log(JSON.stringify(Object.fromEntries(rounded)));
  else for (const [name, value] of rounded) console.log(`${name.padEnd(24)} ${value}`);
}

const [mode, folder, dataDir] = process.argv.slice(2);
await (mode === '--reopen' && folder && dataDir ? reopen(folder, dataDir) : main());
