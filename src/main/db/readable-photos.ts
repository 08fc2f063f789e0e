// Which photos a run learns from and speaks of: one row per photo that is there. Only reads.

import { setImmediate } from 'node:timers/promises';
import { NONE_CODE } from '../../shared/types.ts';
import type { ClassId, PhotoId, RunId } from '../../shared/types.ts';
import { burstsByPhoto } from './burst-rows.ts';
import { acceptedSql, labelCodeSql } from './labels.ts';
import { prepare, prepareColumn, prepareTuples } from './open.ts';
import type { Db } from './open.ts';

export interface ReadablePhoto {
  id: PhotoId;
  /** Of its content, in hex. */
  sha256: string;
  classId: ClassId | null;
  /** Somebody said that it shows none of the classes. */
  none: 0 | 1;
  /** Its label was accepted without a look at it, see `acceptedUnseen`. */
  accepted: 0 | 1;
  /** SHA-256 of the first of the photos that are nearly the same as it; its own when it is like no other. */
  burst: string;
}

/** Keeps each turn of the database to a few milliseconds. */
const PAGE = 10_000;

/**
 * Photos that are there and not excluded, by id. Labels may be set between two pages; each page is true for its moment.
 */
export async function readablePhotos(db: Db): Promise<ReadablePhoto[]> {
  const bursts = burstsByPhoto(db);
  const hash = prepareColumn<string>(db, `SELECT sha256 FROM photo WHERE id = ?`);
  const photos = await all<ReadablePhoto>(
    db,
    `SELECT photo.id, photo.sha256, label.class_id AS classId, ${labelCodeSql} = ${NONE_CODE} AS none,
       coalesce(${acceptedSql}, 0) AS accepted
     ${fromReadable}`,
  );
  for (const photo of photos) {
    const first = bursts.get(photo.id);
    photo.burst = first !== undefined && first !== photo.id ? (hash.get(first) ?? photo.sha256) : photo.sha256;
  }
  return photos;
}

const fromReadable = `FROM photo LEFT JOIN label ON label.photo_id = photo.id
  WHERE photo.id > ? AND label.excluded IS NOT 1 AND photo.present = 1 ORDER BY photo.id`;

/** The same photos by their content alone, some at a time: for libraries of which nobody should hold all. */
export const readablePages = (db: Db): AsyncGenerator<Pick<ReadablePhoto, 'id' | 'sha256'>[]> =>
  pages(db, `SELECT photo.id, photo.sha256 ${fromReadable}`);

/** Photos that are there, excluded ones too, by id: an exclusion can be taken back. */
export const photosWithFile = (db: Db): Promise<Pick<ReadablePhoto, 'id' | 'sha256'>[]> =>
  all(db, `SELECT id, sha256 FROM photo WHERE id > ? AND present = 1 ORDER BY id`);

/** Photos that are there no more. */
export const gonePhotos = (db: Db): ReadonlySet<PhotoId> =>
  new Set(
    prepareTuples<[PhotoId]>(db, `SELECT id FROM photo WHERE present = 0`)
      .all()
      .map(([id]) => id),
  );

async function all<Row extends { id: PhotoId }>(db: Db, select: string): Promise<Row[]> {
  const photos: Row[] = [];
  for await (const rows of pages<Row>(db, select)) photos.push(...rows);
  return photos;
}

async function* pages<Row extends { id: PhotoId }>(db: Db, select: string): AsyncGenerator<Row[]> {
  const page = prepare<Row>(db, `${select} LIMIT ${PAGE}`);
  for (let last = 0; ; await setImmediate()) {
    const rows = page.all(last);
    yield rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.id ?? last;
  }
}

/**
 * The readable photos of which a run has said nothing, because they came, or came back, after it; and those of which it
 * has.
 */
export async function photosByPrediction(
  db: Db,
  runId: RunId,
): Promise<{ missing: ReadablePhoto[]; judged: ReadablePhoto[] }> {
  const known = new Set(
    prepareTuples<[PhotoId]>(db, `SELECT photo_id FROM prediction WHERE run_id = ?`)
      .all(runId)
      .map(([id]) => id),
  );
  const { missing = [], judged = [] } = Object.groupBy(await readablePhotos(db), ({ id }) =>
    known.has(id) ? 'judged' : 'missing',
  );
  return { missing, judged };
}
