// The piles as they lie: what was found, and what the person has split, merged and set aside since. Plain values; knows
// no label.

import type { Piles as FoundPiles } from '../../engine/messages.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { PhotoId, PileId } from '../../shared/types.ts';

export interface PileOfPhotos {
  id: PileId;
  /** All of it: the typical ones first, then the others, those that clearly belong to it before the doubtful. */
  photos: readonly PhotoId[];
  /** How surely this is one pile, 0 to 1. */
  sureness: number;
}

export interface Arrangement {
  piles: readonly PileOfPhotos[];
  /** Piles that are none; they are offered no more. */
  aside: readonly PileOfPhotos[];
}

let lastId = 0;
// The only place where numbers of piles are made.
const newId = () => ++lastId as PileId;

/**
 * The piles that were found among `ids`; `among`: positions in `ids` that were sorted, all when null. The largest is
 * the first.
 */
export function pilesOf(found: FoundPiles, ids: readonly PhotoId[], among: Int32Array | null): PileOfPhotos[] {
  const { pileOf, certainty } = found;
  const order = Array.from(pileOf.keys()).sort((a, b) => (certainty[b] ?? 0) - (certainty[a] ?? 0));
  const photos = found.typical.map((positions) => new Set(Array.from(positions, (position) => idAt(ids, position))));
  for (const i of order) photos[pileOf[i] ?? -1]?.add(idAt(ids, among === null ? i : (among[i] ?? -1)));
  return photos.flatMap((pile, k) =>
    pile.size === 0 ? [] : [{ id: newId(), photos: [...pile], sureness: found.sureness[k] ?? 0 }],
  );
}

function idAt(ids: readonly PhotoId[], position: number): PhotoId {
  const id = ids[position];
  if (id === undefined) throw new RangeError(`There is no photo at position ${position}.`);
  return id;
}

/** Throws 'not-found' for a pile that was sorted anew or is gone. */
export function pileAt({ piles }: Arrangement, id: PileId): PileOfPhotos {
  const found = piles.find((pile) => pile.id === id);
  if (!found) throw new WhiskerError('not-found', 'That pile is gone: the photos were sorted anew.', 'Look again.');
  return found;
}

/** Puts others in the place of a pile. */
export function replaced({ piles, aside }: Arrangement, id: PileId, by: readonly PileOfPhotos[]): Arrangement {
  return { piles: piles.flatMap((pile) => (pile.id === id ? by : [pile])), aside };
}

/** One pile of two, in the place of `into`; the typical photos of both come first, each side by its share. */
export function merged(arrangement: Arrangement, from: PileId, into: PileId): Arrangement {
  const [a, b] = [pileAt(arrangement, into), pileAt(arrangement, from)];
  if (a === b) throw new WhiskerError('bad-input', "A pile can't be merged with itself.", 'Choose another pile.');
  const [n, m] = [a.photos.length, b.photos.length];
  const one: PileOfPhotos = {
    id: newId(),
    photos: interleaved(a.photos, b.photos),
    sureness: (a.sureness * n + b.sureness * m) / (n + m),
  };
  return replaced(replaced(arrangement, from, []), into, [one]);
}

/** Both lists in their own order, each spread evenly over the whole. */
function interleaved<T>(a: readonly T[], b: readonly T[]): T[] {
  const placed = [a, b].flatMap((list) => list.map((item, i) => ({ item, at: (i + 0.5) / list.length })));
  return placed.sort((one, other) => one.at - other.at).map(({ item }) => item);
}

export function setAside(arrangement: Arrangement, id: PileId): Arrangement {
  const pile = pileAt(arrangement, id);
  const { piles } = replaced(arrangement, id, []);
  return { piles, aside: [...arrangement.aside, pile] };
}

export const putBack = ({ piles, aside }: Arrangement): Arrangement => ({ piles: [...piles, ...aside], aside: [] });
