// What keeping the drawings of a run costs, and how long its page waits for them, on what bench:curves left:
//   npm run bench:curves -- sample --out FOLDER
//   npm run bench:drawings -- FOLDER/sample-seed-1 FOLDER/sample.bin [--channels 3] [--size 48]
// Processor time of this process, in which everything runs that runs in three of the app: where other work goes on,
// the clock on the wall tells of that.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodePictures } from '../../src/engine/imaging/encode-pictures.ts';
import type { Drawn, EncodePicturesRequest } from '../../src/engine/messages.ts';
import { drawSheet, drawWalk } from '../../src/engine/pixels/drawings.ts';
import { findNearestPhotos } from '../../src/engine/pixels/nearest-photos.ts';
import { toBytes } from '../../src/engine/pixels/watch.ts';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import type { Engine } from '../../src/main/engine-host/engine.ts';
import { createSheetKeeper, keptSteps, sheetFile } from '../../src/main/runs/kept-sheets.ts';
import { WALK_FRAMES } from '../../src/shared/drawings.ts';
import type { RunId } from '../../src/shared/types.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { channels: { type: 'string', default: '3' }, size: { type: 'string', default: '48' } },
});
const [modelDir = '', path = ''] = positionals;
const sizePx = Number(values.size);
const channels = values.channels === '1' ? 1 : 3;
const of = { modelDir, cutOff: false, preset: 'quick', seed: 1, count: 64, sizePx, channels } as const;
const SHEETS = 60;

async function measured<T>(name: string, times: number, work: () => Promise<T>): Promise<T> {
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  const [processor, wall] = [(user + system) / 1000 / times, (performance.now() - began) / times];
  console.log(`${name}: ${processor.toFixed(1)} ms of a processor, ${wall.toFixed(0)} ms by the clock`);
  return result;
}

await openDevice('auto');
const scale = { mean: 0, deviation: 1 };
const picture = drawSheet(of, scale);
const sheet: Drawn = { count: of.count, sizePx, channels, pixels: toBytes(await picture.data<'float32'>(), scale) };
const folder = mkdtempSync(join(tmpdir(), 'whisker-drawings-'));
try {
  const imaging = { request: (request: EncodePicturesRequest) => encodePictures(request) } as Pick<Engine, 'request'>;
  const runId = 1 as RunId;
  const fail = (error: unknown) => {
    throw error;
  };
  const keeper = createSheetKeeper({ libraryDir: folder, runId, imaging }, fail);
  await measured('keeping a sheet', SHEETS, async () => {
    for (let step = 1; step <= SHEETS; step++) {
      keeper.offer(step, sheet);
      await keeper.settled();
    }
  });
  const steps = await keptSteps(folder, runId);
  const bytes = steps.reduce((sum, step) => sum + statSync(sheetFile(folder, runId, step)).size, 0);
  console.log(`${steps.length} sheets of ${of.count} pictures of ${sizePx} px: ${(bytes / 1e6).toFixed(1)} MB`);
  const walk = () => drawWalk({ kind: 'draw-walk', of, from: 2, to: 11, frames: WALK_FRAMES });
  await measured('the first walk', 1, walk);
  await measured('another walk', 1, walk);
  const rowBytes = sizePx ** 2 * channels;
  const pixels = { path, count: statSync(path).size / rowBytes, sizePx, channels } as const;
  await measured(`the nearest of ${pixels.count} photos`, 1, () =>
    findNearestPhotos({ kind: 'find-nearest-photos', of, pixels, mirror: channels === 3 }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
