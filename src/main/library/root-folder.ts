// The library's folder itself, as a scan finds it. While it is away, nothing can be said of the files in it.

import { readdir, stat } from 'node:fs/promises';
import { WhiskerError } from '../../shared/errors.ts';

/**
 * Looks at the folder that a scan begins with; the function it resolves to looks again. Both throw
 * 'folder-unavailable', in one sentence, when the folder is away: not there, not to be listed, or another one by now,
 * such as the empty place that is left where a drive was.
 */
export async function findRoot(folder: string): Promise<() => Promise<void>> {
  const first = await identityOf(folder);
  return async () => {
    if ((await identityOf(folder)) !== first) throw away(folder, "isn't there now");
  };
}

async function identityOf(folder: string): Promise<string> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    await readdir(folder);
    return `${dev}:${ino}`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const isGone = code === 'ENOENT' || code === 'ENOTDIR';
    throw away(folder, isGone ? "isn't there now" : `can't be listed now (${code || String(error)})`);
  }
}

const away = (folder: string, how: string): WhiskerError =>
  new WhiskerError(
    'folder-unavailable',
    `The folder "${folder}" ${how}. Its labels are kept.`,
    'Connect its drive and look again, or say where the folder is now.',
  );
