// What is shown of each pile: how many photos, which are typical, and what its labels say of its name.

import { currentLabels, photosChosenBy } from '../db/labels.ts';
import type { Db } from '../db/open.ts';
import { absentPhotos } from '../db/photos.ts';
import { EXCLUDED_CODE, labelFromCode, NO_LABEL_CODE, NONE_CODE } from '../../shared/types.ts';
import type { PhotoId } from '../../shared/types.ts';
import { TYPICAL_KEPT } from '../../shared/piles.ts';
import type { Pile } from '../../shared/piles.ts';
import type { PileOfPhotos } from './arrangement.ts';

/**
 * Each of the piles as it stands with the labels of now, without photos that are gone, excluded or of none of the
 * classes; without any it is left out.
 */
export function describePiles(db: Db, piles: readonly PileOfPhotos[]): Pile[] {
  const codes = currentLabels(db);
  const named = new Set(photosChosenBy(db, 'pile'));
  const absent = new Set(absentPhotos(db));
  const codeOf = (id: PhotoId) => codes.get(id) ?? NO_LABEL_CODE;
  return piles.flatMap(({ id, photos: all, sureness }) => {
    const photos = all.filter((photo) => !absent.has(photo) && ![EXCLUDED_CODE, NONE_CODE].includes(codeOf(photo)));
    if (photos.length === 0) return [];
    const labelled = photos.filter((photo) => codeOf(photo) > 0);
    const typical: PhotoId[] = [];
    for (const photo of photos) {
      if (typical.length === TYPICAL_KEPT) break;
      if (codeOf(photo) === NO_LABEL_CODE) typical.push(photo);
    }
    const byName = Map.groupBy(
      labelled.filter((photo) => named.has(photo)),
      codeOf,
    );
    return [{ id, photos: photos.length, labelled: labelled.length, typical, sureness, named: nameOf(byName) }];
  });
}

function nameOf(byClass: ReadonlyMap<number, PhotoId[]>): Pile['named'] {
  const [largest] = [...byClass].sort(([, one], [, other]) => other.length - one.length);
  if (!largest) return null;
  const [code, photoIds] = largest;
  const classId = labelFromCode(code);
  return typeof classId === 'number' ? { classId, photoIds } : null;
}
