// Hears that something in a folder may have changed. Watches folders and no single file, so that a hundred thousand
// photos cost no more than the folders they lie in; what has changed is for a scan to say.

import { basename, join, sep } from 'node:path';
import { watch } from 'chokidar';
import { isLitter } from './walk.ts';

export interface FolderWatch {
  close(): Promise<void>;
}

/** Why a folder can't be watched: it has too many folders inside it, or the system watches as many as it can. */
export type WatchTrouble = 'too-many' | 'no-room';

export interface WatchOptions {
  /** Whisker's own folders (absolute), which are none of the photos'. */
  exclude: readonly string[];
  /** Watching more takes memory, and on Linux watches that other programs want too. */
  mostFolders?: number;
  /** Something may have changed. Comes in floods. */
  onHint(): void;
  /** From now on nothing is missed. */
  onReady(): void;
  /** It has stopped watching. Said once. */
  onTrouble(trouble: WatchTrouble): void;
}

const MOST_FOLDERS = 5000;
/** ENOSPC is what Linux says when the user's inotify watches are used up. */
const outOfWatches = new Set(['ENOSPC', 'EMFILE', 'ENFILE']);

/** Links are not followed: what lies behind them is seen when a scan looks. */
export function watchFolder(folder: string, options: WatchOptions): FolderWatch {
  const { exclude, mostFolders = MOST_FOLDERS, onHint, onReady, onTrouble } = options;
  // As chokidar spells paths.
  const asUrl = (path: string) => path.replaceAll(sep, '/');
  const [root, own] = [asUrl(folder), exclude.map(asUrl)];
  const isOwn = (path: string) => own.some((one) => path === one || path.startsWith(`${one}/`));
  let folders = 0;
  let stopped = false;

  const watcher = watch(folder, {
    ignored: (path, stats) => {
      if (path === root) return false;
      return (stats !== undefined && !stats.isDirectory()) || isLitter(basename(path)) || isOwn(path);
    },
    followSymlinks: false,
    ignorePermissionErrors: true,
    atomic: false,
  });

  function close(): Promise<void> {
    const closed = watcher.close();
    // What is still being opened may fail now, and its listeners are gone.
    watcher.on('error', () => {});
    return closed;
  }

  function stop(trouble: WatchTrouble): void {
    if (stopped) return;
    stopped = true;
    void close();
    onTrouble(trouble);
  }

  watcher.on('addDir', () => ++folders > mostFolders && stop('too-many'));
  watcher.on('unlinkDir', () => folders--);
  watcher.on('ready', onReady);
  watcher.on('raw', (_event, name, details) => {
    if (!isOwn(asUrl(join(watchedPath(details) ?? folder, name ?? '')))) onHint();
  });
  watcher.on('error', (error) => {
    if (error instanceof Error && 'code' in error && outOfWatches.has(String(error.code))) stop('no-room');
    // Anything else is one folder's trouble, and hints are not all there is.
  });
  return { close };
}

/** The folder whose watch had the event, as chokidar tells it. */
const watchedPath = (details: unknown): string | null =>
  typeof details === 'object' && details !== null && 'watchedPath' in details ? String(details.watchedPath) : null;
