// Keeps the open library true to its folder while somebody works in it: looks again when something may have changed,
// when the window comes to the front, and when the folder goes away or is back. What is otherwise, the scan announces.

import { existsSync, realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ScanProgress } from '../../shared/types.ts';
import { inRegistry } from '../db/open-registry.ts';
import { isWatching, setWatching } from '../db/registry.ts';
import type { EventBus } from '../events.ts';
import type { Log } from '../log.ts';
import { watchFolder, type FolderWatch, type WatchTrouble } from './folder-watch.ts';
import type { LibraryService } from './library.ts';
import type { OpenLibrary } from './open-library.ts';

export interface FolderFollower {
  /** Somebody looks at the library again: changes of which no hint came are found now. */
  atFront(): void;
  /** Whether the person wants the folder watched. */
  state(): { on: boolean };
  /** Remembered for all libraries; takes hold at once. */
  set(on: boolean): { on: boolean };
  close(): void;
}

export interface FollowerParts {
  library: LibraryService;
  events: EventBus;
  log: Log;
  dataDir: string;
  /** Whether a folder may be watched here; it is looked at when the window comes to the front all the same. */
  watches: boolean;
  /** More folders than so many are not watched. */
  mostFolders?: number;
  /** At the front a look is only a net below the hints: at most one in so many milliseconds. */
  frontEveryMs?: number;
}

/** A look waits until the hints have paused for so long, because files come in batches and are written in pieces, */
const PAUSE_MS = 700;
/** but not longer than so long. */
const LONGEST_WAIT_MS = 5000;
/** Looks take at most a fifth of the time. */
const REST_FACTOR = 4;
/** At the front they take at most a twentieth of it. */
const FRONT_REST_FACTOR = 20;
/** No event tells that a drive was pulled out or a folder above was renamed, so the folder itself is looked for. */
const ROOT_EVERY_MS = 2000;

const unwatched: Record<WatchTrouble, string> = {
  'too-many':
    'This folder has too many folders inside it to be watched. New photos show when you come back to this window.',
  'no-room': "This machine can't watch any more folders. New photos show when you come back to this window.",
};

/** The open library as it is followed. */
interface Followed {
  library: OpenLibrary;
  watch: FolderWatch | null;
  /** Which folder is watched, by device and inode; null when none was there. */
  root: string | null;
  /** The last look did not find the folder. */
  isAway: boolean;
  /** Watching has failed, and that was said. */
  givenUp: boolean;
  looking: boolean;
  /** When the first hint came that no look has followed yet. */
  hintedAt: number | null;
  lookTimer: NodeJS.Timeout | undefined;
  rootTimer: NodeJS.Timeout | undefined;
  /** When the last look ended, and how long it took without reading what was new. */
  lastLook: { endedAt: number; ms: number };
}

