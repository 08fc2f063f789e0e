// The order of the review list when news come in. Pure; no DOM, no state.

import type { PhotoId, ReviewItem } from '../../../shared/types.ts';

/** A fresh list, with the photos decided meanwhile kept in front of it, so that Back finds them. */
export function mergeQueue(
  before: readonly ReviewItem[],
  fresh: readonly ReviewItem[],
  isOpen: (id: PhotoId) => boolean,
): readonly ReviewItem[] {
  const listed = new Set(fresh.map(({ photoId }) => photoId));
  return [...before.filter(({ photoId }) => !listed.has(photoId) && !isOpen(photoId)), ...fresh];
}

export function withoutPhotos(items: readonly ReviewItem[], ids: readonly PhotoId[]): readonly ReviewItem[] {
  const gone = new Set(ids);
  return items.filter(({ photoId }) => !gone.has(photoId));
}
