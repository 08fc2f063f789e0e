// Puts a photo's file into a folder, as a copy or as a link, where nothing may lie yet.

import { constants } from 'node:fs';
import { copyFile, link, realpath, stat, symlink, utimes } from 'node:fs/promises';
import type { Placing } from '../../shared/export.ts';

/** Where a drive knows no hard links, or the file lies on another one, or it is not ours to link. */
const noLink = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

export const isNoLink = (error: unknown): boolean => noLink.has(codeOf(error));

/**
 * `from`: absolute path; a link there stands for what it leads to. A copy keeps the time of change. Returns what is
 * otherwise than was asked for, as a sentence, else null. Throws what the system says, 'EEXIST' where something lies.
 */
export async function placeFile(from: string, to: string, how: Exclude<Placing, 'move'>): Promise<string | null> {
  const file = await realpath(from);
  if (how === 'symlink') {
    await symlink(file, to);
    return null;
  }
  if (how === 'hardlink') {
    try {
      await link(file, to);
      return null;
    } catch (error) {
      if (!isNoLink(error)) throw error;
    }
  }
  await copyFile(file, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  const { atime, mtime } = await stat(file);
  await utimes(to, atime, mtime);
  return how === 'hardlink' ? 'Photos that could not be hard-linked were copied: they lie on another drive.' : null;
}