export function createFolderFollower(parts: FollowerParts): FolderFollower {
  const { library, events, log, dataDir, watches, mostFolders, frontEveryMs = 10_000 } = parts;
  let open: Followed | null = null;
  let on: boolean | null = null;
  const isOn = () => (on ??= inRegistry(dataDir, isWatching));

  function hint(here: Followed): void {
    if (here !== open || !here.watch) return;
    here.hintedAt ??= performance.now();
    if (!here.looking) schedule(here);
  }

  function schedule(here: Followed): void {
    const now = performance.now();
    const { endedAt, ms } = here.lastLook;
    const latest = (here.hintedAt ?? now) + LONGEST_WAIT_MS;
    const at = Math.max(Math.min(now + PAUSE_MS, latest), endedAt + REST_FACTOR * ms);
    clearTimeout(here.lookTimer);
    here.lookTimer = setTimeout(() => void look(here), Math.max(0, at - now));
    here.lookTimer.unref();
  }

  async function look(here: Followed): Promise<void> {
    if (here !== open || here.looking) return;
    clearTimeout(here.lookTimer);
    here.looking = true;
    // What a scan that runs already has passed by may have changed since.
    await library.scanFinished();
    here.hintedAt = null;
    const end = here === open ? await library.lookAgain() : null;
    here.looking = false;
    if (!end || here !== open) return;
    here.lastLook = { endedAt: performance.now(), ms: end.listingMs };
    await followRoot(here, end);
    if (here === open && here.hintedAt !== null) schedule(here);
  }

  /** Watches the folder as it is now, and looks whether it stays. */
  async function followRoot(here: Followed, { phase }: Pick<ScanProgress, 'phase'>): Promise<void> {
    const { folder } = here.library;
    const root = phase === 'missing' ? null : await identityOf(folder);
    if (here !== open) return;
    if (here.watch && root !== here.root) await stopWatching(here);
    if (here !== open) return;
    here.root = root;
    here.isAway = phase === 'missing';
    if (!watches || !isOn()) return;
    if (root !== null && !here.watch && !here.givenUp) {
      here.watch = watchFolder(folder, {
        exclude: [dataDir, here.library.dir].map(realOf),
        ...(mostFolders !== undefined && { mostFolders }),
        onHint: () => hint(here),
        onReady: () => hint(here),
        onTrouble: (trouble) => giveUp(here, trouble),
      });
    }
    waitForRoot(here);
  }

  function waitForRoot(here: Followed): void {
    clearTimeout(here.rootTimer);
    here.rootTimer = setTimeout(() => void lookForRoot(here), ROOT_EVERY_MS);
    here.rootTimer.unref();
  }

  async function lookForRoot(here: Followed): Promise<void> {
    const root = await identityOf(here.library.folder);
    if (here !== open || !isOn()) return;
    if (root === here.root || here.looking) waitForRoot(here);
    else void look(here);
  }

  function giveUp(here: Followed, trouble: WatchTrouble): void {
    here.watch = null;
    here.givenUp = true;
    if (here !== open) return;
    log('warning', `The folder is not watched: ${trouble}.`);
    events.emit('folder.unwatched', { message: unwatched[trouble] });
  }

  async function stopWatching(here: Followed): Promise<void> {
    const { watch } = here;
    here.watch = null;
    await watch?.close();
  }

  /** Nothing but the window that comes to the front has the folder looked at any more. */
  async function rest(here: Followed): Promise<void> {
    clearTimeout(here.lookTimer);
    clearTimeout(here.rootTimer);
    here.hintedAt = null;
    await stopWatching(here);
  }

  async function stop(): Promise<void> {
    const here = open;
    open = null;
    if (here) await rest(here);
  }

  library.accompany({
    opened(opened) {
      open = {
        library: opened,
        watch: null,
        root: null,
        isAway: false,
        givenUp: false,
        looking: false,
        hintedAt: null,
        lookTimer: undefined,
        rootTimer: undefined,
        lastLook: { endedAt: performance.now(), ms: 0 },
      };
    },
    closing: stop,
  });
  // Listing is over: what has changed since is for the watch, which has the folder looked at once it is ready.
  const unsubscribe = events.subscribe(({ name, payload }) => {
    if (name !== 'scan.progress' || payload.phase === 'listing' || !open || !watches || !isOn()) return;
    const isNew = open.watch === null && open.root === null && open.rootTimer === undefined;
    if (isNew || payload.phase === 'missing') void followRoot(open, payload);
  });

  return {
    atFront() {
      if (!open || open.looking) return;
      const { endedAt, ms } = open.lastLook;
      const rest = Math.max(open.isAway ? ROOT_EVERY_MS : frontEveryMs, FRONT_REST_FACTOR * ms);
      if (performance.now() - endedAt >= rest) void look(open);
    },
    state: () => ({ on: isOn() }),
    set(wanted) {
      inRegistry(dataDir, (db) => setWatching(db, wanted));
      on = wanted;
      events.emit('watch.changed', { on });
      if (open && !wanted) void rest(open);
      if (open && wanted) {
        open.givenUp = false;
        void look(open);
      }
      return { on };
    },
    close() {
      unsubscribe();
      void stop();
    },
  };
}

/** Null while there is no such folder. */
const identityOf = (folder: string): Promise<string | null> =>
  stat(folder, { bigint: true }).then(
    (stats) => (stats.isDirectory() ? `${stats.dev}:${stats.ino}` : null),
    () => null,
  );

const realOf = (folder: string): string => (existsSync(folder) ? realpathSync(folder) : folder);
