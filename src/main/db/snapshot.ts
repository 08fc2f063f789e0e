// Which photos a run learns from and speaks of: one row per photo that has a file to read. Only reads.

import type { ClassId, PhotoId } from '../../shared/types.ts';
import { prepare } from './open.ts';
import type { Db } from './open.ts';

export interface ReadablePhoto {
  id: PhotoId;
  /** One of the places where it lies, relative to the library's folder. */
  path: string;
  classId: ClassId | null;
}

/** Photos with a file and not excluded, by id. */
export const readablePhotos = (db: Db): ReadablePhoto[] =>
  prepare<ReadablePhoto>(
    db,
    `SELECT photo.id, min(file.path) AS path, label.class_id AS classId
     FROM photo JOIN file ON file.photo_id = photo.id AND file.missing = 0
     LEFT JOIN label ON label.photo_id = photo.id
     WHERE label.excluded IS NOT 1
     GROUP BY photo.id ORDER BY photo.id`,
  ).all();

/** The readable photos that a run has said nothing of: those that came, or came back, after it. */
export function photosWithoutPrediction(db: Db, runId: number): ReadablePhoto[] {
  const known = new Set(
    prepare<{ id: PhotoId }>(db, `SELECT photo_id AS id FROM prediction WHERE run_id = ?`)
      .all(runId)
      .map(({ id }) => id),
  );
  return readablePhotos(db).filter(({ id }) => !known.has(id));
}
