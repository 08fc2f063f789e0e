// What it would bring to spread the checks over strata of confidence in proportion to their sizes: intervals of checks
// alone, drawn uniformly and spread.

import { intervalOf } from '../../../src/main/review/errors-left.ts';
import { randomBy } from './simulated-library.ts';

export interface StrataRow {
  /** Error rates of five strata of 400 photos each. */
  rates: readonly number[];
  checks: number;
  order: 'uniform' | 'spread';
  /** Mean width of the interval, and standard deviation of the share of errors found: shares of 1. */
  width: number;
  deviation: number;
  /** Share of the intervals that hold the truth. */
  covered: number;
}

const STRATUM = 400;
const LIBRARIES = 500;
const cases = [
  [0.0025, 0.005, 0.0075, 0.01, 0.08],
  [0, 0, 0, 0, 0.1],
  [0.02, 0.05, 0.1, 0.2, 0.4],
];

export const compareOrders = (): StrataRow[] =>
  cases.flatMap((rates) =>
    [30, 80].flatMap((checks) =>
      (['uniform', 'spread'] as const).map((order) => ({ rates, checks, order, ...measure(rates, checks, order) })),
    ),
  );

function measure(rates: readonly number[], checks: number, order: StrataRow['order']) {
  const random = randomBy(7);
  const photos = rates.length * STRATUM;
  const seen = Array.from({ length: LIBRARIES }, () => {
    const all = rates.flatMap((rate) => stratum(rate, order, random)).sort((a, b) => a.place - b.place);
    const drawn = all.slice(0, checks);
    const found = (from: number) => drawn.slice(from).filter(({ isWrong }) => isWrong).length;
    const draws = drawn.map(({ isWrong }, i) => ({ pool: photos - i, found: found(i), wrong: isWrong }));
    const [low, high] = intervalOf(draws, photos - checks);
    const truth = all.slice(checks).filter(({ isWrong }) => isWrong).length;
    return { width: (high - low) / photos, share: found(0) / checks, isCovered: low <= truth && truth <= high };
  });
  const mean = (of: (one: (typeof seen)[number]) => number) => seen.reduce((sum, one) => sum + of(one), 0) / LIBRARIES;
  const share = mean((one) => one.share);
  return {
    width: mean((one) => one.width),
    deviation: Math.sqrt(mean((one) => (one.share - share) ** 2)),
    covered: mean((one) => Number(one.isCovered)),
  };
}

/** Spread: the photos of a stratum, shuffled, lie evenly over the whole order, each at random in a span of its own. */
function stratum(rate: number, order: StrataRow['order'], random: () => number) {
  const shuffled = Array.from({ length: STRATUM }, (_, i) => ({
    isWrong: i < Math.round(rate * STRATUM),
    key: random(),
  })).sort((a, b) => a.key - b.key);
  return shuffled.map(({ isWrong }, i) => ({
    isWrong,
    place: order === 'uniform' ? random() : (i + random()) / STRATUM,
  }));
}
