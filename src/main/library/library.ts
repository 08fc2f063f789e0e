// The open library: which folder it is, where its database and caches live, and the scan that keeps both true to the
// folder.

import { existsSync, realpathSync, statSync } from 'node:fs';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { PhotoSize } from '../../shared/urls.ts';
import type { FolderListing, PhotoId, Problem, RecentLibrary, ScanProgress } from '../../shared/types.ts';
import { listProblems } from '../db/files.ts';
import { libraryFolder, setLibraryFolder } from '../db/library-folder.ts';
import { openDatabase, type Db } from '../db/open.ts';
import { storageError } from '../db/storage-error.ts';
import { createEngine, type Engine, type EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import { holds, takeSample } from './folder-sample.ts';
import { listFolders } from './folders.ts';
import { readablePath, thumbsOf, type OpenLibrary } from './open-library.ts';
import { createPhotoResponses } from './photo-responses.ts';
import { idle, startScan, type Scan } from './scan.ts';
import { createShelf, createSingleShelf, nameOf, type Place } from './shelf.ts';

export interface LibraryService {
  readonly current: OpenLibrary | null;
  /** The open library; throws 'no-library' when there is none. */
  require(): OpenLibrary;
  recent(): RecentLibrary[];
  forget(folder: string): void;
  /** Known photos are ready when this resolves; the scan runs on. Throws 'folder-unavailable'. */
  open(folder: string): Promise<OpenLibrary>;
  /**
   * Opens `folder` as the library of the folder `from`, which is not there any more. Throws 'bad-input' when it is, or
   * when `folder` doesn't hold that library's photos, and 'folder-unavailable' when `folder` can't be read.
   */
  locate(from: string, folder: string): Promise<OpenLibrary>;
  /** Draws the sample library if it isn't there yet and opens it. */
  openSample(): Promise<OpenLibrary>;
  close(): Promise<void>;
  rescan(): void;
  cancelScan(): void;
  scanProgress(): ScanProgress;
  /** Resolves when the scan in progress ends; at once when none runs. */
  scanFinished(): Promise<ScanProgress>;
  problems(): Problem[];
  /** Subfolders of `path`, or of the home folder; throws 'folder-unavailable'. */
  listFolders(path: string | null): Promise<FolderListing>;
  /**
   * WebP of a photo, 404 for an unknown one. The thumbnail comes from the cache; the large one is rendered when asked
   * for, and 410 while no file holds it.
   */
  photoResponse(id: PhotoId, size: PhotoSize): Promise<Response>;
  /** Absolute path of a readable file with this content, or null when all are gone. */
  pathOf(id: PhotoId): string | null;
}

export interface LibraryServiceParts {
  options: { dataDir: string; libraryDir?: string; engine: Omit<EngineOptions, 'role'> };
  events: EventBus;
  /** Renders and draws; scanning uses a process of its own, so that one bad file never disturbs the screen. */
  imaging: Engine;
}

export function createLibraryService({ options, events, imaging }: LibraryServiceParts): LibraryService {
  const { dataDir, libraryDir } = options;
  const shelf = libraryDir === undefined ? createShelf(dataDir) : createSingleShelf(libraryDir);
  const photos = createPhotoResponses(imaging);
  let open: (OpenLibrary & Place) | null = null;
  let scan: Scan | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** Opening and closing happen one after the other, whoever asks. */
  function inTurn<T>(job: () => Promise<T>): Promise<T> {
    const mine = turn.then(job);
    turn = mine.catch(() => {});
    return mine;
  }

  async function openFolder(asked: string): Promise<OpenLibrary> {
    const folder = await realFolder(asked);
    if (open?.folder === folder) {
      rescan();
      return open;
    }
    const place = await shelf.find(folder);
    if (place.dir === folder) {
      throw new WhiskerError(
        'wrong-usage',
        `"${folder}" can't hold both the photos and the library.`,
        'Keep the library in another folder.',
      );
    }
    const file = join(place.dir, 'library.sqlite');
    refuseLost(file, shelf.labelledIn(folder));
    // Only what can be opened takes the place of what is open.
    const db = openFor(folder, file);
    await close();
    open = { ...place, folder, name: nameOf(folder), db };
    beginScan(open, false);
    return open;
  }

  async function locate(from: string, asked: string): Promise<OpenLibrary> {
    const folder = await realFolder(asked);
    const sample = open?.folder === from ? takeSample(open.db) : shelf.sampleOf(from);
    const refused = (problem: string, remedy: string) => new WhiskerError('bad-input', problem, remedy);
    if (sample === null) throw refused(`No library of "${from}" is known here.`, 'Open the folder instead.');
    if (existsSync(from)) {
      throw refused(`The folder "${from}" is still there, with its library.`, 'Open the other folder for itself.');
    }
    if (!(await holds(folder, sample))) {
      throw refused(
        `"${folder}" doesn't hold the photos that "${from}" held.`,
        'Choose the folder in which they lie as they lay there.',
      );
    }
    shelf.move(from, folder);
    return openFolder(folder);
  }

  async function close(): Promise<void> {
    scan?.abandon();
    await scan?.finished;
    scan = null;
    photos.clear();
    if (open) {
      shelf.note(open.folder, open.db);
      open.db.close();
    }
    open = null;
    shelf.close();
  }

  function beginScan(library: OpenLibrary & Place, retryProblems: boolean): void {
    scan = startScan({
      ...library,
      thumbDir: thumbsOf(library),
      engine: createEngine({ role: 'imaging', ...options.engine }),
      events,
      exclude: [realOf(dataDir), realOf(library.dir)],
      retryProblems,
    });
    scan.finished
      .then(() => library.db.open && shelf.note(library.folder, library.db))
      .catch((error: unknown) => {
        // The list of recent libraries is a convenience; the library itself is whole.
        options.engine.log?.('warning', 'The list of recent libraries could not be written.', String(error));
      });
  }

  function rescan(): void {
    const phase = scan?.progress().phase;
    if (open && phase !== 'listing' && phase !== 'reading') beginScan(open, true);
  }

  function require(): OpenLibrary {
    if (!open) throw new WhiskerError('no-library', 'No library is open.', 'Open a folder of photos first.');
    return open;
  }

  return {
    get current() {
      return open;
    },
    require,
    recent: shelf.recent,
    forget: shelf.forget,
    open: (folder) => inTurn(() => openFolder(folder)),
    locate: (from, folder) => inTurn(() => locate(from, folder)),
    async openSample() {
      const folder = join(dataDir, 'sample');
      await imaging.request({ kind: 'draw-sample', folder });
      return inTurn(() => openFolder(folder));
    },
    close: () => inTurn(close),
    rescan,
    cancelScan: () => scan?.cancel(),
    scanProgress: () => scan?.progress() ?? idle,
    scanFinished: () => scan?.finished ?? Promise.resolve(idle),
    problems: () => listProblems(require().db),
    listFolders,
    photoResponse: async (id, size) => photos.respond(require(), id, size),
    pathOf: (id) => readablePath(require(), id),
  };
}

/** What a folder is really called: walking meets no other name. */
const realOf = (folder: string): string => (existsSync(folder) ? realpathSync(folder) : resolve(folder));

/**
 * Throws 'storage-failed' where a database is missing or empty though the library was in use: a new one in its place
 * would hide that its labels are gone.
 */
function refuseLost(file: string, labelled: number): void {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > 0) return;
  const left = ['runs', 'library.sqlite-wal'].some((name) => existsSync(join(dirname(file), name)));
  if (labelled === 0 && !left) return;
  const kept = labelled === 1 ? '1 label was' : `${labelled} labels were`;
  throw new WhiskerError(
    'storage-failed',
    `The library's database "${file}" is ${existsSync(file) ? 'empty' : 'missing'}, though ${kept} kept there.`,
    `Put it back from a backup, or move the folder "${dirname(file)}" away to begin anew.`,
  );
}

