// Finds a folder that was moved or renamed, by its content: among the folders beside its old place, and beside those of
// other libraries.

import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileSample } from '../db/files.ts';
import { holds } from './folder-sample.ts';
import { isLitter } from './walk.ts';

export interface LostFolder {
  /** Absolute path at which it was. */
  folder: string;
  /** What it was last seen to hold. */
  sample: FileSample[];
  /** Folders beside which it may lie, too. */
  near: readonly string[];
  /** Folders that it can't be: those with a library of their own, and Whisker's. */
  isOut(path: string): boolean;
}

/** Each costs a few looks at the disk. */
const MOST_FOLDERS = 500;

/** Null when none of the folders looked at holds what it held. */
export async function findFolder({ folder, sample, near, isOut }: LostFolder): Promise<string | null> {
  if (sample.length === 0) return null;
  const met = new Set([folder]);
  for await (const path of candidates(folder, near)) {
    if (met.size > MOST_FOLDERS) return null;
    if (met.has(path)) continue;
    met.add(path);
    if (isOut(path) || !(await holds(path, sample))) continue;
    return await realpath(path);
  }
  return null;
}

/** The likeliest first: renamed in its place, then moved under its name, then anywhere near. */
async function* candidates(folder: string, near: readonly string[]): AsyncGenerator<string> {
  const [name, parent] = [basename(folder), dirname(folder)];
  const beside = await foldersIn(parent);
  yield* beside;
  const around = await foldersIn(dirname(parent));
  const others = await Promise.all([...new Set(near.map(dirname))].map(foldersIn));
  for (const place of [...beside, ...around, dirname(parent), ...near.map(dirname), ...others.flat()]) {
    yield join(place, name);
  }
  yield* others.flat();
  yield* around;
}

const foldersIn = (parent: string): Promise<string[]> =>
  readdir(parent, { withFileTypes: true }).then(
    (entries) =>
      entries.filter((one) => one.isDirectory() && !isLitter(one.name)).map(({ name }) => join(parent, name)),
    () => [],
  );
