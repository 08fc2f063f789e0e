// What is shown of each pile: how many photos, which are typical, and what its labels say of its name.

import { labelsByPhoto } from '../db/labels.ts';
import type { Db } from '../db/open.ts';
import { absentPhotos } from '../db/photos.ts';
import { EXCLUDED_CODE, NO_LABEL_CODE } from '../../shared/types.ts';
import type { ClassId, PhotoId } from '../../shared/types.ts';
import { TYPICAL_KEPT } from '../../shared/piles.ts';
import type { Pile } from '../../shared/piles.ts';
import type { PileOfPhotos } from './arrangement.ts';

/** Each of the piles as it stands with the labels of now; one whose photos are all gone or excluded is left out. */
export function describePiles(db: Db, piles: readonly PileOfPhotos[]): Pile[] {
  const labels = labelsByPhoto(db);
  const absent = new Set(absentPhotos(db));
  const codeOf = (id: PhotoId) => labels.get(id)?.code ?? NO_LABEL_CODE;
  return piles.flatMap(({ id, photos: all, sureness }) => {
    const photos = all.filter((photo) => !absent.has(photo) && codeOf(photo) !== EXCLUDED_CODE);
    if (photos.length === 0) return [];
    const labelled = photos.filter((photo) => codeOf(photo) !== NO_LABEL_CODE);
    const typical: PhotoId[] = [];
    for (const photo of photos) {
      if (typical.length === TYPICAL_KEPT) break;
      if (codeOf(photo) === NO_LABEL_CODE) typical.push(photo);
    }
    const byName = Map.groupBy(
      labelled.filter((photo) => labels.get(photo)?.chosen === 'pile'),
      codeOf,
    );
    return [{ id, photos: photos.length, labelled: labelled.length, typical, sureness, named: largest(byName) }];
  });
}

function largest(byClass: ReadonlyMap<number, PhotoId[]>): Pile['named'] {
  const [first, ...others] = [...byClass].map(([code, photoIds]) => ({ classId: code as ClassId, photoIds }));
  if (!first) return null;
  return others.reduce((best, other) => (other.photoIds.length > best.photoIds.length ? other : best), first);
}
