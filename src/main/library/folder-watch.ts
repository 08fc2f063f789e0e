// Hears that something in a folder may have changed. Watches folders and no single file, so that a hundred thousand
// photos cost no more than the folders they lie in; what has changed is for a scan to say.

import { basename, join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { watch, type FSWatcher } from 'chokidar';
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
  /** From now on nothing is missed. Said once. */
  onReady(): void;
  /** It has stopped watching. Said once. */
  onTrouble(trouble: WatchTrouble): void;
}

const MOST_FOLDERS = 5000;
/** ENOSPC is what Linux says when the user's inotify watches are used up. */
const outOfWatches = new Set(['ENOSPC', 'EMFILE', 'ENFILE']);

/**
 * Links are not followed: what lies behind them is seen when a scan looks. Folders are taken up one after the other,
 * each by a watcher of its own: chokidar looks at each file in a folder first, and at all of them at once nothing else
 * would get to the disk.
 */
export function watchFolder(folder: string, options: WatchOptions): FolderWatch {
  const { exclude, mostFolders = MOST_FOLDERS, onHint, onReady, onTrouble } = options;
  const own = exclude.map(asChokidar);
  const isOwn = (path: string) => own.some((one) => path === one || path.startsWith(`${one}/`));
  const watchers = new Map<string, FSWatcher>();
  /** Watchers of folders that are gone. */
  const ending = new Set<Promise<void>>();
  const ahead = [folder];
  let closed = false;
  let isReady = false;

  /** Resolves when the folder is watched, or can't be. */
  function watchOne(path: string): Promise<void> {
    const here = asChokidar(path);
    const watcher = watch(path, {
      depth: 0,
      ignored: (met, stats) => {
        if (met === here) return false;
        return (stats !== undefined && !stats.isDirectory()) || isLitter(basename(met)) || isOwn(met);
      },
      followSymlinks: false,
      ignorePermissionErrors: true,
      atomic: false,
    });
    watchers.set(path, watcher);
    watcher.on('addDir', (met) => met !== path && ahead.push(met) === 1 && isReady && void work());
    watcher.on('unlinkDir', drop);
    watcher.on('raw', (_event, name) => !isOwn(asChokidar(join(path, name ?? ''))) && onHint());
    return new Promise((resolve) => {
      watcher.on('ready', resolve);
      watcher.on('error', (error) => {
        if (error instanceof Error && 'code' in error && outOfWatches.has(String(error.code))) stop('no-room');
        // Anything else is one folder's trouble, and hints are not all there is.
        resolve();
      });
    });
  }

  async function work(): Promise<void> {
    for (let path = ahead[0]; path !== undefined && !closed; path = ahead[0]) {
      if (watchers.size >= mostFolders) return stop('too-many');
      if (!watchers.has(path)) await watchOne(path);
      ahead.shift();
    }
    if (closed || isReady) return;
    isReady = true;
    onReady();
  }

  /** The folder is gone, and with it those inside. */
  function drop(gone: string): void {
    for (const [path, watcher] of watchers) {
      if (path !== gone && !path.startsWith(gone + sep)) continue;
      watchers.delete(path);
      const ended = end(watcher).finally(() => ending.delete(ended));
      ending.add(ended);
    }
  }

  async function close(): Promise<void> {
    closed = true;
    drop(folder);
    await Promise.all(ending);
  }

  function stop(trouble: WatchTrouble): void {
    if (closed) return;
    void close();
    onTrouble(trouble);
  }

  void work();
  return { close };
}

/** In a turn of its own: chokidar opens itself again when it is closed by a listener, or between two of its steps. */
async function end(watcher: FSWatcher): Promise<void> {
  await setImmediate();
  const ended = watcher.close();
  // What is still being opened may fail now, and its listeners are gone.
  watcher.on('error', () => {});
  await ended;
}

/** A path as chokidar spells it. */
const asChokidar = (path: string): string => path.replaceAll(sep, '/');
