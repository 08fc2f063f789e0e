// Which of the photos under review are nearly the same: by when they were taken and what they look like, as it is kept
// with them (src/main/bursts), or by their features. Of these the engine knows; it is asked once for a list, and the
// list does not wait long for it.

import { setTimeout } from 'node:timers/promises';
import type { Explorer } from '../explorer/explorer.ts';
import { burstsByPhoto } from '../db/burst-rows.ts';
import type { Db } from '../db/open.ts';
import type { FeatureService } from '../features/feature-service.ts';
import type { LibraryService } from '../library/library.ts';
import { DisjointSets } from '../../shared/disjoint-sets.ts';
import type { PhotoId } from '../../shared/types.ts';

export interface BurstFinder {
  /**
   * Photo -> the first of its burst in the order given, itself for that one. Without what features say while the photos
   * have not been looked at, and when the engine takes longer than a second: the next list has it.
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
  /** What features say. */
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

  /** Waits a second at most; without an answer the list is as good, but for repetitions. */
  async function knowSoon(photoIds: readonly PhotoId[]): Promise<void> {
    if (photoIds.every((id) => known.has(id))) return;
    if (!asked || !sameIds(asked.photoIds, photoIds)) {
      const mine = { photoIds, answer: ask(photoIds).catch(() => {}) };
      asked = mine;
      void mine.answer.finally(() => {
        if (asked === mine) asked = null;
      });
    }
    await Promise.race([asked.answer, setTimeout(LONGEST_WAIT_MS, null, { ref: false })]);
  }

  return {
    async firstOf(photoIds) {
      const open = library.require().db;
      if (db !== open) {
        db = open;
        known = new Map();
        asked = null;
      }
      await knowSoon(photoIds);
      return joined(photoIds, [known, burstsByPhoto(open)]);
    },
  };
}

/** Photo -> the first of those that are one burst by any of the rules, or by several together. */
function joined(
  photoIds: readonly PhotoId[],
  rules: readonly ReadonlyMap<PhotoId, PhotoId>[],
): ReadonlyMap<PhotoId, PhotoId> {
  const sets = new DisjointSets(photoIds.length);
  for (const rule of rules) {
    const place = new Map<PhotoId, number>();
    photoIds.forEach((id, i) => {
      const burst = rule.get(id);
      if (burst === undefined) return;
      const before = place.get(burst);
      if (before === undefined) place.set(burst, i);
      else sets.join(before, i);
    });
  }
  const first = sets.first();
  return new Map(photoIds.map((id, i) => [id, photoIds[first[i] ?? i] ?? id]));
}

const sameIds = (a: readonly PhotoId[], b: readonly PhotoId[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);
