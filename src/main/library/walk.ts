// Lists every file in a folder and its subfolders. Opens none of them, follows links once, and leaves nothing out
// without saying so.

import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { ProblemCode } from '../../shared/types.ts';
import type { FileStamp } from '../db/files.ts';

/** A file to read, or something that can't hold a photo and why. */
export type ListedFile = FileStamp & { problem?: { code: ProblemCode; reason: string } };

export interface WalkOptions {
  signal: AbortSignal;
  /** Whisker's own folders (absolute): where they lie inside the folder of photos they are not part of it. */
  exclude: readonly string[];
}

const STATS_AT_ONCE = 64;
/**
 * Folders of the system, of NAS boxes and of archives: full of copies and small previews, no photos of the person's.
 */
const litter = new Set(['@eadir', '$recycle.bin', 'system volume information', '__macosx', 'lost+found']);

/** Whether photos in a folder of this name are none of the person's. */
export const isLitter = (name: string): boolean => name.startsWith('.') || litter.has(name.toLowerCase());

/**
 * Yields what is in the folder, names in natural order ("2" before "10"), a folder's own files before its subfolders.
 * Links to folders come last, so that a photo's path is its real one. Throws 'folder-unavailable' when `folder` itself
 * can't be listed, and the signal's reason when aborted.
 */
export async function* walk(folder: string, { signal, exclude }: WalkOptions): AsyncGenerator<ListedFile[]> {
  const listed = new Set<string>();
  /** Still to be listed, the next one last. */
  const ahead = [''];
  const links: string[] = [];
  for (let path = ahead.pop(); path !== undefined; path = ahead.pop() ?? links.shift()) {
    signal.throwIfAborted();
    const absolute = join(folder, path);
    const listing = await list(absolute, listed);
    if ('problem' in listing) {
      if (path === '') throw new WhiskerError('folder-unavailable', `"${folder}": ${listing.problem.reason}`);
      yield [{ path, bytes: 0, mtimeMs: 0, ...listing }];
      continue;
    }
    const entries = listing.entries.filter(({ name }) => !exclude.includes(join(absolute, name)));
    const subfolders: string[] = [];
    for (let at = 0; at < entries.length; at += STATS_AT_ONCE) {
      signal.throwIfAborted();
      const chunk = entries.slice(at, at + STATS_AT_ONCE);
      const listed = await Promise.all(
        chunk.map((entry) => meet(folder, path === '' ? entry.name : `${path}/${entry.name}`, entry)),
      );
      yield listed.flatMap((one) => ('folder' in one ? [] : [one]));
      for (const one of listed) if ('folder' in one) (one.link ? links : subfolders).push(one.folder);
    }
    for (const subfolder of subfolders.reverse()) ahead.push(subfolder);
  }
}

const byName = new Intl.Collator('en', { numeric: true });

type Obstacle = Required<Pick<ListedFile, 'problem'>>;

async function list(folder: string, listed: Set<string>): Promise<{ entries: Dirent[] } | Obstacle> {
  try {
    const place = await realpath(folder);
    if (listed.has(place)) return notAPhoto('This link leads to a folder that is listed already.');
    listed.add(place);
    const entries = await readdir(folder, { withFileTypes: true });
    return { entries: entries.sort((a, b) => byName.compare(a.name, b.name)) };
  } catch (error) {
    return { problem: { code: 'unreadable', reason: `This folder can't be listed (${wordsOf(error)}).` } };
  }
}

async function meet(
  root: string,
  path: string,
  entry: Dirent,
): Promise<ListedFile | { folder: string; link: boolean }> {
  const nowhere = { path, bytes: 0, mtimeMs: 0 };
  try {
    const stats = await stat(join(root, path));
    if (stats.isFile()) return { path, bytes: stats.size, mtimeMs: stats.mtimeMs };
    if (!stats.isDirectory()) {
      return { ...nowhere, ...notAPhoto('This is a device or a channel between programs, not a file.') };
    }
    if (isLitter(entry.name)) {
      return { ...nowhere, ...notAPhoto('This is a hidden or system folder; what is inside it was not looked at.') };
    }
    return { folder: path, link: entry.isSymbolicLink() };
  } catch (error) {
    return { ...nowhere, problem: { code: 'unreadable', reason: whyUnreachable(entry, error) } };
  }
}

const notAPhoto = (reason: string): Obstacle => ({ problem: { code: 'not-an-image', reason } });

function whyUnreachable(entry: Dirent, error: unknown): string {
  if (entry.name.includes('\ufffd'))
    return 'The name of this file is not valid Unicode, so it cannot be opened; rename it.';
  return `${entry.isSymbolicLink() ? 'This link leads nowhere' : "This file can't be reached"} (${wordsOf(error)}).`;
}

/** "ENOENT: no such file or directory" without the path, which stands beside it already. */
const wordsOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split(', ')[0] ?? error.message) : String(error);
