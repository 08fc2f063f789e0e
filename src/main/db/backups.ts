// Copies of a database beside it: one for each day on which something changed, and one before each migration. Makes
// them, says which there are, and puts the newest whole one in the place of a database that is damaged or lost.

import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';

export interface Backup {
  path: string;
  /** When the database was last changed before this copy of it. */
  asOf: Date;
}

const KEPT_DAYS = 2;

/** Every backup of this database, newest first. */
export function backupsOf(file: string): Backup[] {
  const folder = dirname(file);
  if (!existsSync(folder)) return [];
  const suffix = /^\.(backup-\d{4}-\d{2}-\d{2}|before-v\d+)$/;
  return readdirSync(folder)
    .filter((name) => name.startsWith(basename(file)) && suffix.test(name.slice(basename(file).length)))
    .map((name) => join(folder, name))
    .map((path) => ({ path, asOf: statSync(path).mtime }))
    .sort((a, b) => b.asOf.getTime() - a.asOf.getTime());
}

const dailyOf = (file: string): Backup[] => backupsOf(file).filter(({ path }) => path.startsWith(`${file}.backup-`));

/**
 * Makes the backup of today, unless nothing has changed since the newest; one that was made earlier today stays as it
 * is, or is made again with `renew`. Reads the whole database, about 10 ms a megabyte, and throws what SQLite says
 * when that is damaged: a damaged copy never takes the place of a whole one.
 */
export function backUpToday(db: Database.Database, { renew }: { renew: boolean }): void {
  const file = db.name;
  const now = new Date();
  const today = `${file}.backup-${now.getFullYear()}-${twoDigits(now.getMonth() + 1)}-${twoDigits(now.getDate())}`;
  if (!renew && existsSync(today)) return;
  // What has been written since stands in the file itself then, and its time of change says so.
  db.pragma('wal_checkpoint(PASSIVE)');
  const { mtime } = statSync(file);
  if (dailyOf(file)[0]?.asOf.getTime() === mtime.getTime()) return;
  copyWhole(db, today, mtime);
  for (const { path } of dailyOf(file).slice(KEPT_DAYS)) rmSync(path, { force: true });
}

const twoDigits = (n: number): string => String(n).padStart(2, '0');

/** A whole copy or none: written under another name, flushed, then renamed. */
export function copyWhole(db: Database.Database, target: string, asOf = new Date()): void {
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  try {
    db.prepare('VACUUM INTO ?').run(partial);
    utimesSync(partial, asOf, asOf);
    flush(partial);
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/**
 * Copies the database into a new file as it is at one moment, page by page, so that everything else goes on meanwhile;
 * without a log beside it.
 */
export async function takeSnapshot(db: Database.Database, target: string): Promise<void> {
  await db.backup(target);
  const copy = new Database(target);
  copy.pragma('journal_mode = DELETE');
  copy.close();
}

/**
 * Puts the newest backup that is whole in the place of the database, which nobody has open. What lay there stays
 * beside it under another name. Null when no backup is whole; nothing is moved then.
 */
export function restoreBackup(file: string): Backup | null {
  const backup = backupsOf(file).find(({ path }) => isWhole(path));
  if (!backup) return null;
  const restored = `${file}.restored`;
  copyFileSync(backup.path, restored);
  flush(restored);
  setAside(file);
  renameSync(restored, file);
  return backup;
}

/** Gives a damaged database, which nobody has open, another name beside its own. */
export function setAside(file: string): void {
  const aside = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
}

function isWhole(path: string): boolean {
  try {
    const db = new Database(path, { readonly: true });
    try {
      return db.pragma('quick_check(1)', { simple: true }) === 'ok';
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

function flush(path: string): void {
  const handle = openSync(path, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}
