// What a library says of itself without being opened: enough to find it, should the list of libraries be lost.

import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { countFound, countLabelled, SAMPLE_FILES, sampleFiles, type FileSample } from './files.ts';
import { libraryFolder } from './library-folder.ts';

export interface LibraryCard {
  /** Absolute path; null in a library that was made before this was kept. */
  folder: string | null;
  /** 0 where there is none yet. */
  firstPhotoId: number;
  photos: number;
  labelled: number;
  sample: FileSample[];
  /** ISO 8601. */
  changedAt: string;
}

/** Null when the file is no database that can be read. Nothing in it is changed. */
export function readCard(file: string): LibraryCard | null {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      return {
        folder: libraryFolder(db),
        firstPhotoId: Number(db.prepare('SELECT coalesce(min(id), 0) FROM photo').pluck().get()),
        photos: countFound(db).photos,
        labelled: countLabelled(db),
        sample: sampleFiles(db, SAMPLE_FILES),
        changedAt: statSync(file).mtime.toISOString(),
      };
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}
