// The statistics that engine, services and screens share: what a share of right answers is worth, which of two heads is
// better on the same photos, what a row of probabilities says. Pure arithmetic.

import type { Accuracy, Difference } from './training.ts';

/** The 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Share of `correct` among `n` >= 1 with its 95 % score interval (Wilson 1927), which stays inside 0 to 1, is honest
 * for small n and never excludes the share itself.
 */
export function wilson(correct: number, n: number): Accuracy {
  const share = correct / n;
  const centre = share + Z ** 2 / (2 * n);
  const spread = Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  const scale = 1 + Z ** 2 / n;
  // At 0 and at n right answers the bound is the share itself, but for rounding.
  return {
    accuracy: share,
    low: Math.max(0, Math.min(share, (centre - spread) / scale)),
    high: Math.min(1, Math.max(share, (centre + spread) / scale)),
    n,
  };
}

/**
 * Share that `one` has right less the share that `other` has right on the same photos, with the 95 % interval of
 * Newcombe 1998 ("Improved confidence intervals for the difference between binomial proportions based on paired data"),
 * method 10.
 */
export function pairedDifference(one: readonly boolean[], other: readonly boolean[]): Difference {
  const n = one.length;
  const count = (first: boolean, second: boolean) =>
    one.filter((right, i) => right === first && other[i] === second).length;
  const both = count(true, true);
  const onlyOne = count(true, false);
  const onlyOther = count(false, true);
  const neither = count(false, false);
  const a = wilson(both + onlyOne, n);
  const b = wilson(both + onlyOther, n);
  const product = (both + onlyOne) * (onlyOther + neither) * (both + onlyOther) * (onlyOne + neither);
  const covariance = both * neither - onlyOne * onlyOther;
  // The correlation, with a continuity correction where it is positive.
  const corrected = covariance > 0 ? Math.max(0, covariance - n / 2) : covariance;
  const phi = product > 0 ? corrected / Math.sqrt(product) : 0;
  const side = (p: number, q: number) => Math.sqrt(p * p - 2 * phi * p * q + q * q);
  const difference = a.accuracy - b.accuracy;
  return {
    difference,
    low: difference - side(a.accuracy - a.low, b.high - b.accuracy),
    high: difference + side(b.accuracy - b.low, a.high - a.accuracy),
  };
}

/**
 * Share that `one` has right less the share that `other` has right, each on photos of its own, with the 95 % interval
 * of Newcombe 1998 ("Interval estimation for the difference between independent proportions"), method 10.
 */
export function unpairedDifference(one: Accuracy, other: Accuracy): Difference {
  const difference = one.accuracy - other.accuracy;
  return {
    difference,
    low: difference - Math.hypot(one.accuracy - one.low, other.high - other.accuracy),
    high: difference + Math.hypot(one.high - one.accuracy, other.accuracy - other.low),
  };
}

/** One-sided, so that a lead that decides is one whose 95 % interval (`pairedDifference`) excludes 0. */
const LEVEL = 0.025;

/**
 * Whether `rival` is clearly better than `champion` on the same photos, each marked right or wrong: McNemar's test
 * (1947) in its exact one-sided form at 2.5 %, divided by the number of rivals that are tried (Bonferroni). Of the
 * photos on which just one of the two is right, so many would speak for the rival by chance that rarely.
 */
export function isClearlyBetter(rival: readonly boolean[], champion: readonly boolean[], rivals = 1): boolean {
  const wins = rival.filter((right, i) => right && !champion[i]).length;
  const losses = rival.filter((right, i) => !right && champion[i]).length;
  return wins > losses && fairCoinTail(wins, wins + losses) <= LEVEL / rivals;
}

/** Probability that a fair coin shows heads `heads` times or more in `tosses`. */
export function fairCoinTail(heads: number, tosses: number): number {
  let sum = 0;
  let ways = 1; // C(tosses, k) / 2^tosses, from k = tosses down
  for (let i = 0; i < tosses; i++) ways /= 2;
  for (let k = tosses; k >= heads; k--) {
    sum += ways;
    ways *= k / (tosses - k + 1);
  }
  return sum;
}

/** The class that a row gives most to.  probabilities: [rows, classes] row-major. */
export function mostLikely(probabilities: Float32Array, row: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++) {
    if ((probabilities[row * classes + k] ?? 0) > (probabilities[row * classes + best] ?? 0)) best = k;
  }
  return best;
}

/** Keeps a probability of 0 from staying 0 at any temperature. */
const LEAST = 1e-30;

/**
 * [n, classes] probabilities as they would be with logits divided by `temperature` (Guo et al. 2017): softmax(l / T) is
 * p^(1/T) made to sum to 1. Null leaves them as they are.
 */
export function atTemperature(probabilities: Float32Array, classes: number, temperature: number | null): Float32Array {
  if (temperature === null || temperature === 1) return probabilities;
  const softened = probabilities.map((p) => Math.max(p, LEAST) ** (1 / temperature));
  for (let from = 0; from < softened.length; from += classes) {
    const row = softened.subarray(from, from + classes);
    const sum = row.reduce((total, p) => total + p, 0);
    row.forEach((p, k) => (row[k] = p / sum));
  }
  return softened;
}
