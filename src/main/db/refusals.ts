// What photos are not, in the person's word. Those who read predictions leave out what was refused.

import type { ClassId, PhotoId } from '../../shared/types.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';

/** Photos, and the class that they are not of. */
export interface Refusal {
  photoIds: readonly PhotoId[];
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

/** Those of the photos of which that is not said yet, each once. */
export const notRefused = (db: Db, { photoIds, classId }: Refusal): PhotoId[] =>
  prepareTuples<[PhotoId]>(
    db,
    `SELECT DISTINCT value FROM json_each(?)
     WHERE NOT EXISTS (SELECT 1 FROM refusal WHERE photo_id = value AND class_id = ?)`,
  )
    .all(JSON.stringify(photoIds), classId)
    .map(([id]) => id);

export function setRefused(db: Db, { photoIds, classId }: Refusal, refused: boolean): void {
  const ids = JSON.stringify(photoIds);
  if (refused)
    prepare(db, `INSERT OR IGNORE INTO refusal (photo_id, class_id) SELECT value, ? FROM json_each(?)`).run(
      classId,
      ids,
    );
  else
    prepare(db, `DELETE FROM refusal WHERE class_id = ? AND photo_id IN (SELECT value FROM json_each(?))`).run(
      classId,
      ids,
    );
}
