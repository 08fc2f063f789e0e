// Which photos a run learns from and speaks of: one row per photo that has a file. Only reads.

import { setImmediate } from 'node:timers/promises';
import type { ClassId, PhotoId, RunId } from '../../shared/types.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';

export interface ReadablePhoto {
  id: PhotoId;
  /** Of its content, in hex. */
  sha256: string;
  classId: ClassId | null;
}

/** Keeps each turn of the database to a few milliseconds. */
const PAGE = 10_000;

/**
 * Photos with a file and not excluded, by id. Labels may be set between two pages; each page is true for its moment.
 */
export async function readablePhotos(db: Db): Promise<ReadablePhoto[]> {
  const page = prepare<ReadablePhoto>(
    db,
    `SELECT photo.id, photo.sha256, label.class_id AS classId
     FROM photo LEFT JOIN label ON label.photo_id = photo.id
     WHERE photo.id > ? AND label.excluded IS NOT 1
       AND EXISTS (SELECT 1 FROM file WHERE photo_id = photo.id AND missing = 0)
     ORDER BY photo.id LIMIT ${PAGE}`,
  );
  const photos: ReadablePhoto[] = [];
  for (let last = 0; ; await setImmediate()) {
    const rows = page.all(last);
    photos.push(...rows);
    if (rows.length < PAGE) return photos;
    last = rows.at(-1)?.id ?? last;
  }
}

/** The readable photos that a run has said nothing of: those that came, or came back, after it. */
export async function photosWithoutPrediction(db: Db, runId: RunId): Promise<ReadablePhoto[]> {
  const known = new Set(
    prepareTuples<[PhotoId]>(db, `SELECT photo_id FROM prediction WHERE run_id = ?`)
      .all(runId)
      .map(([id]) => id),
  );
  return (await readablePhotos(db)).filter(({ id }) => !known.has(id));
}
