// Whether a database that somebody else hands over is one of Whisker's, to the letter: tables, views and triggers of
// others would be carried out as soon as it is read or written.

import Database from 'better-sqlite3';
import { WhiskerError } from '../../shared/errors.ts';
import { libraryMigrations } from './migrations/index.ts';
import { openDatabase, type Db } from './open.ts';

/** Throws 'bad-input' when the file is no library's database, is damaged, or is not as its version has it. */
export function requireOwn(file: string): void {
  const refused = (what: string) => new WhiskerError('bad-input', `The database in the archive ${what}.`);
  let db: Db | undefined;
  try {
    db = new Database(file, { readonly: true });
    db.pragma('trusted_schema = OFF');
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version < 1 || version > libraryMigrations.length) throw refused('has a version that is not known here');
    if (schemaOf(db) !== schemaOfVersion(version)) throw refused('is not as Whisker makes it');
    if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw refused('is damaged');
    if (db.pragma('foreign_key_check', { simple: true }) !== undefined) throw refused('is damaged');
  } catch (error) {
    throw error instanceof Database.SqliteError ? refused(`can’t be read (${error.message})`) : error;
  } finally {
    db?.close();
  }
}

const schemaOf = (db: Db): string =>
  JSON.stringify(
    db
      .prepare(`SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`)
      .raw()
      .all(),
  );

function schemaOfVersion(version: number): string {
  const db = openDatabase(':memory:', libraryMigrations.slice(0, version));
  try {
    return schemaOf(db);
  } finally {
    db.close();
  }
}
