// Which folder the photos of this library lie in, kept with the library itself.

import { prepare } from './open.ts';
import type { Db } from './open.ts';

/** Absolute path; null in a library that was made before this was kept. */
export const libraryFolder = (db: Db): string | null =>
  prepare<{ value: string }>(db, `SELECT value FROM meta WHERE key = 'folder'`).get()?.value ?? null;

export function setLibraryFolder(db: Db, folder: string): void {
  prepare(db, `INSERT OR REPLACE INTO meta (key, value) VALUES ('folder', ?)`).run(folder);
}
