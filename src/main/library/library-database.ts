// The database of a library as it is opened for a folder: a lost one is not replaced in silence, one that is another
// folder's is refused, and a damaged or lost one can be had back from its backup.

import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toFailure, WhiskerError } from '../../shared/errors.ts';
import { restoreBackup } from '../db/backups.ts';
import { libraryFolder, setLibraryFolder } from '../db/library-folder.ts';
import { openDatabase, requireWhole, type Db } from '../db/open.ts';
import { lost, storageError } from '../db/storage-error.ts';

export interface LibraryPlace {
  /** Absolute path of the folder of photos. */
  folder: string;
  /** Where the database lies. */
  dir: string;
  /** Labels that the library held when it was last noted. */
  labelled: number;
}

const fileIn = (dir: string): string => join(dir, 'library.sqlite');

/**
 * Opens the database, a new one where none was. Throws 'conflict' when it is that of another folder which is still
 * there; 'restorable' when it is damaged or lost and has a backup; 'storage-failed' otherwise.
 */
export function openLibraryDatabase({ folder, dir, labelled }: LibraryPlace): Db {
  const file = fileIn(dir);
  refuseLost(file, labelled);
  const db = openDatabase(file);
  try {
    keepToItsFolder(db, folder);
    return db;
  } catch (error) {
    db.close();
    throw storageError(error, file);
  }
}

/**
 * Puts the newest backup in the place of a database that can't be opened, which stays beside it under another name.
 * Throws 'conflict' when the database is whole, and why it can't be opened when that is no matter of a backup.
 */
export function restoreLibraryDatabase({ folder, dir, labelled }: LibraryPlace): void {
  const file = fileIn(dir);
  const failure = whatIsWrong(file, labelled);
  if (failure === null) {
    throw new WhiskerError('conflict', `The library of "${folder}" is whole; nothing was restored.`, 'Open it.');
  }
  if (toFailure(failure).code !== 'restorable') throw failure;
  if (restoreBackup(file)) return;
  throw new WhiskerError(
    'storage-failed',
    `The backups of "${file}" are damaged too, so nothing was restored.`,
    'Put it back from a copy of your own.',
  );
}

function whatIsWrong(file: string, labelled: number): unknown {
  try {
    refuseLost(file, labelled);
    const db = openDatabase(file);
    try {
      requireWhole(db);
    } finally {
      db.close();
    }
    return null;
  } catch (error) {
    return error;
  }
}

/** A new database in the place of one that was in use would hide that its labels are gone. */
function refuseLost(file: string, labelled: number): void {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > 0) return;
  const left = ['runs', 'library.sqlite-wal'].some((name) => existsSync(join(dirname(file), name)));
  if (labelled > 0 || left) throw lost(file, existsSync(file) ? 'empty' : 'missing', labelled);
}

/** For another folder it would lose all its photos. */
function keepToItsFolder(db: Db, folder: string): void {
  const before = libraryFolder(db);
  if (before === folder) return;
  if (before !== null && existsSync(before)) {
    throw new WhiskerError(
      'conflict',
      `"${dirname(db.name)}" holds the library of the folder "${before}".`,
      `Keep the library of "${folder}" in another folder.`,
    );
  }
  setLibraryFolder(db, folder);
}
