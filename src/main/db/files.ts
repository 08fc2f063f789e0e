// The files met in the folder and the photos they hold. The only place that inserts photos; never touches labels.

import { setImmediate } from 'node:timers/promises';
import type { PhotoId, PhotoPage, Problem, ProblemCode } from '../../shared/types.ts';
import { labelCodeSql } from './labels.ts';
import { prepare, prepareColumn, prepareTuples, transact } from './open.ts';
import type { Db } from './open.ts';
import { firstPathSql, nameAt } from './photos.ts';

export interface KnownFile {
  id: number;
  bytes: number;
  mtimeMs: number;
  missing: boolean;
  /** The problem it was met with, null for a photo. */
  problem: ProblemCode | null;
  /** It holds a photo of which less is known than is today of a new one. */
  incomplete: boolean;
}

/** Where a file lies and how to see cheaply that it is still the same. */
export interface FileStamp {
  /** Relative to the library's folder, '/' between folders. */
  path: string;
  bytes: number;
  mtimeMs: number;
}

/** What a scan learned of one file. */
export type FileChange =
  | ({ kind: 'photo'; photo: NewPhoto } & FileStamp)
  | ({ kind: 'problem'; code: ProblemCode; reason: string } & FileStamp)
  /** Known, unchanged, and there again. */
  | { kind: 'back'; path: string }
  | { kind: 'gone'; path: string };

export interface NewPhoto {
  sha256: string;
  /** Oriented pixels. */
  width: number;
  height: number;
  format: string;
  bytes: number;
  /** A part of it can't be read; the rest is used. */
  damaged: boolean;
  /** ISO 8601 to the millisecond, by the camera's clock. */
  takenAt: string | null;
  /** What it looks like, in 32 hex digits; null where only another machine has seen it. */
  fingerprint: string | null;
}

/** Keeps each turn of the database to a few milliseconds. */
const PAGE = 5000;

/** What is known of the files at these paths, by path. */
export function knownFiles(db: Db, paths: readonly string[]): Map<string, KnownFile> {
  const rows = prepareTuples<[string, number, number, number, 0 | 1, ProblemCode | null, 0 | 1]>(
    db,
    `SELECT file.path, file.id, bytes, mtime_ms, missing, problem_code,
       EXISTS (SELECT 1 FROM photo WHERE photo.id = file.photo_id AND fingerprint IS NULL)
     FROM json_each(?) CROSS JOIN file ON file.path = value`,
  ).all(JSON.stringify(paths));
  return new Map(
    rows.map(([path, id, bytes, mtimeMs, missing, problem, incomplete]) => [
      path,
      { id, bytes, mtimeMs, missing: missing === 1, problem, incomplete: incomplete === 1 },
    ]),
  );
}

/** The newest file that was ever met; 0 when there is none. */
export const newestFile = (db: Db): number =>
  prepareColumn<number>(db, `SELECT coalesce(max(id), 0) FROM file`).get() ?? 0;

/**
 * Paths of the files that were there and that `isMet` does not know, up to the file `last`. Others may write between
 * two pages; each page is true for its moment. Throws the signal's reason.
 */
export async function unmetFiles(
  db: Db,
  isMet: (id: number) => boolean,
  { last, signal }: { last: number; signal: AbortSignal },
): Promise<string[]> {
  const page = prepareColumn<number>(
    db,
    `SELECT id FROM file WHERE id > ? AND id <= ? AND missing = 0 ORDER BY id LIMIT ${PAGE}`,
  );
  const pathOf = prepareColumn<string>(db, `SELECT path FROM file WHERE id = ?`);
  const unmet: string[] = [];
  for (let after = 0; ; await setImmediate()) {
    signal.throwIfAborted();
    const ids = page.all(after, last);
    for (const id of ids) if (!isMet(id)) unmet.push(pathOf.get(id)!);
    if (ids.length < PAGE) return unmet;
    after = ids.at(-1)!;
  }
}

/**
 * Records what a scan learned, in one transaction; says which photos thereby came into the grid and which left it.
 * `firstPhotoId` numbers the very first photo of a library; the others follow.
 */
