// The open library: which folder it is, where its database and caches live, and the scan that keeps both true to the folder.

import type { Engine, EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import type { Db } from '../db/open.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { PhotoSize } from '../../shared/photo-url.ts';
import type { FolderListing, PhotoId, Problem, RecentLibrary, ScanProgress } from '../../shared/types.ts';

export interface OpenLibrary {
  readonly db: Db;
  /** Absolute path of the folder of photos. */
  readonly folder: string;
  readonly name: string;
  /** Where the database, thumbs/ and runs/ live. */
  readonly dir: string;
}

export interface LibraryService {
  readonly current: OpenLibrary | null;
  /** The open library; throws 'no-library' when there is none. */
  require(): OpenLibrary;
  recent(): RecentLibrary[];
  forget(folder: string): void;
  /** Known photos are ready when this resolves; the scan runs on. Throws 'folder-unavailable'. */
  open(folder: string): Promise<OpenLibrary>;
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
  /** WebP of a photo, 404 for an unknown one. The thumbnail comes from the cache; the large one is rendered when asked for. */
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

export function createLibraryService(parts: LibraryServiceParts): LibraryService {
  throw new WhiskerError('internal', `The library at ${parts.options.dataDir} can't be opened yet.`);
}
