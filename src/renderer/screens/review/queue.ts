// The order of the review list when news come in. Pure; no DOM, no state.

import { NO_LABEL_CODE, type PhotoId } from '../../../shared/types.ts';

interface Listed {
  photoId: PhotoId;
}

/** A fresh list, with the photos decided meanwhile kept in front of it, so that Back finds them. */
export function mergeQueue<Item extends Listed>(
  before: readonly Item[],
  fresh: readonly Item[],
  isOpen: (id: PhotoId) => boolean,
): readonly Item[] {
  const listed = idsOf(fresh);
  return [...before.filter(({ photoId }) => !listed.has(photoId) && !isOpen(photoId)), ...fresh];
}

/** The list with one photo, if it is in it, before all others. */
export function withFirst<Item extends Listed>(items: readonly Item[], id: PhotoId | null): readonly Item[] {
  const first = items.find(({ photoId }) => photoId === id);
  return first ? [first, ...items.filter((item) => item !== first)] : items;
}

export function withoutPhotos<Item extends Listed>(items: readonly Item[], ids: readonly PhotoId[]): readonly Item[] {
  const gone = new Set(ids);
  return items.filter(({ photoId }) => !gone.has(photoId));
}

/** Which of these photos have no label now. */
export const unlabelledAmong = (ids: readonly PhotoId[], codes: readonly number[]): ReadonlySet<PhotoId> =>
  new Set(ids.filter((_, i) => codes[i] === NO_LABEL_CODE));

export const idsOf = (items: readonly Listed[]): ReadonlySet<PhotoId> => new Set(items.map(({ photoId }) => photoId));
