import { copyFileSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backUpToday, backupsOf, restoreBackup } from '../../../src/main/db/backups.ts';
import { openDatabase } from '../../../src/main/db/open.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { sampleDatabase, temporaryFolder } from './sample-photos.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 10, 20, 9) }));
afterEach(() => void vi.useRealTimers());

const nextDay = () => vi.setSystemTime(Date.now() + 24 * 3600 * 1000);
const names = (file: string) => backupsOf(file).map(({ path }) => basename(path).replace(`${basename(file)}.`, ''));
const daily = { renew: false };

/** Looks at a copy, so that the file itself stays as it is. */
function classesIn(file: string): unknown[] {
  const copy = join(temporaryFolder(), 'copy.sqlite');
  copyFileSync(file, copy);
  const db = openDatabase(copy);
  const found = db.prepare('SELECT name FROM class ORDER BY id').pluck().all();
  db.close();
  return found;
}

test('each day on which something changed has a backup, the newest two are kept', () => {
  const { db, file } = sampleDatabase(5);
  for (const name of ['one', 'two', 'three']) {
    createClass(db, { name });
    backUpToday(db, daily);
    nextDay();
  }
  expect(names(file)).toEqual(['backup-2026-11-22', 'backup-2026-11-21']);
  backUpToday(db, daily);
  expect(names(file)).toEqual(['backup-2026-11-22', 'backup-2026-11-21']);
  db.close();
  expect(classesIn(`${file}.backup-2026-11-22`)).toEqual(['one', 'two', 'three']);
  expect(classesIn(`${file}.backup-2026-11-21`)).toEqual(['one', 'two']);
});

test('the backup of a day is made anew when that is asked for, and then holds the whole day', () => {
  const { db, file } = sampleDatabase(5);
  createClass(db, { name: 'morning' });
  backUpToday(db, daily);
  createClass(db, { name: 'evening' });
  backUpToday(db, daily);
  expect(classesIn(`${file}.backup-2026-11-20`)).toEqual(['morning']);
  backUpToday(db, { renew: true });
  db.close();
  expect(classesIn(`${file}.backup-2026-11-20`)).toEqual(['morning', 'evening']);

  const again = openDatabase(file);
  nextDay();
  backUpToday(again, { renew: true });
  again.close();
  expect(names(file)).toEqual(['backup-2026-11-20']);
});

test('a damaged database takes the place of no backup, and nothing half done stays', () => {
  const { db, file } = sampleDatabase(2000);
  createClass(db, { name: 'one' });
  backUpToday(db, daily);
  const whole = readFileSync(`${file}.backup-2026-11-20`);
  createClass(db, { name: 'two' });
  db.pragma('wal_checkpoint(TRUNCATE)');
  // What SQLite remembers of the file it does not read again.
  db.pragma('cache_size = 1');
  db.pragma('shrink_memory');
  writeFileSync(file, readFileSync(file).fill(0xa5, 4096 * 20, 4096 * 40));
  expect(() => backUpToday(db, { renew: true })).toThrow(/malformed/);
  nextDay();
  expect(() => backUpToday(db, daily)).toThrow(/malformed/);
  db.close();
  expect(names(file)).toEqual(['backup-2026-11-20']);
  expect(readFileSync(`${file}.backup-2026-11-20`)).toEqual(whole);
  expect(readdirSync(dirname(file)).filter((name) => name.includes('partial'))).toEqual([]);
});

test('the newest backup that is whole takes the place of the database, which stays beside it', () => {
  const { db, file } = sampleDatabase(5);
  createClass(db, { name: 'kept' });
  backUpToday(db, daily);
  db.close();
  const later = new Date(Date.now() + 3600_000);
  writeFileSync(`${file}.backup-2026-11-21`, 'half a copy');
  utimesSync(`${file}.backup-2026-11-21`, later, later);
  writeFileSync(file, 'no database');
  writeFileSync(`${file}-wal`, 'and its log');

  expect(restoreBackup(file)?.path).toBe(`${file}.backup-2026-11-20`);
  expect(classesIn(file)).toEqual(['kept']);
  const aside = `${file}.damaged-2026-11-20T09-00-00-000Z`.replace(
    '09',
    String(new Date().getUTCHours()).padStart(2, '0'),
  );
  expect(readFileSync(aside, 'utf8')).toBe('no database');
  expect(readFileSync(`${aside}-wal`, 'utf8')).toBe('and its log');
  expect(existsSync(`${file}.restored`)).toBe(false);
});

test('without a backup that is whole nothing is moved', () => {
  const { db, file } = sampleDatabase(5);
  db.close();
  writeFileSync(`${file}.backup-2026-11-21`, 'half a copy');
  writeFileSync(file, 'no database');
  expect(restoreBackup(file)).toBeNull();
  expect(readFileSync(file, 'utf8')).toBe('no database');
});
