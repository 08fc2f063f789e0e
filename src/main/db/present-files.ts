// Every file that is in the folder now, with the photo it holds or the reason why it holds none. Only reads.

import type { PhotoId } from '../../shared/types.ts';
import type { FileStamp } from './files.ts';
import { prepare, prepareColumn } from './open.ts';
import type { Db } from './open.ts';

export interface PresentFile {
  /** Relative to the library's folder, '/' between folders. */
  path: string;
  photoId: PhotoId | null;
  problem: string | null;
}

export const presentFiles = (db: Db): PresentFile[] =>
  prepare<PresentFile>(
    db,
    `SELECT path, photo_id AS photoId, problem_reason AS problem FROM file WHERE missing = 0 ORDER BY path`,
  ).all();

/** Paths of the files that are in the folder now and whose names end like this, in any case. */
export const filesLike = (db: Db, ending: string): string[] =>
  prepareColumn<string>(db, `SELECT path FROM file WHERE missing = 0 AND path LIKE ? ORDER BY path`).all(`%${ending}`);

/** Photos that are in the folder now. */
export const allPhotos = (db: Db): PhotoId[] =>
  prepareColumn<PhotoId>(db, `SELECT id FROM photo WHERE present = 1 ORDER BY id`).all();

/** How a file was when it was looked at; null where none is known there. */
export const fileStamp = (db: Db, path: string): Pick<FileStamp, 'bytes' | 'mtimeMs'> | null =>
  prepare<Pick<FileStamp, 'bytes' | 'mtimeMs'>>(
    db,
    `SELECT bytes, mtime_ms AS mtimeMs FROM file WHERE path = ? AND missing = 0`,
  ).get(path) ?? null;
