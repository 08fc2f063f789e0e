// Which of the three heads speaks for the run. The SSGAN is the rule; the exceptions are where unlabelled photos are known not to help,
// and where the labels that were held out say so.

import type { Head } from '../../shared/types.ts';

export interface Evidence {
  /** Photos in the pool, and labels learned from. */
  photos: number;
  labels: number;
  /** Share of the pool that the logistic regression puts into its rarest class, 0 to 1. */
  rarestShare: number;
  /** For each held-out photo, which heads were right; empty when none was held out. */
  heldOut: Record<Head, boolean>[];
}

/** Below these the pool is too small, or a class in it too rare, for the real/fake term to find the gap between classes. */
const SMALL_POOL = 500;
const ENOUGH_LABELS = 20;
const RARE_CLASS = 0.1;

export function chooseHead({ photos, labels, rarestShare, heldOut }: Evidence): Head {
  const poolSpeaks = rarestShare >= RARE_CLASS && !(photos < SMALL_POOL && labels >= ENOUGH_LABELS);
  let best: Head = poolSpeaks ? 'ssgan' : 'logistic';
  for (const rival of ['ssgan', 'logistic', 'labels-only'] as const) {
    if (isClearlyBetter(rival, best, heldOut)) best = rival;
  }
  return best;
}

/** McNemar 1947: of the photos on which just one of the two is right, clearly more than half speak for the rival (z > 1.64). */
function isClearlyBetter(rival: Head, champion: Head, heldOut: Evidence['heldOut']): boolean {
  const wins = heldOut.filter((right) => right[rival] && !right[champion]).length;
  const losses = heldOut.filter((right) => right[champion] && !right[rival]).length;
  return wins - losses > 1.64 * Math.sqrt(wins + losses);
}
