// Which of the photos under review are nearly the same. The engine says so; it is asked once for a list, and the list
// does not wait long for it.

import { setTimeout } from 'node:timers/promises';
import type { Explorer } from '../explorer/explorer.ts';
import type { Db } from '../db/open.ts';
import type { FeatureService } from '../features/feature-service.ts';
import type { LibraryService } from '../library/library.ts';
import type { PhotoId } from '../../shared/types.ts';

export interface BurstFinder {
  /**
   * Photo -> the first of its burst in the order given, itself for that one. Empty while the photos have not been
   * looked at, and when the engine takes longer than a second: the next list has it.
   */
  firstOf(photoIds: readonly PhotoId[]): Promise<ReadonlyMap<PhotoId, PhotoId>>;
}

export interface BurstFinderParts {
  library: Pick<LibraryService, 'require'>;
  features: Pick<FeatureService, 'now'>;
  explorer: Pick<Explorer, 'ask'>;
}

const LONGEST_WAIT_MS = 1000;

export function createBurstFinder({ library, features, explorer }: BurstFinderParts): BurstFinder {
  let known: ReadonlyMap<PhotoId, PhotoId> = new Map();
  /** The library that `known` is of. */
  let db: Db | null = null;
  let asked: { photoIds: readonly PhotoId[]; answer: Promise<void> } | null = null;

  async function ask(photoIds: readonly PhotoId[]): Promise<void> {
    const of = db;
    const looked = await features.now();
    if (!looked || looked.ids.length < 2) return;
    const at = new Map(looked.ids.map((id, i) => [id, i]));
    const seen = photoIds.filter((id) => at.has(id));
    const positions = Int32Array.from(seen, (id) => at.get(id) ?? 0);
    const { first } = await explorer.ask({ kind: 'find-bursts', features: looked.features, positions });
    if (db !== of) return;
    const found = new Map(photoIds.map((id) => [id, id]));
    seen.forEach((id, i) => found.set(id, seen[first[i] ?? i] ?? id));
    known = found;
  }

  return {
    async firstOf(photoIds) {
      if (db !== library.require().db) {
        db = library.require().db;
        known = new Map();
        asked = null;
      }
      if (photoIds.every((id) => known.has(id))) return known;
      if (!asked || !sameIds(asked.photoIds, photoIds)) {
        // Without an answer the list is as good, but for repetitions.
        const answer = ask(photoIds).catch(() => {});
        const mine = { photoIds, answer };
        asked = mine;
        void answer.finally(() => {
          if (asked === mine) asked = null;
        });
      }
      await Promise.race([asked.answer, setTimeout(LONGEST_WAIT_MS, null, { ref: false })]);
      return known;
    },
  };
}

const sameIds = (a: readonly PhotoId[], b: readonly PhotoId[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);
