// Opens a SQLite file safely: durable settings, ordered migrations with a backup before each, errors as sentences.
// Knows no table.

import { channel } from 'node:diagnostics_channel';
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { toFailure, WhiskerError } from '../../shared/errors.ts';
import { copyWhole } from './backups.ts';
import { libraryMigrations } from './migrations/index.ts';
import { addPathFunctions } from './path-words.ts';
import { damaged, storageError } from './storage-error.ts';

export type Db = Database.Database;

type Cache = WeakMap<Db, Map<string, Database.Statement>>;
const statements: Cache = new WeakMap();
/** Apart, because what a row comes as is a property of the compiled statement. */
const tupleStatements: Cache = new WeakMap();
const columnStatements: Cache = new WeakMap();

/** A query that took long enough to be felt; its SQL holds no values. */
export interface SlowQuery {
  sql: string;
  ms: number;
}
const SLOW_MS = 50;
/** Where slow queries are announced, to whoever keeps a log. */
export const slowQueries = channel('whisker.slow-query');

/** The statement for this SQL, compiled once per database and timed. `Row` is what one row looks like. */
export function prepare<Row = unknown>(db: Db, sql: string): Database.Statement<unknown[], Row> {
  return cached(statements, db, sql, () => timed(db.prepare(sql)));
}

/** The same for rows as tuples of their columns: less to build where there are many. */
export function prepareTuples<Row extends unknown[]>(db: Db, sql: string): Database.Statement<unknown[], Row> {
  return cached(tupleStatements, db, sql, () => timed(db.prepare(sql).raw()));
}

/** The same for the one column that a query has. */
export function prepareColumn<Value>(db: Db, sql: string): Database.Statement<unknown[], Value> {
  return cached(columnStatements, db, sql, () => timed(db.prepare(sql).pluck()));
}

function cached<Row>(cache: Cache, db: Db, sql: string, compile: () => Database.Statement) {
  const ofDb = cache.get(db) ?? new Map<string, Database.Statement>();
  cache.set(db, ofDb);
  const statement = ofDb.get(sql) ?? compile();
  ofDb.set(sql, statement);
  return statement as Database.Statement<unknown[], Row>;
}

function timed(statement: Database.Statement): Database.Statement {
  const watch =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      const began = performance.now();
      try {
        return work.apply(statement, args);
      } finally {
        const ms = performance.now() - began;
        if (ms > SLOW_MS) slowQueries.publish({ sql: statement.source, ms } satisfies SlowQuery);
      }
    };
  statement.run = watch(statement.run);
  statement.get = watch(statement.get);
  statement.all = watch(statement.all);
  return statement;
}

/** How long a write waits while another process writes. The whole process waits with it. */
export const BUSY_MS = 5000;

/** Runs `body` in one transaction: on disk when this returns, or nothing of it. Nested calls join the outer one. */
export function transact<T>(db: Db, body: () => T): T {
  if (db.inTransaction) return body();
  try {
    return db.transaction(body).immediate();
  } catch (error) {
    throw storageError(error, db.name);
  }
}

/**
 * Opens or creates the database and brings it to the newest version; folders on the way are made.
 * `migrations[i]` is the SQL that leads to version i + 1.
 * Throws 'restorable' when the file is damaged and has a backup, and 'storage-failed' when it has none, can't be
 * written, or comes from a newer Whisker.
 */
export function openDatabase(file: string, migrations: readonly string[] = libraryMigrations): Db {
  let db: Db | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const suspect = mayBeDamaged(file);
    db = new Database(file, { timeout: BUSY_MS });
    db.pragma('journal_mode = WAL');
    // A label that the screen shows must survive a power cut, so each commit is flushed.
    db.pragma('synchronous = FULL');
    addPathFunctions(db);
    if (suspect) requireWhole(db);
    migrate(db, file, migrations);
    db.pragma('foreign_keys = ON');
    // Rows that a REPLACE removes must fire their triggers too.
    db.pragma('recursive_triggers = ON');
    return db;
  } catch (error) {
    db?.close();
    throw storageError(error, file);
  }
}

/** A check reads the whole file, about 10 ms a megabyte: worth it after a crash, and wherever it goes unnoticed. */
const quickToCheck = 16 * 2 ** 20;
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
const mayBeDamaged = (file: string): boolean => sizeOf(`${file}-wal`) > 0 || sizeOf(file) < quickToCheck;

/** Throws 'restorable' or 'storage-failed' when something is wrong with the file. */
export function requireWhole(db: Db): void {
  const finding = db.pragma('quick_check(1)', { simple: true });
  if (finding !== 'ok') throw damaged(db.name, String(finding));
}

const versionOf = (db: Db): number => Number(db.pragma('user_version', { simple: true }));

function migrate(db: Db, file: string, migrations: readonly string[]): void {
  if (versionOf(db) > migrations.length) {
    throw new WhiskerError(
      'storage-failed',
      `"${file}" was written by a newer Whisker (storage version ${versionOf(db)}; this one knows versions up to ${migrations.length}).`,
      'Update Whisker, then open the library again; nothing was changed.',
    );
  }
  // Rebuilding a table needs foreign keys off, which SQLite allows only outside a transaction; they are checked before
  // the commit.
  db.pragma('foreign_keys = OFF');
  const isNew = versionOf(db) === 0;
  for (let version = versionOf(db); version < migrations.length; version = versionOf(db)) {
    if (!isNew) copyWhole(db, `${file}.before-v${version + 1}`);
    try {
      db.transaction(() => step(db, version, migrations[version] ?? '')).immediate();
    } catch (error) {
      const cause = storageError(error, file);
      if (cause instanceof WhiskerError) throw cause;
      throw new WhiskerError(
        'storage-failed',
        `"${file}" could not be brought up to date: step ${version + 1} failed (${toFailure(error).message}).`,
        'Nothing was changed; go back to the Whisker that you used before, and report this.',
      );
    }
  }
}

function step(db: Db, version: number, sql: string): void {
  // Another process may have come first.
  if (versionOf(db) !== version) return;
  db.exec(sql);
  const [loose] = db.prepare('SELECT count(*) FROM pragma_foreign_key_check').pluck().all();
  if (loose !== 0)
    throw new Error(`${String(loose)} ${loose === 1 ? 'row refers' : 'rows refer'} to what is not there`);
  db.pragma(`user_version = ${version + 1}`);
}
