// npm run bench:folder -- [FILES]...: what it costs to keep a library true to its folder. A scan that finds nothing
// otherwise, and a watch of all its folders: seconds of the clock and of the processor, the longest that main is held
// up in one piece, memory, and watches taken. 100 files a folder, 1 KB each, known to the library.

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as after } from 'node:timers/promises';
import { openDatabase, prepare, transact } from '../../src/main/db/open.ts';
import { createEngine } from '../../src/main/engine-host/engine.ts';
import { createEventBus } from '../../src/main/events.ts';
import { watchFolder } from '../../src/main/library/folder-watch.ts';
import { startScan } from '../../src/main/library/scan.ts';
import { noScan } from '../../src/shared/defaults.ts';
import { addPhotos } from '../main/db/photo-rows.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'whisker-folder-')));
const counts = process.argv.slice(2).map(Number);

console.log('| files | folders | what | s | processor s | longest hold-up, ms | MB more | watches |');
console.log('| --: | --: | --- | --: | --: | --: | --: | --: |');
try {
  for (const count of counts.length > 0 ? counts : [100_000]) await measure(count);
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function measure(files: number): Promise<void> {
  const folder = join(home, `photos-${files}`);
  const paths = Array.from({ length: files }, (_, i) => `album ${Math.floor(i / 100)}/IMG_${i}.jpg`);
  for (const [i, path] of paths.entries()) {
    if (i % 100 === 0) mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), Buffer.alloc(1000, i));
  }
  const folders = Math.ceil(files / 100) + 1;
  const db = openDatabase(join(home, `${files}.sqlite`));
  addPhotos(db, paths);
  transact(db, () => {
    const stamp = prepare(db, 'UPDATE file SET bytes = ?, mtime_ms = ? WHERE path = ?');
    for (const path of paths) stamp.run(1000, statSync(join(folder, path)).mtimeMs, path);
    prepare(db, `UPDATE photo SET fingerprint = '${'0'.repeat(32)}'`).run();
  });
  const row = (what: string, told: Told) =>
    console.log(
      `| ${files.toLocaleString('en')} | ${folders.toLocaleString('en')} | ${what} | ${told.seconds.toFixed(2)} | ` +
        `${told.processor.toFixed(2)} | ${told.longestMs.toFixed(0)} | ${told.megabytes.toFixed(0)} | ${inotifyWatches()} |`,
    );

  const scan = async () => {
    const events = createEventBus();
    events.subscribe(({ name }) => console.log(`It was not quiet: ${name}.`));
    const engine = createEngine({ role: 'imaging', node: process.execPath, entry: 'none' });
    const unasked = { ...noScan, phase: 'done' } as const;
    const thumbDir = join(home, 'thumbs');
    const { finished } = startScan({
      ...{ db, folder, thumbDir, engine, events, firstPhotoId: 1, exclude: [], retryProblems: false, unasked },
    });
    const { phase, found } = await finished;
    if (phase !== 'done' || found !== files) throw new Error(`The scan ended as ${phase} with ${found} files.`);
  };
  await scan();
  row('scan, nothing new', await timed(scan));
  let hints = 0;
  let close = () => Promise.resolve();
  const watch = () =>
    new Promise<void>((resolve, reject) => {
      const onTrouble = (trouble: string) => reject(new Error(`The folder is not watched: ${trouble}.`));
      const watched = watchFolder(folder, { exclude: [], onHint: () => void hints++, onReady: resolve, onTrouble });
      close = () => watched.close();
    });
  row('watch, until it is ready', await timed(watch));
  row('watch, ten quiet seconds', await timed(() => after(10_000)));
  row(
    'watch, 1,000 new files in one folder',
    await timed(async () => {
      for (let i = 0; i < 1000; i++) {
        writeFileSync(join(folder, 'album 0', `new ${i}.jpg`), 'x');
        if (i % 10 === 0) await after(5);
      }
      await after(2000);
    }),
  );
  console.log(`${hints} hints.`);
  await close();
  db.close();
}

interface Told {
  seconds: number;
  processor: number;
  longestMs: number;
  megabytes: number;
}

async function timed(work: () => Promise<unknown>): Promise<Told> {
  globalThis.gc?.();
  const memory = process.memoryUsage().rss;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const [began, clock] = [process.cpuUsage(), performance.now()];
  await work();
  const seconds = (performance.now() - clock) / 1000;
  const { user, system } = process.cpuUsage(began);
  delay.disable();
  return {
    seconds,
    processor: (user + system) / 1e6,
    longestMs: delay.max / 1e6,
    megabytes: (process.memoryUsage().rss - memory) / 2 ** 20,
  };
}

/** Of this process; 0 where the system does not say. */
function inotifyWatches(): number {
  if (process.platform !== 'linux') return 0;
  return readdirSync('/proc/self/fdinfo').reduce((sum, fd) => {
    try {
      return sum + (readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^inotify /gm)?.length ?? 0);
    } catch {
      return sum; // Closed since it was listed.
    }
  }, 0);
}
