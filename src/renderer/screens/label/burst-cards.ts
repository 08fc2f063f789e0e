// The cards of the grid: a photo each, but for photos that are nearly the same, which are one card as long as nobody
// opens it. Plain arrays, fit for a million photos; pure.

import type { PhotoId } from '../../../shared/types.ts';
import { count, plural } from '../../../shared/words.ts';
import type { Groups } from './burst-groups.ts';
import type { ShownPhotos } from './photo-table.ts';

export interface Cards extends ShownPhotos {
  /** [cards] how many shown photos are nearly the same as the card's, itself among them: 1 for a photo alone. */
  sizes: Int32Array;
  /** [cards] place of the card's photo among these, from 0; all are 0 but in an open group. */
  places: Int32Array;
  /** How many photos the cards stand for. */
  photos: number;
}

/**
 * shown: in the order of the grid. firstOf: photo -> what names its group, for those that are in one. opened: names of
 * groups whose photos all have cards, which follow that of the first.
 */
export function cardsOf({ ids, aspects }: ShownPhotos, firstOf: Groups, opened: ReadonlySet<PhotoId>): Cards {
  if (firstOf.size === 0) {
    const [sizes, places] = [new Int32Array(ids.length).fill(1), new Int32Array(ids.length)];
    return { ids, aspects, sizes, places, photos: ids.length };
  }
  const names = ids.map((id) => firstOf.get(id));
  const members = membersOf(names);
  const chosen: ShownPhotos = { ids: [], aspects: new Float32Array(ids.length) };
  const sizes = new Int32Array(ids.length);
  const places = new Int32Array(ids.length);
  const add = (at: number, size: number, place: number) => {
    const card = chosen.ids.push(ids[at]!) - 1;
    chosen.aspects[card] = aspects[at]!;
    sizes[card] = size;
    places[card] = place;
  };
  names.forEach((name, at) => {
    const group = name === undefined ? undefined : members.get(name);
    if (name === undefined || group === undefined || group.length === 1) add(at, 1, 0);
    else if (group[0] === at) {
      if (opened.has(name)) group.forEach((member, place) => add(member, group.length, place));
      else add(at, group.length, 0);
    }
  });
  const count = chosen.ids.length;
  return {
    ids: chosen.ids,
    aspects: chosen.aspects.slice(0, count),
    sizes: sizes.slice(0, count),
    places: places.slice(0, count),
    photos: ids.length,
  };
}

/** "230 photos", or "230 photos in 180 cards" where these are fewer. */
export const photosInCards = ({ photos, ids }: Cards): string =>
  photos === ids.length
    ? plural(photos, ['# photo', '# photos'])
    : `${plural(photos, ['# photo', '# photos'])} in ${plural(ids.length, ['# card', '# cards'])}`;

/** "230", or "230 in 180 cards" where these are fewer. */
export const inCards = (photos: number, cards: number): string =>
  photos === cards ? count(photos) : `${count(photos)} in ${count(cards)} cards`;

/** Group -> where its photos stand. */
function membersOf(names: readonly (PhotoId | undefined)[]): Map<PhotoId, number[]> {
  const members = new Map<PhotoId, number[]>();
  names.forEach((name, at) => {
    if (name === undefined) return;
    const group = members.get(name);
    if (group) group.push(at);
    else members.set(name, [at]);
  });
  return members;
}
