// Archives of libraries: made of the open one, looked at, and opened for a folder of photos. What an archive holds
// comes to lie in the place of a library that is empty, and joins one that is not.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ArchivePart, ArchivePreview, ArchiveSizes, ConflictChoice } from '../../shared/archive.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { RunId } from '../../shared/types.ts';
import { openDatabase, type Db } from '../db/open.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { whenFree } from '../db/when-free.ts';
import type { Touched } from '../labels/undo.ts';
import type { LibraryService, NewPlace } from '../library/library.ts';
import { DATABASE } from './manifest.ts';
import { isUntouched, mergeLibrary, previewMerge } from './merge-library.ts';
import { cardOf, readManifest, unpackArchive } from './read-archive.ts';
import { openStaged, renumberRun, settle } from './staged-library.ts';
import { archiveSizes, prepareArchive, type PreparedArchive } from './write-archive.ts';

export interface ArchiveOrder {
  /** Of the archive. */
  path: string;
  /** Of the photos. */
  folder: string;
  /** What photos get that are labelled otherwise here; null: refuse to merge. */
  conflicts: ConflictChoice | null;
}

export interface ArchiveService {
  /** Of the open library. Throws 'training-running' while a run learns, as all that reads it does. */
  sizes(): Promise<ArchiveSizes>;
  /** The open library as one file. */
  prepare(parts: readonly ArchivePart[]): Promise<PreparedArchive>;
  /** What opening it for this folder would do; nothing is opened. Throws as `readManifest`. */
  preview(path: string, folder: string): Promise<ArchivePreview>;
  /**
   * Opens the folder with what is in the archive; null: it has taken the place of an empty library. Throws 'conflict'
   * when the folder's library is not empty and merging was not asked for, and as `unpackArchive`; then nothing has
   * changed.
   */
  open(order: ArchiveOrder): Promise<Touched | null>;
}

export interface ArchiveParts {
  dataDir: string;
  library: LibraryService;
  refuseWhileBusy(): void;
  /** The pretrained network of this machine, if there is one. */
  backbone(): Promise<InstalledBackbone | null>;
}

export function createArchiveService({ dataDir, library, refuseWhileBusy, backbone }: ArchiveParts): ArchiveService {
  const never = new AbortController().signal;

  /** What is unpacked is removed whatever happens. */
  async function unpacked<T>(
    within: string,
    path: string,
    wanted: (name: string) => boolean,
    use: (dir: string, db: Db, name: string) => Promise<T> | T,
  ): Promise<T> {
    mkdirSync(within, { recursive: true });
    const dir = await mkdtemp(join(within, 'incoming-'));
    try {
      const { name } = await unpackArchive(path, dir, { signal: never, wanted });
      const db = openStaged(dir);
      try {
        return await use(dir, db, name);
      } finally {
        db.close();
      }
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  /** Null where the folder has no library, or one in which nothing was ever done. */
  function looked<T>(folder: string, look: (db: Db) => T): T | null {
    const dir = library.dirOf(folder);
    return dir === null ? null : whatLies(dir, look);
  }

  function whatLies<T>(dir: string, look: (db: Db) => T): T | null {
    if (!existsSync(join(dir, DATABASE))) return null;
    const db = openDatabase(join(dir, DATABASE));
    try {
      return isUntouched(db) ? null : look(db);
    } finally {
      db.close();
    }
  }

  /** A folder that has moved is known again only when its place is looked for, and what it holds stays. */
  function refuseFull({ dir, folder, labelled }: NewPlace): void {
    if (labelled === 0 && whatLies(dir, () => true) === null) return;
    throw new WhiskerError('conflict', `"${folder}" has a library of its own already.`, 'Open it, then the archive.');
  }

  async function take(path: string, place: NewPlace): Promise<void> {
    refuseFull(place);
    await unpacked(
      place.dir,
      path,
      () => true,
      async (dir, db) => {
        const here = await backbone();
        const numbers = settle(db, place);
        db.pragma('wal_checkpoint(TRUNCATE)');
        db.close();
        const runs = existsSync(join(dir, 'runs')) ? readdirSync(join(dir, 'runs')) : [];
        for (const id of runs) renumberRun(dir, Number(id) as RunId, numbers, here);
        for (const part of ['runs', 'features', 'thumbs']) moveInto(join(dir, part), join(place.dir, part));
        const target = join(place.dir, DATABASE);
        for (const suffix of ['-wal', '-shm']) rmSync(target + suffix, { force: true });
        renameSync(join(dir, DATABASE), target);
      },
    );
  }

  return {
    async sizes() {
      refuseWhileBusy();
      return archiveSizes(library.require());
    },
    async prepare(parts) {
      refuseWhileBusy();
      return prepareArchive(library.require(), parts);
    },
    async preview(path, folder) {
      const archive = resolve(path);
      const card = await cardOf(archive, await readManifest(archive));
      if (looked(folder, () => true) === null) return { card, merge: null };
      return unpacked(
        dataDir,
        archive,
        (name) => name === DATABASE,
        (_dir, theirs) => ({ card, merge: looked(folder, (ours) => previewMerge(ours, theirs)) }),
      );
    },
    async open({ path, folder, conflicts }) {
      refuseWhileBusy();
      const archive = resolve(path);
      await readManifest(archive);
      if (looked(folder, () => true) === null) {
        await library.adopt(folder, (place) => take(archive, place));
        return null;
      }
      if (conflicts === null) {
        throw new WhiskerError(
          'conflict',
          `"${folder}" has labels of its own.`,
          'Say what becomes of photos that are labelled otherwise, and merge the two.',
        );
      }
      const ours = await library.open(folder);
      return unpacked(
        ours.dir,
        archive,
        (name) => !name.startsWith('features/'),
        async (dir, db, name) => {
          const theirs = { db, dir, name };
          const here = await backbone();
          const touched = await whenFree(
            () => library.require().db,
            (open) => mergeLibrary({ ours: { db: open, dir: ours.dir }, theirs, conflicts, backbone: here }),
          );
          moveInto(join(dir, 'thumbs'), join(ours.dir, 'thumbs'));
          return touched;
        },
      );
    },
  };
}

/** What is in a folder takes the place of what another one holds under the same name. */
function moveInto(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && existsSync(target)) moveInto(source, target);
    else renameSync(source, target);
  }
}
