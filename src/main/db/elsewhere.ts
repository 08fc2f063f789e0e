// Photos that lie elsewhere: what other machines have looked at, and where. Their labels and predictions are those of
// any photo.

import type { PhotoId } from '../../shared/types.ts';
import { keepPhoto, type NewPhoto } from './files.ts';
import { prepare, prepareColumn, prepareTuples, transact } from './open.ts';
import type { Db } from './open.ts';

export interface PhotoElsewhere extends Omit<NewPhoto, 'takenAt' | 'fingerprint' | 'damaged'> {
  uri: string;
}

/**
 * Records those of the photos that no file in the folder holds, in one transaction; says how many came by that. One
 * that lies elsewhere already is where this says from now on.
 */
export const keepElsewhere = (db: Db, photos: readonly PhotoElsewhere[], firstPhotoId: number): number =>
  transact(db, () => {
    let came = 0;
    for (const { uri, ...photo } of photos) {
      if (isHere(db, photo.sha256)) continue;
      const id = keepPhoto(db, { ...photo, damaged: false, takenAt: null, fingerprint: null }, firstPhotoId);
      const known = prepareColumn<string>(db, `SELECT uri FROM elsewhere WHERE photo_id = ?`).get(id);
      if (known === uri) continue;
      prepare(db, `DELETE FROM elsewhere WHERE photo_id = ?`).run(id);
      prepare(db, `INSERT INTO elsewhere (photo_id, uri) VALUES (?, ?)`).run(id, uri);
      if (known === undefined) came++;
    }
    return came;
  });

const isHere = (db: Db, sha256: string): boolean =>
  prepareColumn<0 | 1>(
    db,
    `SELECT EXISTS (SELECT 1 FROM photo JOIN file ON file.photo_id = photo.id AND missing = 0 WHERE sha256 = ?)`,
  ).get(sha256) === 1;

/** SQL for whether a photo lies elsewhere alone. */
export const elsewhereSql = `(EXISTS (SELECT 1 FROM elsewhere WHERE photo_id = photo.id)
  AND NOT EXISTS (SELECT 1 FROM file WHERE photo_id = photo.id AND missing = 0))`;

/** Whether it is not in the folder, and lies elsewhere. */
export const liesElsewhere = (db: Db, id: PhotoId): boolean =>
  prepareColumn<0 | 1>(db, `SELECT ${elsewhereSql} FROM photo WHERE id = ?`).get(id) === 1;

/** What is known of a photo's content and place. */
export interface KnownPhoto {
  sha256: string;
  bytes: number;
  /** Relative to the library's folder; null where it lies elsewhere. */
  path: string | null;
  uri: string | null;
}

/** Every photo that is there, by content. */
export function* photosByContent(db: Db): Generator<KnownPhoto> {
  const page = prepareTuples<[string, number, string | null, string | null]>(
    db,
    `SELECT sha256, bytes, (SELECT min(path) FROM file WHERE photo_id = photo.id AND missing = 0),
       (SELECT uri FROM elsewhere WHERE photo_id = photo.id)
     FROM photo WHERE sha256 > ? AND present = 1 ORDER BY sha256 LIMIT ${PAGE}`,
  );
  for (let last = ''; ;) {
    const rows = page.all(last);
    for (const [sha256, bytes, path, uri] of rows) yield { sha256, bytes, path, uri };
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.[0] ?? last;
  }
}

const PAGE = 5000;

/** Those of the photos (SHA-256) that are in the folder: their ids, by content. */
export const photosHere = (db: Db, hashes: readonly string[]): Map<string, PhotoId> =>
  new Map(
    prepareTuples<[string, PhotoId]>(
      db,
      `SELECT sha256, photo.id FROM json_each(?) JOIN photo ON sha256 = value
       WHERE EXISTS (SELECT 1 FROM file WHERE photo_id = photo.id AND missing = 0)`,
    ).all(JSON.stringify(hashes)),
  );
