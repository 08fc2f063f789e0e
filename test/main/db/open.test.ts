import { existsSync, readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { libraryMigrations } from '../../../src/main/db/migrations/index.ts';
import { openDatabase, prepare, prepareTuples, slowQueries, transact } from '../../../src/main/db/open.ts';
import { sqliteError, storageError } from '../../../src/main/db/storage-error.ts';
import { toFailure, WhiskerError } from '../../../src/shared/errors.ts';
import type { Failure } from '../../../src/shared/errors.ts';
import { smallDisk } from '../../fixtures/small-disk.ts';
import { sampleDatabase, temporaryFolder } from './sample-photos.ts';

const known = libraryMigrations.length;
const addNote = `CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;`;
const broken = `CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; DROP TABLE photo; SELECT nonsense;`;

function failureOf(body: () => unknown): Failure {
  try {
    body();
  } catch (error) {
    return toFailure(error);
  }
  throw new Error('nothing was thrown');
}

const count = (file: string, migrations?: readonly string[]): unknown => {
  const db = openDatabase(file, migrations);
  const n = db.prepare('SELECT count(*) FROM photo').pluck().get();
  db.close();
  return n;
};

test('a fresh database is durable, checks its references and has no backup', () => {
  const { db, file } = sampleDatabase(0);
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('synchronous', { simple: true })).toBe(2);
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  expect(db.pragma('user_version', { simple: true })).toBe(libraryMigrations.length);
  const strict = db.prepare(
    `SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite%'`,
  );
  expect(strict.pluck().get()).toBe(0);
  db.close();
  expect(readdirSync(join(file, '..')).filter((name) => name.includes('before'))).toEqual([]);
});

test('each migration is preceded by a backup that opens by itself', () => {
  const { db, file } = sampleDatabase(3);
  db.close();
  const migrated = openDatabase(file, [...libraryMigrations, addNote, `INSERT INTO note (text) VALUES ('last');`]);
  expect(migrated.pragma('user_version', { simple: true })).toBe(known + 2);
  expect(migrated.prepare('SELECT text FROM note').pluck().all()).toEqual(['last']);
  migrated.close();

  expect(count(`${file}.before-v${known + 1}`, libraryMigrations)).toBe(3);
  expect(count(`${file}.before-v${known + 2}`, [...libraryMigrations, addNote])).toBe(3);
  expect(existsSync(`${file}.before-v${known + 1}.partial`)).toBe(false);
});

test('a failing migration leaves the database as it was, and the next start can try again', () => {
  const { db, file } = sampleDatabase(3);
  db.close();
  const failure = failureOf(() => openDatabase(file, [...libraryMigrations, broken]));
  expect(failure.code).toBe('storage-failed');
  expect(failure.message).toContain('could not be brought up to date');
  expect(failure.message).toContain(file);
  expect(failure.remedy).toContain('Nothing was changed');

  const old = openDatabase(file);
  expect(old.pragma('user_version', { simple: true })).toBe(known);
  expect(old.prepare(`SELECT name FROM sqlite_schema WHERE name = 'half'`).get()).toBeUndefined();
  old.close();
  expect(count(file, [...libraryMigrations, addNote])).toBe(3);
});

test('a migration that leaves loose references is refused', () => {
  const { db, file } = sampleDatabase(1);
  db.close();
  const failure = failureOf(() => openDatabase(file, [...libraryMigrations, 'DELETE FROM photo;']));
  expect(failure.message).toContain('1 row refers to what is not there');
  expect(count(file)).toBe(1);
});

test('a database of a newer Whisker is left alone and says so', () => {
  const { db, file } = sampleDatabase(1);
  db.pragma('user_version = 99');
  db.close();
  const failure = failureOf(() => openDatabase(file));
  expect(failure.code).toBe('storage-failed');
  expect(failure.message).toContain('newer Whisker');
  expect(failure.remedy).toContain('Update Whisker');
});

test('a damaged database offers its newest backup as the remedy', () => {
  const { db, file } = sampleDatabase(2000);
  db.close();
  for (const [name, day] of Object.entries({ 'before-v2': 8, 'backup-2026-11-10': 10, 'before-v10': 9 })) {
    writeFileSync(`${file}.${name}`, '');
    utimesSync(`${file}.${name}`, new Date(2026, 10, day, 18, 3), new Date(2026, 10, day, 18, 3));
  }
  truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
  const cut = failureOf(() => openDatabase(file));
  expect(cut.code).toBe('restorable');
  expect(cut.message).toContain('is damaged');
  expect(cut.remedy).toMatch(/^Restore its backup: it is as of November 10, 2026.* 6:03\sPM\.$/);

  writeFileSync(file, 'This is a text that somebody saved under the wrong name. '.repeat(100));
  const garbage = failureOf(() => openDatabase(file));
  expect(garbage.message).toContain('is damaged');
  expect(readFileSync(file, 'utf8')).toContain('wrong name');
});

