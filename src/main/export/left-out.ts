// Counts what an export leaves out, by its reason.

import type { LeftOut } from '../../shared/export.ts';

const SHOWN = 3;

export interface LeftOutTally {
  /** `reason` as a sentence. */
  add(path: string, reason: string): void;
  /** The commonest reason first. */
  list(): LeftOut[];
}

export function tallyLeftOut(): LeftOutTally {
  const byReason = new Map<string, LeftOut>();
  return {
    add(path, reason) {
      const entry = byReason.get(reason) ?? { reason, photos: 0, first: [] };
      byReason.set(reason, entry);
      entry.photos++;
      if (entry.first.length < SHOWN) entry.first.push(path);
    },
    list: () => [...byReason.values()].sort((a, b) => b.photos - a.photos),
  };
}
