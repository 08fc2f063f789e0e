// Opens the registry, one small database in the data folder. A damaged one is made anew from the libraries themselves.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setAside } from './backups.ts';
import { readCard } from './library-card.ts';
import { openDatabase } from './open.ts';
import type { Db } from './open.ts';
import { DatabaseDamaged } from './storage-error.ts';

const migrations = [
  `CREATE TABLE library (
     number    INTEGER PRIMARY KEY AUTOINCREMENT,
     id        TEXT NOT NULL UNIQUE,
     folder    TEXT NOT NULL UNIQUE,
     photos    INTEGER NOT NULL DEFAULT 0,
     labelled  INTEGER NOT NULL DEFAULT 0,
     opened_at TEXT NOT NULL,
     -- Some files and their content, to know the folder again when it has moved.
     sample    TEXT NOT NULL DEFAULT '[]',
     forgotten INTEGER NOT NULL DEFAULT 0 CHECK (forgotten IN (0, 1))
   ) STRICT;`,
  `CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
];

const fileIn = (dataDir: string): string => join(dataDir, 'registry.sqlite');
export const hasRegistry = (dataDir: string): boolean => existsSync(fileIn(dataDir));

/** Where the registered library with this id lies. */
export const libraryDirOf = (dataDir: string, id: string): string => join(dataDir, 'libraries', id);

/** Photos are numbered in blocks, one block a library, so that no two libraries share a photo's URL in any cache. */
export const BLOCK = 1_000_000;

/**
 * Opens or creates the registry. A damaged one is kept beside it, and the new one knows each library that lies in the
 * data folder and says where its photos are: no label is lost, but the backbone has to be set up again. Throws
 * 'storage-failed'.
 */
export function openRegistry(dataDir: string): Db {
  const file = fileIn(dataDir);
  try {
    return openDatabase(file, migrations);
  } catch (error) {
    if (!(error instanceof DatabaseDamaged)) throw error;
    setAside(file);
    const db = openDatabase(file, migrations);
    findLibraries(db, dataDir);
    return db;
  }
}

/** Opens the registry for one look or one change. */
export function inRegistry<T>(dataDir: string, body: (db: Db) => T): T {
  const db = openRegistry(dataDir);
  try {
    return body(db);
  } finally {
    db.close();
  }
}

function findLibraries(db: Db, dataDir: string): void {
  const insert = db.prepare(
    `INSERT OR IGNORE INTO library (number, id, folder, photos, labelled, opened_at, sample)
     VALUES (@number, @id, @folder, @photos, @labelled, @changedAt, @sample)`,
  );
  const dir = join(dataDir, 'libraries');
  for (const id of existsSync(dir) ? readdirSync(dir) : []) {
    const card = readCard(join(libraryDirOf(dataDir, id), 'library.sqlite'));
    if (!card) continue;
    // The number that its photos show is given to no other library, also where the folder is not known: there the row
    // goes again, and comes back when the folder is opened, as the id derives from it.
    const number = Math.floor(card.firstPhotoId / BLOCK) || null;
    insert.run({ ...card, number, id, folder: card.folder ?? id, sample: JSON.stringify(card.sample) });
    if (card.folder === null) db.prepare('DELETE FROM library WHERE id = ?').run(id);
  }
}
