// Turns what SQLite and the file system say into a sentence with a remedy; leaves every other error as it is.

import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';

/** WhiskerError('storage-failed') when the database file is the trouble; anything else comes back unchanged. */
export function storageError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof WhiskerError || !('code' in error)) return error;
  const code = String(error.code);
  const failed = (problem: string, remedy: string) => new WhiskerError('storage-failed', problem, remedy);

  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return damaged(file, error.message);
  }
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) {
    return failed(`The disk that holds "${file}" is full, so nothing was saved.`, 'Free some space, then try again.');
  }
  if (/^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EACCES|EPERM|EROFS|ENOTDIR|EEXIST)/.test(code)) {
    return failed(
      `Whisker can't write its database "${file}".`,
      'Make that folder writable, or keep the library elsewhere with --library.',
    );
  }
  if (/^(SQLITE_IOERR|EIO)/.test(code)) {
    return failed(
      `Reading or writing "${file}" failed (${error.message}).`,
      'Check the disk, then open the library again.',
    );
  }
  if (/^SQLITE_BUSY/.test(code)) {
    return failed(`Another program is using "${file}".`, 'Close the other Whisker, then try again.');
  }
  return error;
}

/** The same for errors that may have come from anywhere: only SQLite's own are about the database file. */
export const sqliteError = (error: unknown, file: string): unknown =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_')
    ? storageError(error, file)
    : error;

export const damaged = (file: string, finding: string): WhiskerError =>
  new WhiskerError(
    'storage-failed',
    `The library's database "${file}" is damaged (${finding.replaceAll('\n', ' ')}).`,
    damageRemedy(file),
  );

function damageRemedy(file: string): string {
  const folder = dirname(file);
  const prefix = `${basename(file)}.before-v`;
  const backups = existsSync(folder)
    ? readdirSync(folder).filter((name) => /^\d+$/.test(name.slice(prefix.length)) && name.startsWith(prefix))
    : [];
  const newest = backups.sort((a, b) => Number(a.slice(prefix.length)) - Number(b.slice(prefix.length))).at(-1);
  return newest === undefined
    ? 'Move that file away and open the folder again: the library then starts afresh.'
    : `Move that file away and put its backup "${join(folder, newest)}" in its place.`;
}