export function recordFiles(
  db: Db,
  changes: readonly FileChange[],
  firstPhotoId: number,
): { added: PhotoPage; removed: PhotoId[] } {
  return transact(db, () => {
    const holds = changes.map((change) => (change.kind === 'photo' ? keepPhoto(db, change.photo, firstPhotoId) : null));
    const touched = JSON.stringify([...holds.filter((id) => id !== null), ...photosAt(db, changes)]);
    const before = photosThere(db, touched);
    changes.forEach((change, i) => recordFile(db, change, holds[i] ?? null));
    const after = photosThere(db, touched);
    return {
      added: pageOf(
        db,
        [...after].filter((id) => !before.has(id)),
      ),
      removed: [...before].filter((id) => !after.has(id)),
    };
  });
}

/** The id of the photo with this content, new or known. */
export function keepPhoto(db: Db, photo: NewPhoto, firstPhotoId: number): PhotoId {
  const { sha256, width, height, format, bytes, damaged, takenAt, fingerprint } = photo;
  prepare(
    db,
    `INSERT INTO photo (id, sha256, width, height, format, bytes, damaged, taken_at, fingerprint, added_at)
     VALUES ((SELECT coalesce(max(id) + 1, ?) FROM photo), ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sha256) DO UPDATE SET taken_at = excluded.taken_at, fingerprint = excluded.fingerprint
     WHERE photo.fingerprint IS NULL`,
  ).run(
    ...[firstPhotoId, sha256, width, height, format, bytes, damaged ? 1 : 0],
    ...[takenAt, fingerprint, new Date().toISOString()],
  );
  const row = prepare<{ id: PhotoId }>(db, `SELECT id FROM photo WHERE sha256 = ?`).get(sha256);
  if (!row) throw new Error(`photo ${sha256} was not kept`);
  return row.id;
}

function recordFile(db: Db, change: FileChange, photoId: PhotoId | null): void {
  if (change.kind === 'gone' || change.kind === 'back') {
    prepare(db, `UPDATE file SET missing = ? WHERE path = ?`).run(change.kind === 'gone' ? 1 : 0, change.path);
    return;
  }
  const [code, reason] = change.kind === 'problem' ? [change.code, change.reason] : [null, null];
  prepare(
    db,
    `INSERT INTO file (path, photo_id, bytes, mtime_ms, problem_code, problem_reason) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (path) DO UPDATE SET photo_id = excluded.photo_id, bytes = excluded.bytes, mtime_ms = excluded.mtime_ms,
       problem_code = excluded.problem_code, problem_reason = excluded.problem_reason, missing = 0`,
  ).run(change.path, photoId, change.bytes, change.mtimeMs, code, reason);
}

const photosAt = (db: Db, changes: readonly FileChange[]): PhotoId[] =>
  prepare<{ id: PhotoId }>(
    db,
    `SELECT photo_id AS id FROM json_each(?) JOIN file ON file.path = value WHERE photo_id IS NOT NULL`,
  )
    .all(JSON.stringify(changes.map(({ path }) => path)))
    .map(({ id }) => id);

/** Those of the photos (ids as JSON) that are there. */
const photosThere = (db: Db, ids: string): Set<PhotoId> =>
  new Set(
    prepare<{ id: PhotoId }>(
      db,
      `SELECT DISTINCT photo.id FROM json_each(?) JOIN photo ON photo.id = value AND present = 1`,
    )
      .all(ids)
      .map(({ id }) => id),
  );

function pageOf(db: Db, ids: readonly PhotoId[]): PhotoPage {
  const rows = prepare<{ id: PhotoId; width: number; height: number; label: number; path: string }>(
    db,
    `SELECT photo.id, width, height, ${labelCodeSql} AS label, ${firstPathSql} AS path
     FROM json_each(?) JOIN photo ON photo.id = value LEFT JOIN label ON label.photo_id = photo.id ORDER BY photo.id`,
  ).all(JSON.stringify(ids));
  return {
    ids: rows.map(({ id }) => id),
    names: rows.map(({ path }) => nameAt(path)),
    widths: rows.map(({ width }) => width),
    heights: rows.map(({ height }) => height),
    labels: rows.map(({ label }) => label),
  };
}

/** Those of the files that are gone whose photo one of these others holds. */
export const countMoved = (db: Db, gone: readonly string[], others: readonly string[]): number =>
  gone.length === 0 || others.length === 0
    ? 0
    : (prepareColumn<number>(
        db,
        `SELECT count(*) FROM json_each(?) JOIN file ON file.path = value WHERE photo_id IN
           (SELECT photo_id FROM json_each(?) JOIN file ON file.path = value WHERE photo_id IS NOT NULL)`,
      ).get(JSON.stringify(gone), JSON.stringify(others)) ?? 0);

