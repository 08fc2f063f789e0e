// Every file that is in the folder now, with the photo it holds or the reason why it holds none. Only reads.

import type { PhotoId } from '../../shared/types.ts';
import { prepare } from './open.ts';
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
