// Which drawings a run has to show and what is asked of whom; the engine's own answers are tested where it draws.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TrainerRequest } from '../../../src/engine/messages.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { addMetrics, getRun, insertRun, setSamples, sheetLook } from '../../../src/main/db/runs.ts';
import { createDrawingService } from '../../../src/main/drawings/drawings.ts';
import { curvesResponse, pictureResponse } from '../../../src/main/export/download.ts';
import { createPictureShelf } from '../../../src/main/export/picture-shelf.ts';
import type { Engine } from '../../../src/main/engine-host/engine.ts';
import type { Explorer } from '../../../src/main/explorer/explorer.ts';
import type { OpenLibrary } from '../../../src/main/library/open-library.ts';
import type { LibraryService } from '../../../src/main/library/library.ts';
import { sheetFile } from '../../../src/main/runs/kept-sheets.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import { WALK_FRAMES } from '../../../src/shared/drawings.ts';
import type { RunStatus, TrainingOptions } from '../../../src/shared/training.ts';
import type { RunId } from '../../../src/shared/types.ts';
import { sampleDatabase } from '../db/sample-photos.ts';

let db: Db;
let dir: string;
let status: RunStatus;
const asked: TrainerRequest[] = [];

const explorer = {
  async ask(request: TrainerRequest) {
    asked.push(request);
    return { count: WALK_FRAMES, sizePx: 2, channels: 1, pixels: new Uint8Array(4 * WALK_FRAMES).fill(9) };
  },
} as unknown as Pick<Explorer, 'ask'>;

const service = () =>
  createDrawingService({
    library: { require: (): OpenLibrary => ({ db, dir, folder: dir, name: 'Pets' }) } as Pick<
      LibraryService,
      'require'
    >,
    training: { runs: () => [1, 2, 3].flatMap((id) => (id <= last ? [{ ...getRun(db, id as RunId), status }] : [])) },
    explorer,
    imaging: { request: vi.fn() } as unknown as Engine,
  });

let last = 0;
function addRun(startedFrom: number | null, options: Partial<TrainingOptions>, steps: number[], count = 4): RunId {
  const id = insertRun(db, {
    ...{ options: { ...defaultOptions(), ...options }, startedFrom: startedFrom as RunId | null },
    ...{ labelled: 2, photos: 4, classes: [], backbone: null },
  });
  last = id;
  setSamples(db, { runId: id, step: 99, count, sizePx: 2, channels: 1, pixels: 'AAAA' });
  mkdirSync(join(dir, 'runs', String(id), 'drawings'), { recursive: true });
  for (const step of steps) writeFileSync(sheetFile(dir, id, step), `sheet ${step}`);
  return id;
}

beforeEach(() => {
  ({ db } = sampleDatabase(['a.jpg', 'b.jpg']));
  dir = mkdtempSync(join(tmpdir(), 'whisker-drawn-'));
  [status, last] = ['finished', 0];
  asked.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a run that goes on from another shows what both have drawn from the same noises, the older first', async () => {
  addRun(null, {}, [10, 200, 30]);
  const second = addRun(1, {}, [5]);
  const moments = [10, 30, 200].map((step) => ({ runId: 1, step }));
  expect(await service().moments(second)).toEqual({ moments: [...moments, { runId: 2, step: 5 }] });
});

test('another seed, or sheets of another kind, begin anew', async () => {
  addRun(null, {}, [10]);
  const otherSeed = addRun(1, { seed: 2 }, [20]);
  expect((await service().moments(otherSeed)).moments).toEqual([{ runId: 2, step: 20 }]);
  const otherCount = addRun(2, { seed: 2 }, [30], 9);
  expect((await service().moments(otherCount)).moments).toEqual([{ runId: 3, step: 30 }]);
});

test('a run without kept sheets has no moments, and a sheet that is not there is not found', async () => {
  const id = addRun(null, {}, []);
  expect(await service().moments(id)).toEqual({ moments: [] });
  expect((await service().sheet({ runId: id, step: 5 })).status).toBe(404);
  const drawn = addRun(null, {}, [5]);
  const response = await service().sheet({ runId: drawn, step: 5 });
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  expect(await response.text()).toBe('sheet 5');
});

test('a walk is asked of the generator of that run, as it drew its sheets', async () => {
  const id = addRun(null, { seed: 7, preset: 'standard' }, []);
  const walk = await service().walk({ id, from: 1, to: 3 });
  expect(walk).toEqual({
    ...{ count: WALK_FRAMES, sizePx: 2, channels: 1 },
    pixels: Buffer.alloc(4 * WALK_FRAMES, 9).toString('base64'),
  });
  const of = { cutOff: false, preset: 'standard', seed: 7, count: 4, sizePx: 2, channels: 1 };
  expect(asked).toMatchObject([{ kind: 'draw-walk', from: 1, to: 3, frames: WALK_FRAMES, of }]);
  status = 'interrupted';
  await service().walk({ id, from: 0, to: 1 });
  expect(asked[1]).toMatchObject({ of: { cutOff: true } });
});

test('while it learns nothing is asked, and without drawings nothing can be', async () => {
  const id = addRun(null, {}, []);
  status = 'running';
  await expect(service().walk({ id, from: 0, to: 1 })).rejects.toMatchObject({ code: 'training-running' });
  status = 'finished';
  const bare = insertRun(db, {
    ...{ options: defaultOptions(), startedFrom: null, labelled: 2, photos: 4, classes: [], backbone: null },
  });
  last = bare;
  expect(sheetLook(db, bare)).toBeNull();
  await expect(service().nearest({ id: bare, picture: 0 })).rejects.toMatchObject({ code: 'not-found' });
  await expect(service().nearest({ id, picture: 4 })).rejects.toMatchObject({ code: 'not-found' });
  expect(asked).toEqual([]);
});

test('curves are saved as a table, a line a point, with empty cells where nothing was measured', async () => {
  const id = addRun(null, {}, []);
  addMetrics(db, id, [
    {
      ...{ stage: 'ssgan', step: 3, seconds: 1.5, classifierLoss: 0.25, unlabelledLoss: 0.1, generatedLoss: 0.2 },
      ...{ generatorLoss: 1, heldOutAccuracy: null },
    },
  ]);
  const response = curvesResponse(db, 'My/Pets', id);
  expect(response.headers.get('content-disposition')).toContain('filename="My Pets run 1 curves.csv"');
  expect(await response.text()).toBe(
    'stage,step,seconds,classifier_loss,unlabelled_loss,generated_loss,generator_loss,held_out_accuracy\r\n' +
      'ssgan,3,1.5,0.25,0.1,0.2,1,\r\n',
  );
});

test('a picture that came by call leaves by link, and only the newest stay', async () => {
  const shelf = createPictureShelf();
  const png = Buffer.from('PNG bytes').toString('base64');
  const urls = [1, 2, 3, 4, 5].map((n) => shelf.put({ name: `run 1 walk ${n}`, png }).url);
  expect(urls.at(-1)).toBe('/export/picture-5.png');
  expect(shelf.take(1)).toBeNull();
  const response = pictureResponse('Pets', shelf.take(5)!);
  expect(response.headers.get('content-disposition')).toContain('filename="Pets run 1 walk 5.png"');
  expect(await response.text()).toBe('PNG bytes');
});