/** SQL for whether a file is a problem. An XMP file holds no photo, and belongs to one. */
export const isProblemSql = `(problem_code IS NOT NULL AND NOT (problem_code = 'not-an-image' AND path LIKE '%.xmp'))`;

/** Photos and problems that are in the folder now. */
export const countFound = (db: Db): { photos: number; problems: number } =>
  prepare<{ photos: number; problems: number }>(
    db,
    `SELECT count(DISTINCT photo_id) AS photos, count(*) FILTER (WHERE ${isProblemSql}) AS problems
     FROM file WHERE missing = 0`,
  ).get() ?? { photos: 0, problems: 0 };

export const countLabelled = (db: Db): number =>
  prepare<{ n: number }>(
    db,
    `SELECT count(*) AS n FROM label JOIN photo ON photo.id = photo_id AND present = 1 WHERE class_id IS NOT NULL`,
  ).get()?.n ?? 0;

const PARTLY_DAMAGED = "A part of this picture can't be read; the rest is used as it is.";

/** Files that are in the folder now and hold no photo, or a damaged one, by path. */
export const listProblems = (db: Db): Problem[] =>
  prepare<Problem>(
    db,
    `SELECT path, problem_code AS code, problem_reason AS reason FROM file
     WHERE ${isProblemSql} AND missing = 0
     UNION ALL
     SELECT path, 'partly-damaged', ? FROM photo JOIN file ON file.photo_id = photo.id
     WHERE damaged = 1 AND missing = 0
     ORDER BY path`,
  ).all(PARTLY_DAMAGED);

/** The photo with this content that has a file now, or null. */
export const presentPhoto = (db: Db, sha256: string): PhotoId | null =>
  prepareColumn<PhotoId>(db, `SELECT id FROM photo WHERE sha256 = ? AND present = 1`).get(sha256) ?? null;

export const photoHash = (db: Db, id: PhotoId): string | null =>
  prepare<{ sha256: string }>(db, `SELECT sha256 FROM photo WHERE id = ?`).get(id)?.sha256 ?? null;

export interface Rewritten {
  /** SHA-256 of the photo's content before and now. */
  before: string;
  now: string;
  /** Its files, as they are now. */
  files: FileStamp[];
}

/**
 * Photos whose files were written anew with the same pixels: they stay the photos that they were, with their labels
 * and predictions. One whose new content is known as another photo is left for the next scan to find.
 */
export function recordRewritten(db: Db, photos: readonly Rewritten[]): void {
  transact(db, () => {
    const rename = prepare(db, `UPDATE OR IGNORE photo SET sha256 = ?, bytes = ? WHERE sha256 = ?`);
    const stamp = prepare(db, `UPDATE file SET bytes = ?, mtime_ms = ? WHERE path = ?`);
    for (const { before, now, files } of photos) {
      const [first] = files;
      if (!first || rename.run(now, first.bytes, before).changes === 0) continue;
      for (const { path, bytes, mtimeMs } of files) stamp.run(bytes, mtimeMs, path);
    }
  });
}

/** Files that held this photo when they were last looked at. */
export const filesOf = (db: Db, id: PhotoId): FileStamp[] =>
  prepare<FileStamp>(
    db,
    `SELECT path, bytes, mtime_ms AS mtimeMs FROM file WHERE photo_id = ? AND missing = 0 ORDER BY id`,
  ).all(id);

/** How many files a folder is known again by. */
export const SAMPLE_FILES = 32;

/** Up to `size` files spread over the whole folder, with their content: enough to know the folder again elsewhere. */
export const sampleFiles = (db: Db, size: number): FileSample[] =>
  prepare<FileSample>(
    db,
    `WITH photos AS (
       SELECT path, file.bytes, sha256, row_number() OVER (ORDER BY path) - 1 AS i, count(*) OVER () AS n
       FROM file JOIN photo ON photo.id = photo_id WHERE missing = 0)
     SELECT path, bytes, sha256 FROM photos WHERE i % max(1, n / @size) = 0 ORDER BY i LIMIT @size`,
  ).all({ size });

export interface FileSample {
  path: string;
  bytes: number;
  sha256: string;
}
