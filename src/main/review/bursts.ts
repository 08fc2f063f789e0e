// Which of the photos under review are nearly the same: by when they were taken and what they look like, as it is kept
// with them (src/main/bursts), or by their features. Of these the engine knows; a list does not wait for it, and is
// announced anew once it has said so.

import type { Explorer } from '../explorer/explorer.ts';
import { burstsByPhoto } from '../db/burst-rows.ts';
import type { Db } from '../db/open.ts';
import type { EventBus } from '../events.ts';
import type { FeatureService } from '../features/feature-service.ts';
import type { LibraryService } from '../library/library.ts';
import type { Log } from '../log.ts';
import { DisjointSets } from '../../shared/disjoint-sets.ts';
import type { PhotoId } from '../../shared/types.ts';

export interface BurstFinder {
  /**
   * Photo -> the first of its burst in the order given, itself for that one, as far as it is known. What features say
   * is asked of the engine where it is not, and 'review.regrouped' tells when any are nearly the same.
   */
  firstOf(photoIds: readonly PhotoId[]): ReadonlyMap<PhotoId, PhotoId>;
}

export interface BurstFinderParts {
  library: Pick<LibraryService, 'require'>;
  features: Pick<FeatureService, 'now'>;
  explorer: Pick<Explorer, 'ask'>;
  events: Pick<EventBus, 'emit'>;
  log: Log;
}

export function createBurstFinder({ library, features, explorer, events, log }: BurstFinderParts): BurstFinder {
  /** What features say. */
  let known: ReadonlyMap<PhotoId, PhotoId> = new Map();
  /** Photos of the question that the engine is at. */
  let asked: ReadonlySet<PhotoId> = new Set();
  /** The library that these are of. */
  let db: Db | null = null;

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
    if (first.some((one, i) => one !== i)) events.emit('review.regrouped', null);
  }

  /** Asks what features say of these, unless that is known or being asked. */
  function know(photoIds: readonly PhotoId[]): void {
    const areIn = (ids: { has: (id: PhotoId) => boolean }) => photoIds.every((id) => ids.has(id));
    if (areIn(known) || areIn(asked)) return;
    const mine = (asked = new Set(photoIds));
    void ask(photoIds)
      // The list is as good without, but for repetitions.
      .catch((error: unknown) => log('warning', 'Which photos are nearly the same could not be found.', String(error)))
      .finally(() => {
        if (asked === mine) asked = new Set();
      });
  }

  return {
    firstOf(photoIds) {
      const open = library.require().db;
      if (db !== open) {
        db = open;
        [known, asked] = [new Map(), new Set()];
      }
      know(photoIds);
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
