// The open library: which folder it is, where its database and caches live, and the scan that keeps both true to the
// folder.

import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { noScan } from '../../shared/defaults.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { PhotoExif } from '../../shared/exif.ts';
import type { PhotoSize } from '../../shared/urls.ts';
import type { FolderListing, PhotoId, Problem, RecentLibrary, ScanProgress } from '../../shared/types.ts';
import { backUpToday } from '../db/backups.ts';
import { keepElsewhere } from '../db/elsewhere.ts';
import type { PhotoElsewhere } from '../db/elsewhere.ts';
import { listProblems } from '../db/files.ts';
import { createEngine, type Engine, type EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import { holds, takeSample } from './folder-sample.ts';
import { findFolder } from './find-folder.ts';
import { listFolders } from './folders.ts';
import { RENDER_LIMIT_MS } from './large-pictures.ts';
import { openLibraryDatabase, restoreLibraryDatabase, type LibraryPlace } from './library-database.ts';
import { readablePath, thumbsOf, type OpenLibrary } from './open-library.ts';
import { createPhotoResponses } from './photo-responses.ts';
import type { PhotoAsker } from './photo-responses.ts';
import { realFolder } from './real-folder.ts';
import { startScan, type Scan, type ScanOptions } from './scan.ts';
import { createShelf, createSingleShelf, nameOf, type Place } from './shelf.ts';
import { takeIn } from './take-in.ts';

/** What lives beside an open library and no longer than it. */
export interface Companion {
  opened(library: OpenLibrary): void;
  /** Nothing of it touches the library any more when this resolves. Never rejects. */
  closing(): Promise<void>;
}

export interface LibraryService {
  readonly current: OpenLibrary | null;
  /** The open library; throws 'no-library' when there is none. */
  require(): OpenLibrary;
  recent(): RecentLibrary[];
  forget(folder: string): void;
  /**
   * Known photos are ready when this resolves; the scan runs on. Throws 'folder-unavailable', and what `mayLeave`
   * throws, which is asked only when another library is open; the folder that is open may be spelled in any way.
   */
  open(folder: string, mayLeave?: () => void): Promise<OpenLibrary>;
  /**
   * Opens `folder` as the library of the folder `from`, which is not there any more. Throws 'bad-input' when it is, or
   * when `folder` doesn't hold that library's photos, and 'folder-unavailable' when `folder` can't be read.
   */
  locate(from: string, folder: string): Promise<OpenLibrary>;
  /**
   * Opens the folder's library as it was when its newest backup was made; the database that couldn't be opened stays
   * beside it. Throws 'conflict' when that is whole.
   */
  restore(folder: string): Promise<OpenLibrary>;
  /** Where the library of a folder is kept; null when it has none. */
  dirOf(folder: string): string | null;
  /**
   * Has `put` lay a library into the place of the folder's, which nobody has open meanwhile, and opens it. What `put`
   * throws is thrown.
   */
  adopt(folder: string, put: (place: NewPlace) => Promise<void>): Promise<OpenLibrary>;
  /** Draws the sample library if it isn't there yet and opens it. */
  openSample(): Promise<OpenLibrary>;
  /** Hears of every library that is opened from now on, before whoever asked for it does. */
  accompany(companion: Companion): void;
  close(): Promise<void>;
  /** Closes the database without waiting for the scan; the process must end next. */
  closeNow(): void;
  rescan(): void;
  /**
   * Looks whether the folder is as it was, and announces only what is otherwise; the scan that runs serves as well. Not
   * after a scan that was stopped: whoever stopped it begins the next one. Resolves at its end, with what it found and
   * how long it took to list the folder.
   */
  lookAgain(): Promise<ScanProgress & { listingMs: number }>;
  /** Where the open library's folder, which isn't there, seems to be by its content; null where that isn't known. */
  findMoved(): Promise<string | null>;
  cancelScan(): void;
  scanProgress(): ScanProgress;
  /** Resolves when the scan in progress ends; at once when none runs. */
  scanFinished(): Promise<ScanProgress>;
  problems(): Problem[];
  /** Subfolders of `path`, or of the home folder; throws 'folder-unavailable'. */
  listFolders(path: string | null): Promise<FolderListing>;
  /**
   * The picture of a photo, 404 for an unknown one. The thumbnail comes from the cache; the larger ones are rendered
   * when asked for, and 410 while no file holds it.
   */
  photoResponse(id: PhotoId, size: PhotoSize, asker?: PhotoAsker): Promise<Response>;
  /** What its camera wrote into the photo's file. Throws 'not-found' while no file holds the photo. */
  exifOf(id: PhotoId): Promise<PhotoExif>;
  /** Takes a file that was just put into the folder for a photo; see `takeIn`. */
  takeIn(path: string): Promise<PhotoId>;
  /** Records those of the photos that are not in the folder; says how many came by that. */
  keepElsewhere(photos: readonly PhotoElsewhere[]): number;
}

/** Where the library of a folder comes to lie, and the number of its first photo. */
export type NewPlace = LibraryPlace & Place;

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
  const companions: Companion[] = [];

  /** Opening and closing happen one after the other, whoever asks. */
  function inTurn<T>(job: () => Promise<T>): Promise<T> {
    const mine = turn.then(job);
    turn = mine.catch(() => {});
    return mine;
  }

  async function findPlace(folder: string): Promise<Place & LibraryPlace> {
    const place = await shelf.find(folder);
    if (place.dir === folder) {
      throw new WhiskerError(
        'wrong-usage',
        `"${folder}" can't hold both the photos and the library.`,
        'Keep the library in another folder.',
      );
    }
    return { ...place, folder, labelled: shelf.labelledIn(folder) };
  }

  async function openFolder(asked: string, mayLeave = () => {}): Promise<OpenLibrary> {
    const folder = await realFolder(asked);
    if (open?.folder === folder) {
      rescan();
      return open;
    }
    if (open) mayLeave();
    const place = await findPlace(folder);
    // It may have changed its mind while the place was looked for.
    if (open) mayLeave();
    // Only what can be opened takes the place of what is open.
    const db = openLibraryDatabase(place);
    await close();
    open = { ...place, name: nameOf(folder), db };
    beginScan(open, { retryProblems: false });
    for (const companion of companions) companion.opened(open);
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

  async function restore(asked: string): Promise<OpenLibrary> {
    const folder = await realFolder(asked);
    const place = await findPlace(folder);
    if (open?.folder === folder) await close();
    restoreLibraryDatabase(place);
    return openFolder(folder);
  }

  async function adopt(asked: string, put: (place: NewPlace) => Promise<void>): Promise<OpenLibrary> {
    const folder = await realFolder(asked);
    const place = await findPlace(folder);
    const wasOpen = open?.folder === folder;
    if (wasOpen) await close();
    try {
      await put(place);
    } catch (error) {
      if (wasOpen) await openFolder(folder);
      throw error;
    }
    return openFolder(folder);
  }

  function dirOf(asked: string): string | null {
    const folder = realOf(asked);
    return open?.folder === folder ? open.dir : shelf.dirOf(folder);
  }

  /** The list of recent libraries and the backup are a second net: where it fails, the library is still there. */
  function takeStock({ folder, db }: OpenLibrary, { renew }: { renew: boolean }): void {
    try {
      shelf.note(folder, db);
      backUpToday(db, { renew });
    } catch (error) {
      options.engine.log?.('warning', 'A library could not be noted or backed up.', String(error));
    }
  }

  async function close(): Promise<void> {
    const closing = open;
    // At once: nothing may begin on it while its scan winds down.
    open = null;
    scan?.abandon();
    await Promise.all([scan?.finished, ...companions.map((companion) => companion.closing())]);
    scan = null;
    photos.clear();
    if (closing) {
      takeStock(closing, { renew: true });
      closing.db.close();
    }
    shelf.close();
  }

  function beginScan(library: OpenLibrary & Place, asked: Pick<ScanOptions, 'retryProblems' | 'unasked'>): void {
    const begun = startScan({
      ...library,
      ...asked,
      after: scan?.finished,
      device: scan?.device() ?? null,
      thumbDir: thumbsOf(library),
      engine: createEngine({ role: 'imaging', ...options.engine }),
      events,
      exclude: [realOf(dataDir), realOf(library.dir)],
    });
    scan = begun;
    void begun.finished.then(() => library.db.open && begun.isTold() && takeStock(library, { renew: false }));
  }

  function rescan(): void {
    if (!open || (scan?.isRunning() && scan.isTold())) return;
    // One of which nobody knows would leave out the problems, and say nothing.
    scan?.abandon();
    beginScan(open, { retryProblems: true });
  }

  async function lookAgain(): Promise<ScanProgress & { listingMs: number }> {
    if (!open || !scan) return { ...noScan, listingMs: 0 };
    const told = scan.progress();
    if (!scan.isRunning() && told.phase !== 'cancelled') beginScan(open, { retryProblems: false, unasked: told });
    const mine = scan;
    return { ...(await mine.finished), listingMs: mine.listingMs() };
  }

  async function findMoved(): Promise<string | null> {
    const { folder, db } = require();
    if (existsSync(folder)) return null;
    const near = shelf.recent().map((library) => library.folder);
    const own = [realOf(dataDir), realOf(require().dir)];
    return findFolder({
      folder,
      near,
      sample: takeSample(db),
      isOut: (path) => own.includes(path) || shelf.has(path),
    });
  }

  function require(): OpenLibrary & Place {
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
    open: (folder, mayLeave) => inTurn(() => openFolder(folder, mayLeave)),
    locate: (from, folder) => inTurn(() => locate(from, folder)),
    restore: (folder) => inTurn(() => restore(folder)),
    dirOf,
    adopt: (folder, put) => inTurn(() => adopt(folder, put)),
    async openSample() {
      const folder = join(dataDir, 'sample');
      await imaging.request({ kind: 'draw-sample', folder });
      return inTurn(() => openFolder(folder));
    },
    accompany: (companion) => void companions.push(companion),
    close: () => inTurn(close),
    closeNow() {
      scan?.abandon();
      for (const companion of companions) void companion.closing();
      open?.db.close();
      shelf.close();
    },
    rescan,
    lookAgain,
    findMoved,
    cancelScan: () => scan?.cancel(),
    scanProgress: () => scan?.progress() ?? noScan,
    scanFinished: () => scan?.finished ?? Promise.resolve(noScan),
    problems: () => listProblems(require().db),
    listFolders,
    photoResponse: async (id, size, asker) => photos.respond(require(), id, size, asker),
    async exifOf(id) {
      const path = await readablePath(require(), id);
      if (path === null) throw new WhiskerError('not-found', 'The file of this photo is not there now.');
      return imaging.request({ kind: 'read-exif', path }, { timeoutMs: RENDER_LIMIT_MS });
    },
    async takeIn(path) {
      return takeIn(require(), path, { imaging, events });
    },
    keepElsewhere: (photos) => keepElsewhere(require().db, photos, require().firstPhotoId),
  };
}

/** What a folder is really called: walking meets no other name. */
const realOf = (folder: string): string => (existsSync(folder) ? realpathSync(folder) : resolve(folder));
