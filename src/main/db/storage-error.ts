// Turns what SQLite and the file system say into a sentence with a remedy; leaves every other error as it is.

import { dirname } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import { backupsOf } from './backups.ts';
import { plural } from '../../shared/words.ts';

/** Another process holds the database's write lock. */
export class DatabaseBusy extends WhiskerError {
  constructor(file: string) {
    super('storage-failed', `Another program is using "${file}".`, 'Close the other Whisker, then try again.');
  }
}

/** 'restorable' or 'storage-failed' when the database file is the trouble; anything else comes back unchanged. */
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
  // A folder can't be made on a read-only disk, and Node then says that there is none.
  const noFolder = code === 'ENOENT' && 'syscall' in error && error.syscall === 'mkdir';
  if (noFolder || /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EACCES|EPERM|EROFS|ENOTDIR|EEXIST)/.test(code)) {
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
    return new DatabaseBusy(file);
  }
  return error;
}

/** The same for errors that may have come from anywhere: only SQLite's own are about the database file. */
export const sqliteError = (error: unknown, file: string): unknown =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_')
    ? storageError(error, file)
    : error;

/** The file is there and is no sound database. */
export class DatabaseDamaged extends WhiskerError {}

export const damaged = (file: string, finding: string): DatabaseDamaged =>
  broken(DatabaseDamaged, file, `The library's database "${file}" is damaged (${finding.replaceAll('\n', ' ')}).`);

/** `labelled`: how many labels it is known to have held. */
export const lost = (file: string, how: 'empty' | 'missing', labelled: number): WhiskerError => {
  const kept = plural(labelled, ['# label was', '# labels were']);
  return broken(WhiskerError, file, `The library's database "${file}" is ${how}, though ${kept} kept there.`);
};

const dayAndTime = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' });

function broken<E extends WhiskerError>(
  Kind: new (...what: ConstructorParameters<typeof WhiskerError>) => E,
  file: string,
  sentence: string,
): E {
  const [newest] = backupsOf(file);
  return newest
    ? new Kind('restorable', sentence, `Restore its backup: it is as of ${dayAndTime.format(newest.asOf)}.`)
    : new Kind(
        'storage-failed',
        sentence,
        `Put it back from a copy of your own, or move the folder "${dirname(file)}" away to begin anew.`,
      );
}
