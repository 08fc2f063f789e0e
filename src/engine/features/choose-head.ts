// Which of the heads speaks for the run, and what is known of the pool by which to tell. The SSGAN is the rule; the
// exceptions are where photos are too few for it, and where labels that were not learned from say so.
// docs/how-it-learns.md has the numbers.

import type { Head } from '../../shared/training.ts';
import { isClearlyBetter, mostLikely } from '../../shared/statistics.ts';

export interface Pool {
  /** Photos in the pool, labels and classes. */
  photos: number;
  labels: number;
  classes: number;
  /** Share of the pool that the logistic regression puts into its rarest class, 0 to 1. */
  rarestShare: number;
}

/** Of each head that was measured, whether it was right on each of the same photos. */
export type RightOnes = Partial<Record<Head, readonly boolean[]>>;

/**
 * Below these the pool is too small, or a class in it too rare, for the real/fake term to find the gap between classes.
 */
const SMALL_POOL = 500;
const RARE_CLASS = 0.2;
const RARE_CLASS_WHEN_WIDE = 0.05;
/** So many labels tell how the pool is divided. */
const ENOUGH_LABELS = 20;
const LOPSIDED = 0.35;
/** Of a small pool: a class of a few dozen photos has too few neighbours of its own for labels to spread among. */
const LOPSIDED_WHEN_SMALL = 0.3;
const ENOUGH_LABELS_WHEN_SMALL = 10;

/**
 * How much wider than the pool the Gaussian generator draws. In a lopsided pool the rare class lies out where the
 * frequent one's own points lie far apart, and a wider cloud keeps the gap between them empty. Measured for two
 * classes.
 */
export const generatorSpread = ({ labels, classes, rarestShare }: Omit<Pool, 'photos'>): number =>
  classes === 2 && labels >= ENOUGH_LABELS && rarestShare < LOPSIDED ? 1.5 : 1;

/** The head in use where there is no SSGAN, or where it can't be trusted. */
export const headBesideSsgan = ({ photos, labels, rarestShare }: Omit<Pool, 'classes'>): Head =>
  photos < SMALL_POOL && labels >= ENOUGH_LABELS_WHEN_SMALL && rarestShare < LOPSIDED_WHEN_SMALL
    ? 'logistic'
    : 'propagation';

/** Share of the rows whose likeliest class is the rarest.  said: [n, K] logits or probabilities. */
export function shareOfRarest(said: Float32Array, classes: number): number {
  const rows = said.length / classes;
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < rows; row++) {
    const k = mostLikely(said, row, classes);
    counts[k] = (counts[k] ?? 0) + 1;
  }
  return Math.min(...counts) / rows;
}

const heads = ['ssgan', 'propagation', 'logistic', 'labels-only'] as const satisfies readonly Head[];

export function chooseHead(pool: Pool, right: RightOnes): Head {
  const { photos, rarestShare, classes } = pool;
  const rare = generatorSpread(pool) > 1 ? RARE_CLASS_WHEN_WIDE : Math.min(RARE_CLASS, 0.4 / classes);
  const poolSpeaks = rarestShare >= rare && photos >= SMALL_POOL;
  let best: Head = poolSpeaks ? 'ssgan' : headBesideSsgan(pool);
  const measured = heads.filter((head) => right[head]);
  for (const rival of measured) {
    const [challenger, champion] = [right[rival], right[best]];
    if (challenger && champion && isClearlyBetter(challenger, champion, measured.length - 1)) best = rival;
  }
  return best;
}
