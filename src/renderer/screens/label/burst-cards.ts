// The cards of the grid: a photo each, but for photos that are nearly the same, which are one card as long as nobody
// opens it. Plain arrays, fit for 100,000 photos; pure.

import type { PhotoId } from '../../../shared/types.ts';
import { count, plural } from '../../../shared/words.ts';
import type { ShownPhotos } from './photo-table.ts';

export interface Cards extends ShownPhotos {
  /** [cards] how many shown photos are nearly the same as the card's, itself among them: 1 for a photo alone. */
  sizes: Int32Array;
  /** [cards] place of the card's photo among these, from 0; all are 0 but in an open group. */
  places: Int32Array;
  /** How many photos the cards stand for. */
  photos: number;
}

export const noGroups: ReadonlyMap<PhotoId, PhotoId> = new Map();

/**
 * shown: in the order of the grid. firstOf: photo -> what names its group, for those that are in one. opened: names of
 * groups whose photos all have cards, which follow that of the first.
 */
export function cardsOf(
  { ids, aspects }: ShownPhotos,
  firstOf: ReadonlyMap<PhotoId, PhotoId>,
  opened: ReadonlySet<PhotoId>,
): Cards {
  const members = membersOf(ids, firstOf);
  const order = new Int32Array(ids.length);
  const sizes = new Int32Array(ids.length);
  const places = new Int32Array(ids.length);
  let count = 0;
  const add = (at: number, size: number, place: number) => {
    order[count] = at;
    sizes[count] = size;
    places[count++] = place;
  };
  ids.forEach((id, at) => {
    const name = members.size > 0 ? firstOf.get(id) : undefined;
    const group = name === undefined ? undefined : members.get(name);
    if (name === undefined || group === undefined || group.length === 1) add(at, 1, 0);
    else if (group[0] === at) {
      const open = opened.has(name) ? group : [at];
      open.forEach((member, place) => add(member, group.length, place));
    }
  });
  return {
    ids: Array.from(order.subarray(0, count), (at) => ids[at]!),
    aspects: Float32Array.from(order.subarray(0, count), (at) => aspects[at]!),
    sizes: sizes.slice(0, count),
    places: places.slice(0, count),
    photos: ids.length,
  };
}

/** "230 photos", or "230 photos in 180 cards" where these are fewer. */
export const photosInCards = ({ photos, ids }: Cards): string =>
  photos === ids.length ? plural(photos, 'photo') : `${plural(photos, 'photo')} in ${plural(ids.length, 'card')}`;

/** "230", or "230 in 180 cards" where these are fewer. */
export const inCards = (photos: number, cards: number): string =>
  photos === cards ? count(photos) : `${count(photos)} in ${count(cards)} cards`;

/** Group -> where its photos stand among the ids. */
function membersOf(ids: readonly PhotoId[], firstOf: ReadonlyMap<PhotoId, PhotoId>): Map<PhotoId, number[]> {
  const members = new Map<PhotoId, number[]>();
  if (firstOf.size === 0) return members;
  ids.forEach((id, at) => {
    const name = firstOf.get(id);
    if (name === undefined) return;
    const group = members.get(name);
    if (group) group.push(at);
    else members.set(name, [at]);
  });
  return members;
}
