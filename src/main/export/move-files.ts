// Moves files by a list and moves them back: never over anything, and the last copy of a file goes only when another
// with the same content is on the disk.

import { constants } from 'node:fs';
import {
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  utimes,
} from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { contentHash } from '../../files/content-hash.ts';
import { syncFolder } from './manifest.ts';
import type { Manifest, Moved } from './manifest.ts';
import { codeOf, isNoLink } from './place-file.ts';
import { isSidecar } from './xmp/sidecar.ts';

export interface MovingParts {
  signal: AbortSignal;
  /** Told how many files are settled. */
  progress(done: number): void;
}

/** How many files share one wait for the disk. */
const BATCH = 64;

const partialOf = (to: string): string => `${to}.partial`;

/** Moves all files of the list. Throws what the system says, or the signal's reason, with some moved and others not. */
export async function moveFiles(files: readonly Moved[], { signal, progress }: MovingParts): Promise<void> {
  for (let at = 0; at < files.length; at += BATCH) {
    signal.throwIfAborted();
    await moveBatch(files.slice(at, at + BATCH));
    progress(Math.min(files.length, at + BATCH));
  }
}

async function moveBatch(files: readonly Moved[]): Promise<void> {
  const folders = new Set(files.map(({ to }) => dirname(to)));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const left: Moved[] = [];
  for (const file of files) if (await appear(file)) left.push(file);
  for (const folder of folders) syncFolder(folder);
  for (const { from } of left) await unlink(from);
}

/** Has the file at its new place; true while it is at its old one, too. Throws 'EEXIST' where something lies. */
async function appear(file: Moved): Promise<boolean> {
  const { from, to } = file;
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (!isNoLink(error)) throw error;
  }
  try {
    await renameOverNothing(from, to);
    return false;
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
  }
  await copyVerified(file);
  return true;
}

/** On drives without hard links; renaming replaces what is there, so that is looked at first. */
async function renameOverNothing(from: string, to: string): Promise<void> {
  if (await isThere(to)) throw Object.assign(new Error(`"${to}" is there already`), { code: 'EEXIST' });
  await rename(from, to);
}

/** Copies to another drive, and gives the copy its name once it is on the disk and its content is known to be right. */
async function copyVerified({ from, to, sha256 }: Moved): Promise<void> {
  const partial = partialOf(to);
  try {
    await copyFile(from, partial, constants.COPYFILE_EXCL);
    const file = await open(partial, 'r+');
    await file.sync().finally(() => file.close());
    if ((await hashOf(partial)) !== sha256) throw new Error(`the copy of "${from}" is not what was copied`);
    const { atime, mtime } = await stat(from);
    await utimes(partial, atime, mtime);
    await giveName(partial, to);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Renames a file within its drive, over nothing. Throws 'EEXIST'. */
export async function giveName(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!isNoLink(error)) throw error;
    return renameOverNothing(from, to);
  }
  await unlink(from);
}

export interface Reverted {
  /** Photos that are back where they were. */
  back: number;
  /** Those that are not, and why. */
  leftOut: { path: string; reason: string }[];
}

/**
 * Moves files back that lie where the list says with the content that it says; may be asked again at any time, also
 * after a crash in the middle of the move or of this. Overwrites nothing. Throws what the system says when it can't go
 * on, or the signal's reason.
 */
export async function moveBack({ library, target, files }: Manifest, parts: MovingParts): Promise<Reverted> {
  const { signal, progress } = parts;
  const reverted: Reverted = { back: 0, leftOut: [] };
  let settled = 0;
  for (const file of files) {
    signal.throwIfAborted();
    const reason = await putBack(file);
    if (reason === null) reverted.back += isSidecar(file.from) ? 0 : 1;
    else reverted.leftOut.push({ path: relative(library, file.from).split(sep).join('/'), reason });
    progress(++settled);
  }
  const folders = new Set(files.map(({ to }) => dirname(to)));
  // The deepest first, and only what is empty by now.
  for (const folder of [...folders, target].sort((a, b) => b.length - a.length)) await rmdir(folder).catch(() => {});
  return reverted;
}

/** Null once the file is where it was. */
async function putBack(file: Moved): Promise<string | null> {
  const { from, to, sha256 } = file;
  await rm(partialOf(to), { force: true });
  const moved = await isThere(to);
  const stayed = await isThere(from);
  if (!moved) {
    if (stayed && (await hashOf(from)) === sha256) return null;
    return stayed
      ? 'It is not in the folder it was moved to, and another file lies at its old place.'
      : 'It is not in the folder it was moved to.';
  }
  const now = await hashOf(to);
  // What was written beside a photo since then belongs to it still.
  if (now !== sha256 && !isSidecar(from)) return 'It was changed after it was moved, and stays where it is.';
  if (stayed && (await leadsTo(from, to)))
    return 'A link leads from its old place to where it was moved; it stays there.';
  if (stayed && (await hashOf(from)) !== now) return 'Another file lies at its old place; it stays where it is.';
  if (!stayed) {
    await mkdir(dirname(from), { recursive: true });
    if (!(await appear({ ...file, from: to, to: from, sha256: now }))) return null;
    syncFolder(dirname(from));
  }
  await unlink(to);
  return null;
}

/** Whether both are the same name of a file in the end, not two names of it. */
const leadsTo = async (from: string, to: string): Promise<boolean> =>
  (await realpath(from).catch(() => null)) === (await realpath(to));

export const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** SHA-256 in hex; of what can't be read, empty. */
const hashOf = (path: string): Promise<string> => contentHash(path).catch(() => '');
