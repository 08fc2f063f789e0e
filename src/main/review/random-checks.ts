// Which photos of the review list are random checks, and what the labels so far tell as draws. Pure.
//
// One random order of a run's photos decides it, fixed by the run. The check is always the first photo of that order
// that still waits: a uniform draw from all that wait, because nothing that is labelled or listed depends on the order
// of the rest. It counts once it is decided, and as drawn when the one before it was decided; what is passed over holds
// up the checks after it, so that hard photos can't drop out. A photo drawn that was labelled before its turn tells
// nothing.

import { CHECK_EVERY } from '../../shared/errors-left.ts';
import type { PhotoId, RunId } from '../../shared/types.ts';
import type { Draw, Draws } from './errors-left.ts';

/** What became of a photo that waited when the run began. 'accepted': in bulk, without a look at each. */
export type Fate = 'right' | 'wrong' | 'skipped' | 'accepted';

export interface Settled {
  photoId: PhotoId;
  fate: Fate;
  /** When it ceased to wait; ISO 8601. */
  at: string;
}

/** Its place in the run's random order: 32 bits, each photo its own (the finalizer of MurmurHash3, Appleby 2011). */
export const placeOf = (runId: RunId, photoId: PhotoId): number => scatter(photoId ^ scatter(runId));

function scatter(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export const inRandomOrder = (runId: RunId, photoIds: readonly PhotoId[]): PhotoId[] =>
  photoIds
    .map((id) => ({ id, place: placeOf(runId, id) }))
    .sort((a, b) => a.place - b.place)
    .map(({ id }) => id);

export interface Listed {
  photoId: PhotoId;
  isCheck: boolean;
}

/**
 * The suspects in their order with a random check in every eighth place, counted on from the `settled` before; each
 * photo once. A suspect that is the next check in the order anyway is one where it stands.
 */
export function mixInChecks(
  suspects: readonly PhotoId[],
  inOrder: readonly PhotoId[],
  settled: number,
  limit: number,
): Listed[] {
  const listed = new Map<PhotoId, boolean>();
  const suspected = nextOf(suspects, listed);
  const drawn = nextOf(inOrder, listed);
  while (listed.size < limit) {
    const check = drawn();
    const isTurn = (settled + listed.size + 1) % CHECK_EVERY === 0;
    const next = (isTurn ? check : null) ?? suspected() ?? check;
    if (next === null) break;
    listed.set(next, next === check);
  }
  return Array.from(listed, ([photoId, isCheck]) => ({ photoId, isCheck }));
}

/** Answers with the first of the photos that is not listed yet, or null. */
function nextOf(photos: readonly PhotoId[], listed: ReadonlyMap<PhotoId, boolean>): () => PhotoId | null {
  let at = 0;
  return () => {
    for (let photo = photos[at]; photo !== undefined; photo = photos[++at]) if (!listed.has(photo)) return photo;
    return null;
  };
}

/** The draws that the settled photos amount to. `waiting`: the photos of the run's pool that still wait. */
export function drawsOf(runId: RunId, settled: readonly Settled[], waiting: readonly PhotoId[]): Draws {
  const drawn = drawnOf(runId, settled, waiting);
  const newestFirst = settled.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return {
    forLow: readDraws('low', drawn, newestFirst, waiting.length),
    forHigh: readDraws('high', drawn, newestFirst, waiting.length),
  };
}

interface Drawn extends Settled {
  /** When it became the first that waits: when the one drawn before it was decided. */
  since: string;
}

/** Those of the settled photos that were drawn, in the order of their draws. */
export function drawnOf<Row extends Settled>(
  runId: RunId,
  settled: readonly Row[],
  waiting: readonly PhotoId[],
): (Row & Drawn)[] {
  const turn = waiting.reduce((first, id) => Math.min(first, placeOf(runId, id)), Infinity);
  const drawn: (Row & Drawn)[] = [];
  let since = '';
  for (const photo of settled.toSorted((a, b) => placeOf(runId, a.photoId) - placeOf(runId, b.photoId))) {
    if (placeOf(runId, photo.photoId) > turn) break;
    if (photo.at <= since) continue;
    drawn.push({ ...photo, since });
    since = photo.at;
  }
  return drawn;
}

/**
 * What is unknown errs to the safe side of either end. A check that was skipped, or accepted unseen, counts as right
 * for the low end; for the high one the first counts as wrong and the second not at all. Any other such photo is an
 * error that has left the pool for the low end, and none for the high one.
 */
function readDraws(
  end: 'low' | 'high',
  drawn: readonly Drawn[],
  newestFirst: readonly Settled[],
  waiting: number,
): Draw[] {
  const counted = drawn.filter(({ fate }) => end === 'low' || fate !== 'accepted');
  const checks = new Set(counted.map(({ photoId }) => photoId));
  const isWrong = ({ photoId, fate }: Settled) =>
    fate === 'right' || fate === 'wrong' ? fate === 'wrong' : checks.has(photoId) === (end === 'high');
  // Back in time: what was decided after a draw was in its pool.
  const draws: Draw[] = [];
  let pool = waiting;
  let found = 0;
  for (const draw of counted.toReversed()) {
    for (let photo = newestFirst[pool - waiting]; photo && photo.at > draw.since; photo = newestFirst[pool - waiting]) {
      pool++;
      if (isWrong(photo)) found++;
    }
    draws.push({ pool, found, wrong: isWrong(draw) });
  }
  return draws.reverse();
}
