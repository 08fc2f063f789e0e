// Which of the three heads speaks for the run, and what is known of the pool by which to tell. The SSGAN is the rule;
// the exceptions are where unlabelled photos are known not to help, and where the labels that were held out say so.
// docs/how-it-learns.md has the numbers.

import type { Head } from '../../shared/training.ts';
import { isClearlyBetter } from '../../shared/statistics.ts';

export interface Pool {
  /** Photos in the pool, labels and classes. */
  photos: number;
  labels: number;
  classes: number;
  /** Share of the pool that the logistic regression puts into its rarest class, 0 to 1. */
  rarestShare: number;
}

export interface Evidence extends Pool {
  /** For each held-out photo, which heads were right; empty when none was held out. */
  heldOut: Record<Head, boolean>[];
}

/**
 * Below these the pool is too small, or a class in it too rare, for the real/fake term to find the gap between classes.
 */
const SMALL_POOL = 500;
const RARE_CLASS = 0.2;
const RARE_CLASS_WHEN_WIDE = 0.05;
/** So many labels tell how the pool is divided. */
const ENOUGH_LABELS = 20;
const LOPSIDED = 0.35;

/**
 * How much wider than the pool the Gaussian generator draws. In a lopsided pool the rare class lies out where the
 * frequent one's own points lie far apart, and a wider cloud keeps the gap between them empty. Measured for two
 * classes.
 */
export const generatorSpread = ({ labels, classes, rarestShare }: Omit<Pool, 'photos'>): number =>
  classes === 2 && labels >= ENOUGH_LABELS && rarestShare < LOPSIDED ? 1.5 : 1;

const heads = ['ssgan', 'logistic', 'labels-only'] as const satisfies readonly Head[];

export function chooseHead(evidence: Evidence): Head {
  const { photos, rarestShare, heldOut } = evidence;
  const rare = generatorSpread(evidence) > 1 ? RARE_CLASS_WHEN_WIDE : Math.min(RARE_CLASS, 0.4 / evidence.classes);
  const poolSpeaks = rarestShare >= rare && photos >= SMALL_POOL;
  const ofHead = (head: Head) => heldOut.map((right) => right[head]);
  let best: Head = poolSpeaks ? 'ssgan' : 'logistic';
  for (const rival of heads) {
    if (isClearlyBetter(ofHead(rival), ofHead(best), heads.length - 1)) best = rival;
  }
  return best;
}