test('pages overwritten in the middle of the file are found on opening, not when a label is lost', () => {
  const { db, file } = sampleDatabase(2000);
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4096 * 10, 4096 * 30);
  writeFileSync(file, bytes);
  const failure = failureOf(() => openDatabase(file));
  expect(failure.message).toContain('is damaged');
  expect(failure.code).toBe('storage-failed');
  expect(failure.remedy).toContain('to begin anew');
});

test('a place where nothing can be written gives a sentence and a remedy', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'not-a-folder'), '');
  const failure = failureOf(() => openDatabase(join(folder, 'not-a-folder', 'library.sqlite')));
  expect(failure.code).toBe('storage-failed');
  expect(failure.remedy).toContain('--library');
});

test('a folder that can’t be made, as on a read-only disk, gives the same sentence', (context) => {
  const disk = smallDisk('1m', 'ro');
  if (disk === null) return context.skip('only root may mount a disk');
  const failure = failureOf(() => openDatabase(join(disk, 'new', 'library.sqlite')));
  expect(failure).toMatchObject({
    code: 'storage-failed',
    message: `Whisker can't write its database "${join(disk, 'new', 'library.sqlite')}".`,
    remedy: expect.stringContaining('--library'),
  });
});

test('a full disk takes back the whole transaction and says that nothing was saved', () => {
  const { db } = sampleDatabase(10);
  const pages = Number(db.pragma('page_count', { simple: true }));
  db.pragma(`max_page_count = ${pages}`);
  const fill = () =>
    transact(db, () => {
      for (let i = 0; i < 1000; i++) prepare(db, `INSERT INTO meta VALUES (?, ?)`).run(`key ${i}`, 'x'.repeat(1000));
    });
  const failure = failureOf(fill);
  expect(failure.code).toBe('storage-failed');
  expect(failure.message).toContain('is full');
  expect(db.prepare('SELECT count(*) FROM meta').pluck().get()).toBe(0);
});

test('a read-only database gives a sentence', () => {
  const { db } = sampleDatabase(1);
  db.pragma('query_only = ON');
  const failure = failureOf(() => transact(db, () => db.exec(`DELETE FROM meta`)));
  expect(failure.code).toBe('storage-failed');
  expect(failure.message).toContain("can't write");
});

test('errors that are not about storage stay what they are', () => {
  const own = new WhiskerError('conflict', 'Taken.');
  const bug = new TypeError('x is not a function');
  expect(storageError(own, 'a')).toBe(own);
  expect(storageError(bug, 'a')).toBe(bug);
});

test('where errors may come from anywhere, only those of SQLite are laid on the database', () => {
  const { db, file } = sampleDatabase(1);
  db.pragma('query_only = ON');
  const failure = failureOf(() => {
    try {
      db.exec('DELETE FROM meta');
    } catch (error) {
      throw sqliteError(error, file);
    }
  });
  expect(failure).toMatchObject({ code: 'storage-failed', message: expect.stringContaining(file) });
  const elsewhere = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  expect(sqliteError(elsewhere, file)).toBe(elsewhere);
});

test('a query that takes long is announced with its SQL and without its values; a quick one is not', () => {
  const db = openDatabase(join(temporaryFolder(), 'library.sqlite'));
  onTestFinished(() => void db.close());
  const heard: unknown[] = [];
  const listen = (query: unknown) => heard.push(query);
  slowQueries.subscribe(listen);
  onTestFinished(() => void slowQueries.unsubscribe(listen));
  prepare(db, 'SELECT ? AS quick').get('minka');
  const slow = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT max(i) FROM n`;
  prepare(db, slow).get(2_000_000);
  expect(heard).toEqual([{ sql: slow, ms: expect.any(Number) }]);
});

test('the same SQL gives objects or tuples, as each caller asked, however they take turns', () => {
  const { db } = sampleDatabase(1);
  const sql = 'SELECT 1 AS one, 2 AS two';
  expect(prepare(db, sql).all()).toEqual([{ one: 1, two: 2 }]);
  expect(prepareTuples(db, sql).all()).toEqual([[1, 2]]);
  expect(prepare(db, sql).all()).toEqual([{ one: 1, two: 2 }]);
});
