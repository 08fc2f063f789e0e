// The library's folder itself, as a scan finds it. While it is away, nothing can be said of the files in it.

import { readdir, stat } from 'node:fs/promises';
import { WhiskerError } from '../../shared/errors.ts';

export interface Root {
  /** The drive that it lies on. */
  device: string;
  /** Looks again; throws as `findRoot` does. */
  stillThere(): Promise<void>;
}

/**
 * Looks at the folder that a scan begins with. Throws 'folder-unavailable', in one sentence, when the folder is away:
 * not there, not to be listed, another one by now, or the empty place that is left where a drive was. `before`: the
 * device that it was on when it was looked at last.
 */
export async function findRoot(folder: string, before: string | null = null): Promise<Root> {
  const { device, inode, isEmpty } = await identityOf(folder);
  if (before !== null && device !== before && isEmpty) throw away(folder, "isn't there now");
  return {
    device,
    async stillThere() {
      const now = await identityOf(folder);
      if (now.device !== device || now.inode !== inode) throw away(folder, "isn't there now");
    },
  };
}

async function identityOf(folder: string): Promise<{ device: string; inode: string; isEmpty: boolean }> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    const names = await readdir(folder);
    return { device: String(dev), inode: String(ino), isEmpty: names.length === 0 };
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
