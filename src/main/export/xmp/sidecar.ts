// Which XMP file beside a photo speaks of it: `tom.jpg.xmp` as digiKam and darktable call it, or a `tom.xmp` that is
// there already, as Lightroom does.

import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';

/** Folders whose names are kept: photos come folder by folder. */
const MOST_FOLDERS = 16;

interface Names {
  all: ReadonlySet<string>;
  /** How many files, XMP left out, have a name of this stem, in any case. */
  stems: ReadonlyMap<string, number>;
}

/**
 * The path, of a file that need not be there. `tom.xmp` is used where it is there and means only one file: with a
 * `tom.png` beside `tom.jpg`, each has its own.
 */
export function createSidecarFinder(): (photo: string) => Promise<string> {
  const folders = new Map<string, Promise<Names>>();
  return async (photo) => {
    const { dir, base, name: stem } = parse(photo);
    const { all, stems } = await namesOf(dir);
    const shared = stems.get(stem.toLowerCase()) === 1 ? [`${stem}.xmp`, `${stem}.XMP`] : [];
    const found = [`${base}.xmp`, `${base}.XMP`, ...shared].find((name) => all.has(name));
    return join(dir, found ?? `${base}.xmp`);
  };

  function namesOf(folder: string): Promise<Names> {
    const known = folders.get(folder);
    if (known) return known;
    const [oldest] = folders.keys();
    if (folders.size >= MOST_FOLDERS && oldest !== undefined) folders.delete(oldest);
    const names = listNames(folder);
    folders.set(folder, names);
    return names;
  }
}

/** Whether a path is that of an XMP file, of whatever photo. */
export const isSidecar = (path: string): boolean => /\.xmp$/i.test(path);

async function listNames(folder: string): Promise<Names> {
  const all = new Set(await readdir(folder));
  const stems = new Map<string, number>();
  for (const file of all) {
    const { name, ext } = parse(file.toLowerCase());
    if (ext !== '.xmp') stems.set(name, (stems.get(name) ?? 0) + 1);
  }
  return { all, stems };
}
