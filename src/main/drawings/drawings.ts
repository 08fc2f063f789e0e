// What the generator of a run draws and has drawn: the kept sheets, walks between two pictures of the last one, the
// photos nearest to one. Drawn by the explorer's process, so that no training waits for it.

import { readFile } from 'node:fs/promises';
import type { DrawingSource, NearestPhotos } from '../../engine/messages.ts';
import { WALK_FRAMES, type DrawnMoment, type NearestToDrawing, type Pictures } from '../../shared/drawings.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { PhotoId, RunId } from '../../shared/types.ts';
import { readablePhotos } from '../db/readable-photos.ts';
import { getRun, sheetLook } from '../db/runs.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { LibraryService } from '../library/library.ts';
import { readablePath, type OpenLibrary } from '../library/open-library.ts';
import { keptSteps, sheetFile } from '../runs/kept-sheets.ts';
import { modelFolder } from '../runs/run-folder.ts';
import type { TrainingService } from '../runs/service.ts';
import { packPixels } from '../training-data/packed-pixels.ts';

export interface DrawingService {
  /** Of the run and of those that it goes on from, as long as they drew from the same noises. Throws 'not-found'. */
  moments(id: RunId): Promise<{ moments: DrawnMoment[] }>;
  /** The JPEG of a kept sheet, its pictures one below the other; 404 for one that is not there. */
  sheet(moment: DrawnMoment): Promise<Response>;
  /** Throws 'not-found' without a generator or such a picture, 'training-running' while the run learns. */
  walk(asked: { id: RunId; from: number; to: number }): Promise<Pictures>;
  /** The first question about a run looks at all photos. Throws as `walk`. */
  nearest(asked: { id: RunId; picture: number }): Promise<NearestToDrawing>;
}

export interface DrawingParts {
  library: Pick<LibraryService, 'require'>;
  training: Pick<TrainingService, 'runs'>;
  explorer: Pick<Explorer, 'ask'>;
  imaging: Engine;
}

interface Looked {
  ids: PhotoId[];
  found: NearestPhotos;
}

export function createDrawingService({ library, training, explorer, imaging }: DrawingParts): DrawingService {
  /** The last answer: most questions are about one run. */
  let looked: { of: string; answer: Promise<Looked> } | null = null;

  /** Throws unless the run has drawn pictures and rests. */
  function sourceOf(open: OpenLibrary, id: RunId): DrawingSource {
    const run = training.runs().find((one) => one.id === id) ?? getRun(open.db, id);
    if (run.status === 'running') {
      throw new WhiskerError('training-running', 'This run is still learning.', 'Wait until it ends, or stop it.');
    }
    const look = sheetLook(open.db, id);
    if (!look) throw new WhiskerError('not-found', `Run ${id} has left no drawings.`, 'Train again from the pixels.');
    const { preset, seed } = run.options;
    return { modelDir: modelFolder(open.dir, id), cutOff: run.status === 'interrupted', preset, seed, ...look };
  }

  async function lookAtPhotos(open: OpenLibrary, id: RunId, of: DrawingSource): Promise<Looked> {
    const { ids, ...pixels } = await packPixels({
      imaging,
      photos: await readablePhotos(open.db),
      sizePx: of.sizePx,
      channels: of.channels,
      signal: new AbortController().signal,
      libraryDir: open.dir,
      pathOf: (photo) => readablePath(open, photo),
    });
    const { mirror } = getRun(open.db, id).options;
    return { ids, found: await explorer.ask({ kind: 'find-nearest-photos', of, pixels, mirror }) };
  }

  return {
    async moments(id) {
      const open = library.require();
      const moments: DrawnMoment[] = [];
      for (const runId of linesOf(open, id)) {
        const steps = await keptSteps(open.dir, runId);
        moments.unshift(...steps.map((step) => ({ runId, step })));
      }
      return { moments };
    },

    async sheet({ runId, step }) {
      const jpeg = await readFile(sheetFile(library.require().dir, runId, step)).catch(() => null);
      if (!jpeg) return new Response(null, { status: 404 });
      // A run that goes back draws other pictures at the same step.
      const headers = {
        'content-type': 'image/jpeg',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      };
      return new Response(new Uint8Array(jpeg), { headers });
    },

    async walk({ id, from, to }) {
      const of = sourceOf(library.require(), id);
      const { pixels, ...look } = await explorer.ask({ kind: 'draw-walk', of, from, to, frames: WALK_FRAMES });
      return { ...look, pixels: Buffer.from(pixels).toString('base64') };
    },

    async nearest({ id, picture }) {
      const open = library.require();
      const of = sourceOf(open, id);
      if (picture >= of.count) throw new WhiskerError('not-found', `There is no picture ${picture} on this sheet.`);
      const key = `${open.dir} ${id} ${of.cutOff}`; // One that went on draws otherwise.
      if (looked?.of !== key) looked = { of: key, answer: lookAtPhotos(open, id, of) };
      const asked = looked;
      asked.answer.catch(() => (looked = looked === asked ? null : looked));
      return nearestTo(await asked.answer, picture, of.count);
    },
  };
}

/** The run, and those that it goes on from one after the other, as long as their sheets show the same noises. */
function linesOf({ db }: OpenLibrary, id: RunId): RunId[] {
  const line: RunId[] = [];
  const sign = (run: RunId) => JSON.stringify([getRun(db, run).options.seed, sheetLook(db, run)]);
  for (let run: RunId | null = id; run !== null && (run === id || sign(run) === sign(id));) {
    line.push(run);
    run = getRun(db, run).startedFrom;
  }
  return line;
}

/** Fewer photos say nothing of how far photos are from each other. */
const ENOUGH_PHOTOS = 20;

function nearestTo({ ids, found }: Looked, picture: number, drawings: number): NearestToDrawing {
  const { each, positions, distances, betweenPhotos } = found;
  const at = (share: number) => betweenPhotos[Math.floor(share * (betweenPhotos.length - 1))] ?? NaN;
  const usual = betweenPhotos.length < ENOUGH_PHOTOS ? null : { low: at(0.05), median: at(0.5) };
  const first = Array.from({ length: drawings }, (_, i) => distances[i * each] ?? NaN);
  return {
    photos: Array.from({ length: each }, (_, i) => picture * each + i).flatMap((i) => {
      const photoId = ids[positions[i] ?? -1];
      return photoId === undefined ? [] : [{ photoId, distance: distances[i] ?? NaN }];
    }),
    betweenPhotos: usual,
    nearer: usual ? first.filter((distance) => distance < usual.median).length : 0,
    drawings,
  };
}
