// A folder that a person has named, as the system knows it.

import { access, constants, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';

/** Its real, absolute path. Throws 'folder-unavailable' when it is not there, no folder, or may not be read. */
export async function realFolder(asked: string): Promise<string> {
  const folder = resolve(asked);
  const unavailable = (message: string, remedy: string) => new WhiskerError('folder-unavailable', message, remedy);
  const place = await realpath(folder).catch(() => {
    throw unavailable(`There is no folder "${folder}".`, 'Check the path; if it is on a drive, connect it.');
  });
  if (!(await stat(place)).isDirectory()) {
    throw unavailable(`"${folder}" is a file, not a folder.`, 'Choose the folder it is in.');
  }
  await access(place, constants.R_OK | constants.X_OK).catch(() => {
    throw unavailable(
      `There is no permission to read the folder "${folder}".`,
      'Ask for permission, or choose another.',
    );
  });
  return place;
}
