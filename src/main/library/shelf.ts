// Where each library is kept. A folder that was moved, renamed or mounted elsewhere is known again by what is in it.

import { createHash, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { RecentLibrary } from '../../shared/types.ts';
import { countFound, countLabelled, type FileSample } from '../db/files.ts';
import type { Db } from '../db/open.ts';
import { BLOCK, libraryDirOf, openRegistry } from '../db/open-registry.ts';
import * as registry from '../db/registry.ts';
import { holds, takeSample } from './folder-sample.ts';

export interface Place {
  /** Where database and caches lie. */
  dir: string;
  /** Number of the library's first photo. */
  firstPhotoId: number;
}

export interface Shelf {
  /** The place of this folder's library: the one it had, the one it had before it was moved, or a new one. */
  find(folder: string): Promise<Place>;
  /** Notes what is in the folder, for the list of recent libraries and to know it again elsewhere. */
  note(folder: string, db: Db): void;
  /** What the folder's library was last seen to hold; null when it has none here. */
  sampleOf(folder: string): FileSample[] | null;
  /** The library of the folder `from` is that of `folder` from now on. Throws 'bad-input' when that has its own. */
  move(from: string, folder: string): void;
  /** Where the folder's library is kept; null when it has none here. */
  dirOf(folder: string): string | null;
  /** Whether the folder has a library here. */
  has(folder: string): boolean;
  /** Labels that this folder's library held when it was last noted. */
  labelledIn(folder: string): number;
  recent(): RecentLibrary[];
  forget(folder: string): void;
  close(): void;
}

/** Registered libraries take the lower blocks; ids stay within 31 bits. */
const BLOCKS = 2000;

/** One library, kept where the person said; nothing is registered. */
export function createSingleShelf(libraryDir: string): Shelf {
  return {
    find: () => Promise.resolve({ dir: resolve(libraryDir), firstPhotoId: randomInt(BLOCKS / 2, BLOCKS) * BLOCK + 1 }),
    note: () => {},
    sampleOf: () => null,
    move: () => {},
    dirOf: () => resolve(libraryDir),
    has: () => false,
    labelledIn: () => 0,
    recent: () => [],
    forget: () => {},
    close: () => {},
  };
}

/** All libraries of this person, under `<dataDir>/libraries`. */
export function createShelf(dataDir: string): Shelf {
  let opened: Db | null = null;
  const db = () => (opened ??= openRegistry(dataDir));

  return {
    async find(folder) {
      const { id, number } =
        registry.libraryAt(db(), folder) ?? (await findMoved(db(), folder)) ?? register(db(), folder);
      registry.markOpened(db(), folder);
      return { dir: libraryDirOf(dataDir, id), firstPhotoId: (number % (BLOCKS / 2)) * BLOCK + 1 };
    },
    note(folder, library) {
      const { photos } = countFound(library);
      const sample = takeSample(library);
      registry.noteContents(db(), folder, { photos, labelled: countLabelled(library), sample });
    },
    sampleOf: (folder) => registry.librarySamples(db()).find((library) => library.folder === folder)?.sample ?? null,
    move(from, folder) {
      const library = registry.libraryAt(db(), from);
      if (registry.libraryAt(db(), folder)) {
        throw new WhiskerError(
          'bad-input',
          `The folder "${folder}" has a library of its own already.`,
          'Open it as it is.',
        );
      }
      if (library) registry.moveLibrary(db(), library.id, folder);
    },
    dirOf(folder) {
      const known = registry.libraryAt(db(), folder);
      return known && libraryDirOf(dataDir, known.id);
    },
    has: (folder) => registry.libraryAt(db(), folder) !== null,
    labelledIn: (folder) => registry.recentLibraries(db()).find((library) => library.folder === folder)?.labelled ?? 0,
    recent: () =>
      registry.recentLibraries(db()).map(({ folder, photos, labelled, openedAt }) => ({
        name: nameOf(folder),
        folder,
        photos,
        labelled,
        openedAt,
        available: existsSync(folder),
      })),
    forget: (folder) => registry.forgetLibrary(db(), folder),
    close() {
      opened?.close();
      opened = null;
    },
  };
}

/** The root of a drive has no name of its own. */
export const nameOf = (folder: string): string => basename(folder) || folder;

async function findMoved(db: Db, folder: string): Promise<registry.RegisteredLibrary | null> {
  for (const { id, folder: before, sample } of registry.librarySamples(db)) {
    // While the old folder is there the new one is a copy, and a copy has labels of its own.
    if (existsSync(before) || !(await holds(folder, sample))) continue;
    registry.moveLibrary(db, id, folder);
    return registry.libraryAt(db, folder);
  }
  return null;
}

/** The id derives from the path, so that a lost registry finds the libraries of folders that have not moved. */
function register(db: Db, folder: string): registry.RegisteredLibrary {
  for (let attempt = 0; ; attempt++) {
    const id = createHash('sha256').update(`${folder}\0${attempt}`).digest('hex').slice(0, 16);
    if (!registry.isIdTaken(db, id)) return registry.registerLibrary(db, id, folder);
  }
}
