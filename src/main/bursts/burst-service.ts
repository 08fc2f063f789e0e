// Groups the photos of the open library that are nearly the same, whenever a scan has found others; in a process of its
// own, so that no picture waits for it. What was found is kept with the photos.

import { toFailure } from '../../shared/errors.ts';
import type { BurstList } from '../../shared/types.ts';
import { isGrouped, keepBursts, listBursts, photosToGroup } from '../db/burst-rows.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import type { LibraryService } from '../library/library.ts';
import type { OpenLibrary } from '../library/open-library.ts';

export interface BurstService {
  /** As they were grouped last. Throws 'no-library'. */
  list(): BurstList;
  /** Resolves when what the last scan found is grouped, or can't be; at once when nothing is to be done. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface BurstServiceParts {
  library: Pick<LibraryService, 'require' | 'accompany' | 'current'>;
  events: EventBus;
  engine: Omit<EngineOptions, 'role'>;
}

/** It can't listen while it compares: a million photos take it a minute or two. */
const SILENCE_MS = 15 * 60_000;

export function createBurstService({ library, events, engine }: BurstServiceParts): BurstService {
  let work: { ending: AbortController; done: Promise<void> } | null = null;

  function group(open: OpenLibrary): void {
    const before = end();
    const ending = new AbortController();
    work = { ending, done: before.then(() => groupPhotos(open, ending.signal)) };
  }

  async function groupPhotos({ db }: OpenLibrary, signal: AbortSignal): Promise<void> {
    if (signal.aborted || isGrouped(db)) return;
    const imaging = createEngine({ role: 'imaging', silenceMs: SILENCE_MS, ...engine });
    try {
      const photos = await photosToGroup(db, signal);
      const { fingerprints, takenAt } = photos;
      const { first } = await imaging.request({ kind: 'group-bursts', fingerprints, takenAt }, { signal });
      if (signal.aborted) return;
      if (keepBursts(db, photos, first)) events.emit('bursts.changed', null);
    } catch (error) {
      // Photos stay as they were grouped before; the next scan tries again.
      if (!signal.aborted) engine.log?.('warning', 'Photos could not be grouped.', toFailure(error).message);
    } finally {
      await imaging.kill();
    }
  }

  async function end(): Promise<void> {
    work?.ending.abort();
    await work?.done;
  }

  library.accompany({ opened: () => {}, closing: end });
  const unsubscribe = events.subscribe(({ name, payload }) => {
    if (name !== 'scan.progress' || payload.phase === 'listing' || payload.phase === 'reading') return;
    if (library.current) group(library.current);
  });

  return {
    list: () => listBursts(library.require().db),
    settled: async () => work?.done,
    async close() {
      unsubscribe();
      await end();
    },
  };
}
