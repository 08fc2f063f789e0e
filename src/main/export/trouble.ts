// What the system says when it won't write, as a sentence for a person.

import { WhiskerError } from '../../shared/errors.ts';
import { codeOf } from './place-file.ts';

type Words = [code: 'storage-failed' | 'bad-input' | 'folder-unavailable' | 'conflict', how: string, remedy: string];

const noPermission: Words = [
  'bad-input',
  "can't be written: it is read-only, or there is no permission.",
  'Choose another folder.',
];
const noRoom: Words = ['storage-failed', 'has no room left.', 'Free some space there, or choose another drive.'];
const gone: Words = ['folder-unavailable', 'is not there.', 'Check the path; if it is on a drive, connect it.'];
const cannot: Words = ['bad-input', "can't hold these files or links.", 'Choose another drive, or copies.'];

const reasons: Record<string, Words> = {
  EACCES: noPermission,
  EPERM: noPermission,
  EROFS: noPermission,
  ENOSPC: noRoom,
  EDQUOT: noRoom,
  ENOENT: gone,
  ENOTDIR: ['folder-unavailable', 'is not a folder.', 'Choose a folder.'],
  ENAMETOOLONG: ['bad-input', 'has too long a name for what is written in it.', 'Choose a folder further up.'],
  EINVAL: cannot,
  ENOTSUP: cannot,
  EOPNOTSUPP: cannot,
  ENOSYS: cannot,
  EEXIST: ['conflict', 'holds something of that name already.', 'Choose another name; nothing is overwritten.'],
};

/** `place`: the folder that is written to, or the file's own path. What has words already keeps them. */
export function troubleWith(place: string, error: unknown): WhiskerError {
  if (error instanceof WhiskerError) return error;
  const words = reasons[codeOf(error)];
  if (words) return new WhiskerError(words[0], `"${place}" ${words[1]}`, words[2]);
  const said = error instanceof Error ? error.message : String(error);
  return new WhiskerError('storage-failed', `"${place}" can't be written (${said}).`, 'Choose another folder.');
}

export const cancelled = (): WhiskerError => new WhiskerError('cancelled', 'Cancelled; nothing of it was left.');
