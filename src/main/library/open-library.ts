// The open library as its services hold it: which folder it is, where what is kept of it lies, where its photos are.

import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PhotoId } from '../../shared/types.ts';
import { filesOf } from '../db/files.ts';
import type { Db } from '../db/open.ts';

export interface OpenLibrary {
  readonly db: Db;
  /** Absolute path of the folder of photos. */
  readonly folder: string;
  readonly name: string;
  /** Where the database, thumbs/ and runs/ live. */
  readonly dir: string;
}

export const thumbsOf = ({ dir }: Pick<OpenLibrary, 'dir'>): string => join(dir, 'thumbs');

/** A readable file that is still the one that held this photo, or null. */
export async function readablePath(
  { db, folder }: Pick<OpenLibrary, 'db' | 'folder'>,
  id: PhotoId,
): Promise<string | null> {
  for (const { path, bytes, mtimeMs } of filesOf(db, id)) {
    const absolute = join(folder, path);
    try {
      const stats = await stat(absolute);
      if (stats.size !== bytes || stats.mtimeMs !== mtimeMs) continue;
      await access(absolute, constants.R_OK);
      return absolute;
    } catch {
      // Gone or locked since the last scan: another copy may do.
    }
  }
  return null;
}
