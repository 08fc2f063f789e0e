// What photos are not, in the person's word. Those who read predictions leave out what was refused.

import type { ClassId, PhotoId } from '../../shared/types.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';

export interface Refusal {
  photoId: PhotoId;
  classId: ClassId;
}

/**
 * SQL for what was refused, as (photo_id, id), the class being each that a run may have known it as. A class that the
 * refused one was merged into is another question, and may be asked.
 */
export const refusedSql = `(SELECT refusal.photo_id, class_now.id FROM refusal
  JOIN class_now ON class_now.now_id = refusal.class_id)`;

/** The classes that each photo is said not to be of. */
export function refusedClasses(db: Db): Map<PhotoId, Set<ClassId>> {
  const refused = new Map<PhotoId, Set<ClassId>>();
  for (const [photo, classId] of prepareTuples<[PhotoId, ClassId]>(db, `SELECT photo_id, class_id FROM refusal`).all())
    refused.set(photo, (refused.get(photo) ?? new Set()).add(classId));
  return refused;
}

export const isRefused = (db: Db, { photoId, classId }: Refusal): boolean =>
  prepare(db, `SELECT 1 FROM refusal WHERE photo_id = ? AND class_id = ?`).get(photoId, classId) !== undefined;

export function setRefused(db: Db, { photoId, classId }: Refusal, refused: boolean): void {
  if (refused) prepare(db, `INSERT OR IGNORE INTO refusal (photo_id, class_id) VALUES (?, ?)`).run(photoId, classId);
  else prepare(db, `DELETE FROM refusal WHERE photo_id = ? AND class_id = ?`).run(photoId, classId);
}
