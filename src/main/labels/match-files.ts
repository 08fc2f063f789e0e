// Finds the photo that a file name in somebody's table means. Never guesses: what is not certain comes back with a
// reason.

import type { Db } from '../db/open.ts';
import { presentFiles } from '../db/present-files.ts';
import type { PresentFile } from '../db/present-files.ts';
import type { PhotoId } from '../../shared/types.ts';

export type FileMatch = { photoId: PhotoId } | { reason: string };

/** Matches a path relative to the library's folder, or a bare file name that only one photo has. */
export function createFileMatcher(db: Db): (file: string) => FileMatch {
  const byPath = new Map<string, PresentFile>();
  /** The first file of each name, and one of another photo when there is any. */
  const byName = new Map<string, { first: PresentFile; rival?: PresentFile }>();
  for (const file of presentFiles(db)) {
    const path = file.path.normalize('NFC');
    const name = path.slice(path.lastIndexOf('/') + 1);
    byPath.set(path, file);
    const same = byName.get(name);
    if (!same) byName.set(name, { first: file });
    else if (same.first.photoId !== file.photoId) same.rival ??= file;
  }

  return (file) => {
    const path = file.normalize('NFC');
    const spellings = [
      path,
      path.trim(),
      path
        .trim()
        .replaceAll('\\', '/')
        .replace(/^(\.\/)+/, ''),
    ];
    const found = spellings.map((spelling) => byPath.get(spelling)).find((hit) => hit !== undefined);
    if (found) return matchOf(found);
    const name = spellings.at(-1) ?? '';
    if (name === '') return { reason: 'The row names no file.' };
    const named = name.includes('/') ? undefined : byName.get(name);
    if (!named) return { reason: 'No such file in the folder.' };
    if (!named.rival) return matchOf(named.first);
    return { reason: `Several files have this name: ${named.first.path}, ${named.rival.path}. Write the path.` };
  };
}

const matchOf = ({ photoId, problem }: PresentFile): FileMatch =>
  photoId === null ? { reason: `The file can't be used: ${problem ?? 'unknown reason'}` } : { photoId };