/** Throws 'conflict' when the library is that of another folder which is still there: it would lose its photos. */
function openFor(folder: string, file: string): Db {
  const db = openDatabase(file);
  try {
    const before = libraryFolder(db);
    if (before !== null && before !== folder && existsSync(before)) {
      throw new WhiskerError(
        'conflict',
        `"${dirname(file)}" holds the library of the folder "${before}".`,
        `Keep the library of "${folder}" in another folder.`,
      );
    }
    if (before !== folder) setLibraryFolder(db, folder);
    return db;
  } catch (error) {
    db.close();
    throw storageError(error, file);
  }
}

async function realFolder(asked: string): Promise<string> {
  const folder = resolve(asked);
  const unavailable = (message: string, remedy: string) => new WhiskerError('folder-unavailable', message, remedy);
  const place = await realpath(folder).catch(() => {
    throw unavailable(`There is no folder "${folder}".`, 'Check the path; if it is on a drive, connect it.');
  });
  if (!(await stat(place)).isDirectory()) {
    throw unavailable(`"${folder}" is a file, not a folder.`, 'Choose the folder it is in.');
  }
  await access(place, constants.R_OK | constants.X_OK).catch(() => {
    throw unavailable(
      `There is no permission to read the folder "${folder}".`,
      'Ask for permission, or choose another.',
    );
  });
  return place;
}
