// npm run bench:import [-- --json]: imports 10,242 real photos and opens the library again; prints time, memory and
// processor time.
// npm run bench:import -- --beside-vips 4000 [--repeats 3]: imports so many photos in their natural size, and makes
// thumbnails of the same by `vipsthumbnail` (of libvips-tools), by turns; prints both, and how many times as fast an
// import is. With --camera they are enlarged to 12 megapixels.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listPhotos } from '../../src/main/db/photos.ts';
import { requireTestData, unpack } from '../fixtures/test-data.ts';
import {
  hasVipsthumbnail,
  importFolder,
  libraryIn,
  runVipsthumbnail,
  writeCameraPhotos,
  writeNaturalPhotos,
} from './importing.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    reopen: { type: 'boolean', default: false },
    'beside-vips': { type: 'string' },
    camera: { type: 'boolean', default: false },
    repeats: { type: 'string', default: '3' },
  },
});

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

async function importAndReopen(work: string): Promise<void> {
  const tar = requireTestData('cats-dogs-10k.tar');
  const [folder, dataDir] = [join(work, 'photos'), join(work, 'data')];
  unpack(tar, folder);
  const imported = await importFolder(folder, dataDir);
  const began = performance.now();
  const again = spawnSync(process.execPath, [import.meta.filename, '--reopen', folder, dataDir], { encoding: 'utf8' });
  const reopenProcessSeconds = (performance.now() - began) / 1000;
  const opened: { photos: number; seconds: number; withThumbs: number } = JSON.parse(again.stdout);
  const result = {
    ...imported,
    photosPerSecond: imported.photos / imported.seconds,
    reopenSeconds: opened.seconds,
    reopenWithThumbsSeconds: opened.withThumbs,
    reopenProcessSeconds,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
  };
  const rounded = Object.entries(result).map(
    ([name, value]) => [name, typeof value === 'number' ? Math.round(value * 100) / 100 : value] as const,
  );
  if (values.json) console.log(JSON.stringify(Object.fromEntries(rounded)));
  else for (const [name, value] of rounded) console.log(`${name.padEnd(24)} ${value}`);
}

/** By turns, so that what else the machine does meets both. */
async function besideVips(work: string, count: number, repeats: number): Promise<void> {
  if (!hasVipsthumbnail()) throw new Error('vipsthumbnail is not there; it comes with libvips-tools.');
  const folder = join(work, 'photos');
  if (values.camera) await writeCameraPhotos(folder, count);
  else writeNaturalPhotos(folder, count);
  const rows: Record<string, number>[] = [];
  for (let i = 0; i < repeats; i++) {
    const vips = await runVipsthumbnail(folder);
    const dataDir = join(work, `data-${i}`);
    const ours = await importFolder(folder, dataDir);
    rmSync(dataDir, { recursive: true });
    if (ours.photos !== count) throw new Error(`${ours.photos} of ${count} photos were imported.`);
    const two = (value: number) => Math.round(value * 100) / 100;
    rows.push({
      'import, s': two(ours.seconds),
      'vipsthumbnail, s': two(vips.seconds),
      'times as fast': two(vips.seconds / ours.seconds),
      'import, processor s': ours.cpuSeconds,
      'vipsthumbnail, processor s': vips.cpuSeconds,
      'of its processor time': two(ours.cpuSeconds / vips.cpuSeconds),
      'import, MB': ours.peakMb,
      load: two(loadavg()[0] ?? 0),
    });
  }
  if (values.json) console.log(JSON.stringify(rows));
  else console.table(rows);
}

const [folder, dataDir] = positionals;
if (values.reopen && folder && dataDir) await reopen(folder, dataDir);
else {
  const work = mkdtempSync(join(tmpdir(), 'whisker-import-'));
  try {
    if (values['beside-vips'] === undefined) await importAndReopen(work);
    else await besideVips(work, Number(values['beside-vips']), Number(values.repeats));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
