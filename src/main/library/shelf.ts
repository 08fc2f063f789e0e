// Where each library is kept. A folder that was moved, renamed or mounted elsewhere is known again by what is in it.

import { createHash, randomInt } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RecentLibrary } from '../../shared/types.ts';
import { countFound, countLabelled, sampleFiles, type FileSample } from '../db/files.ts';
import type { Db } from '../db/open.ts';
import * as registry from '../db/registry.ts';

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
  /** Labels that this folder's library held when it was last noted. */
  labelledIn(folder: string): number;
  recent(): RecentLibrary[];
  forget(folder: string): void;
  close(): void;
}

/** Photos are numbered in blocks, one block a library, so that no two libraries share a photo's URL in any cache. */
const BLOCK = 1_000_000;
/** Registered libraries take the lower blocks; ids stay within 31 bits. */
const BLOCKS = 2000;

/** One library, kept where the person said; nothing is registered. */
export function createSingleShelf(libraryDir: string): Shelf {
  return {
    find: () => Promise.resolve({ dir: resolve(libraryDir), firstPhotoId: randomInt(BLOCKS / 2, BLOCKS) * BLOCK + 1 }),
    note: () => {},
    labelledIn: () => 0,
    recent: () => [],
    forget: () => {},
    close: () => {},
  };
}

/** All libraries of this person, under `<dataDir>/libraries`. */
export function createShelf(dataDir: string): Shelf {
  let opened: Db | null = null;
  const db = () => (opened ??= registry.openRegistry(join(dataDir, 'registry.sqlite')));

  return {
    async find(folder) {
      const { id, number } =
        registry.libraryAt(db(), folder) ?? (await findMoved(db(), folder)) ?? register(db(), folder);
      registry.markOpened(db(), folder);
      return { dir: join(dataDir, 'libraries', id), firstPhotoId: (number % (BLOCKS / 2)) * BLOCK + 1 };
    },
    note(folder, library) {
      const { photos } = countFound(library);
      const sample = sampleFiles(library, SAMPLE_FILES);
      registry.noteContents(db(), folder, { photos, labelled: countLabelled(library), sample });
    },
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

const SAMPLE_FILES = 32;
/** Share of the sampled files that must lie where they lay. Some will have been deleted or edited since. */
const ENOUGH = 0.6;
/** Of those, how many are read to compare their content. */
const READ_FILES = 4;

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

async function holds(folder: string, sample: FileSample[]): Promise<boolean> {
  const inPlace: FileSample[] = [];
  for (const file of sample) {
    const found = await stat(join(folder, file.path)).catch(() => null);
    if (found?.size === file.bytes) inPlace.push(file);
  }
  if (inPlace.length === 0 || inPlace.length < sample.length * ENOUGH) return false;
  const step = Math.max(1, Math.floor(inPlace.length / READ_FILES));
  for (const { path, sha256 } of inPlace.filter((_, i) => i % step === 0)) {
    if ((await hashOf(join(folder, path))) !== sha256) return false;
  }
  return true;
}

async function hashOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  return pipeline(createReadStream(path), hash).then(
    () => hash.digest('hex'),
    () => null,
  );
}
