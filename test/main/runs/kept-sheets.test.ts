import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { encodePictures } from '../../../src/engine/imaging/encode-pictures.ts';
import type { EncodePicturesRequest } from '../../../src/engine/messages.ts';
import type { Engine } from '../../../src/main/engine-host/engine.ts';
import { createSheetKeeper, keptSteps, MOST_SHEETS, sheetFile, withStep } from '../../../src/main/runs/kept-sheets.ts';
import { WhiskerError } from '../../../src/shared/errors.ts';
import type { RunId } from '../../../src/shared/types.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-sheets-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** All steps offered one after the other. */
const offered = (steps: number[], most = MOST_SHEETS) =>
  steps.reduce<number[]>((kept, step) => withStep(kept, step, most), []);

describe('which sheets stay', () => {
  test('all of a short run', () => {
    const steps = Array.from({ length: 45 }, (_, i) => 400 + 17 * i);
    expect(offered(steps)).toEqual(steps);
  });

  test('a bounded number of a long one, spread evenly, the first and a late one among them', () => {
    for (const count of [100, 1000, 10_000]) {
      const kept = offered(Array.from({ length: count }, (_, i) => 1500 + 30 * i));
      expect(kept.length).toBeLessThanOrEqual(MOST_SHEETS);
      expect(kept.length).toBeGreaterThan(MOST_SHEETS / 2);
      expect(kept[0]).toBe(1500);
      const span = 30 * (count - 1);
      expect(kept.at(-1)).toBeGreaterThan(1500 + 0.96 * span);
      const gaps = kept.slice(1).map((step, i) => step - kept[i]!);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.max(60, (3 * span) / MOST_SHEETS));
    }
  });

  test('a long run is encoded a few hundred times at most', () => {
    let [kept, written]: [number[], number] = [[], 0];
    for (let step = 0; step < 9600 * 30; step += 30) {
      const next = withStep(kept, step);
      if (next.includes(step)) written++;
      kept = next;
    }
    expect(written).toBeLessThan(500);
  });

  test('a run that goes back draws anew from there', () => {
    expect(withStep([100, 200, 300, 400], 250)).toEqual([100, 200, 250]);
    expect(withStep([100, 200], 100)).toEqual([100]);
    expect(withStep([100, 200], 50)).toEqual([50]);
  });

  test('steps are ascending and never more than asked for, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { maxLength: 200 }), fc.integer({ min: 3, max: 20 }), (steps, most) => {
        const kept = offered(steps, most);
        expect(kept.length).toBeLessThanOrEqual(most);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      }),
    );
  });
});

const sheet = (value: number) => ({
  ...{ count: 4, sizePx: 8, channels: 3 as const },
  pixels: new Uint8Array(4 * 8 * 8 * 3).fill(value),
});
/** sharp itself, in this process. */
const imaging = { request: (request: EncodePicturesRequest) => encodePictures(request) } as Pick<Engine, 'request'>;

describe('a keeper', () => {
  const runId = 7 as RunId;

  test('writes pictures one below the other, and takes away what does not stay', async () => {
    const onError = vi.fn();
    const keeper = createSheetKeeper({ libraryDir: folder, runId, imaging }, onError);
    for (const step of [10, 20, 30]) {
      keeper.offer(step, sheet(step));
      await keeper.settled();
    }
    expect(await keptSteps(folder, runId)).toEqual([10, 20, 30]);
    const { data, info } = await sharp(readFileSync(sheetFile(folder, runId, 20)))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([8, 32]);
    expect(data.every((value) => Math.abs(value - 20) <= 2)).toBe(true);
    keeper.offer(20, sheet(99));
    await keeper.settled();
    expect(await keptSteps(folder, runId)).toEqual([10, 20]);
    expect(onError).not.toHaveBeenCalled();
  });

  test('goes on where an earlier process of the run stopped', async () => {
    const keeper = createSheetKeeper({ libraryDir: folder, runId, imaging }, () => {});
    keeper.offer(40, sheet(40));
    await keeper.settled();
    expect(await keptSteps(folder, runId)).toEqual([10, 20, 40]);
  });

  test('leaves out a sheet that comes while one is written', async () => {
    const keeper = createSheetKeeper({ libraryDir: folder, runId: 8 as RunId, imaging }, () => {});
    keeper.offer(1, sheet(1));
    keeper.offer(2, sheet(2));
    await keeper.settled();
    expect(await keptSteps(folder, 8 as RunId)).toEqual([1]);
  });

  test('says once why nothing can be kept', async () => {
    const request = vi.fn(() => Promise.reject(new WhiskerError('engine-crashed', 'It broke.')));
    const onError = vi.fn();
    const broken = { request } as unknown as Pick<Engine, 'request'>;
    const keeper = createSheetKeeper({ libraryDir: folder, runId: 9 as RunId, imaging: broken }, onError);
    for (const step of [1, 2, 3]) {
      keeper.offer(step, sheet(step));
      await keeper.settled();
    }
    expect(onError).toHaveBeenCalledTimes(1);
    expect(request).toHaveBeenCalledTimes(1);
    expect(await keptSteps(folder, 9 as RunId)).toEqual([]);
  });
});
