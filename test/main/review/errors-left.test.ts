import { describe, expect, test } from 'vitest';
import { errorsLeft, intervalOf } from '../../../src/main/review/errors-left.ts';
import type { Draw } from '../../../src/main/review/errors-left.ts';
import { isSafeToStop } from '../../../src/shared/errors-left.ts';
import { persons, review } from '../../bench/audit/simulated-library.ts';
import type { Kind } from '../../bench/audit/simulated-library.ts';

/** Checks one after the other with nothing labelled between; `wrong` says what each found. */
function drawsOf(photos: number, wrong: readonly boolean[]): Draw[] {
  return wrong.map((isWrong, i) => ({
    pool: photos - i,
    found: wrong.slice(i).filter(Boolean).length,
    wrong: isWrong,
  }));
}
const fates = (right: number, wrong: number) => [
  ...Array<boolean>(right).fill(false),
  ...Array<boolean>(wrong).fill(true),
];
const found = (photos: number, wrong: readonly boolean[]) => {
  const draws = drawsOf(photos, wrong);
  return errorsLeft({ forLow: draws, forHigh: draws }, photos - wrong.length);
};

describe('errors left', () => {
  test('nothing is said without a check', () => {
    expect(found(100, [])).toEqual({ left: 100, checks: 0, wrong: 0, errors: null, narrowedTo: null });
  });

  test('the interval holds the estimate, and lies within the photos left', () => {
    for (const photos of [20, 300, 5000]) {
      for (const wrong of [0, 1, 3, 9]) {
        const { errors, left } = found(photos, fates(10 - Math.min(9, wrong), wrong));
        expect(errors!.low).toBeLessThanOrEqual(errors!.estimate);
        expect(errors!.estimate).toBeLessThanOrEqual(errors!.high);
        expect(errors!.low).toBeGreaterThanOrEqual(0);
        expect(errors!.high).toBeLessThanOrEqual(left);
      }
    }
  });

  test('with every photo checked the number is exact', () => {
    expect(found(12, fates(9, 3)).errors).toEqual({ estimate: 0, low: 0, high: 0 });
  });

  test('more errors found raise both ends; more checks without one lower the upper end', () => {
    const ends = Array.from({ length: 15 }, (_, wrong) => intervalOf(drawsOf(2000, fates(60 - wrong, wrong)), 1940));
    for (let i = 1; i < ends.length; i++) {
      expect(ends[i]![0]).toBeGreaterThanOrEqual(ends[i - 1]![0]);
      expect(ends[i]![1]).toBeGreaterThan(ends[i - 1]![1]);
    }
    const highs = [5, 10, 20, 40, 80, 160].map(
      (checks) => intervalOf(drawsOf(2000, fates(checks, 0)), 2000 - checks)[1],
    );
    expect(highs).toEqual(highs.toSorted((a, b) => b - a));
  });

  test('it is safe to stop when the upper end is under 1 % of the photos left, and not before', () => {
    expect(isSafeToStop(found(2000, fates(200, 0)))).toBe(false);
    expect(isSafeToStop(found(2000, fates(600, 0)))).toBe(true);
    expect(isSafeToStop(found(2000, []))).toBe(false);
  });

  test('in a small library the same checks tell more than in a large one', () => {
    const share = (photos: number) => intervalOf(drawsOf(photos, fates(30, 0)), photos - 30)[1] / photos;
    expect(share(40)).toBeLessThan(share(100));
    expect(share(100)).toBeLessThan(share(10_000));
  });

  test('an m is ruled out exactly when the martingale of Waudby-Smith and Ramdas says so', () => {
    // By brute force: the ratio of a beta-binomial prior to its posterior, at every number of checks.
    const photos = 40;
    const wrong = [false, true, false, false, false, true, ...fates(9, 0)];
    const draws = drawsOf(photos, wrong);
    const prior = Array.from({ length: photos + 1 }, (_, e) => betaBinomial(e, photos, 0.25, 5));
    const isKept = (errors: number) =>
      wrong.every((_, i) => {
        const seen = wrong.slice(0, i + 1);
        const x = seen.filter(Boolean).length;
        const likelihood = (e: number) => orderedDraws(x, seen.length, e, photos);
        const evidence = prior.reduce((sum, p, e) => sum + p * likelihood(e), 0);
        return evidence < 20 * likelihood(errors);
      });
    const kept = prior.map((_, e) => e).filter(isKept);
    expect(intervalOf(draws, photos - wrong.length)).toEqual([kept[0]! - 2, kept.at(-1)! - 2]);
  });

  test('ten more checks are foretold to narrow it, and about as far as they do', () => {
    const { narrowedTo, errors } = found(1000, spread(50, 5));
    expect(2 * narrowedTo!).toBeLessThan(errors!.high - errors!.low);
    const then = found(1000, [...spread(50, 5), ...spread(10, 1)]).errors!;
    expect(Math.abs(narrowedTo! - (then.high - then.low) / 2)).toBeLessThan(5);
  });
});

test.each(persons)(
  'of 80 libraries whose person is one that "%s", few ever see an interval without the truth',
  (person) => {
    const kinds: Kind[] = [150, 800].flatMap((photos) =>
      [0.01, 0.1, 0.3].flatMap((errorRate) =>
        [true, false].map((informative) => ({
          photos,
          errorRate,
          rareShare: informative ? 0.05 : 0.5,
          informative,
          person,
        })),
      ),
    );
    let missed = 0;
    for (let seed = 0; seed < 80; seed++) {
      const looks = review(kinds[seed % kinds.length]!, person === 'checks-only' ? 40 : 240, 5000 + seed);
      expect(looks.length).toBeGreaterThan(0);
      if (looks.some(({ low, high, truth }) => truth < low || truth > high)) missed++;
    }
    // At 5 % more than 9 of 80 come once in a hundred times.
    expect(missed).toBeLessThanOrEqual(9);
  },
);

/** `wrong` errors evenly among so many checks. */
const spread = (checks: number, wrong: number): boolean[] =>
  Array.from({ length: checks }, (_, i) => Math.floor(((i + 1) * wrong) / checks) > Math.floor((i * wrong) / checks));

/** P(`e` errors among `n`), their share being Beta(a, b). */
function betaBinomial(e: number, n: number, a: number, b: number): number {
  let ways = 1;
  for (let i = 0; i < e; i++) ways *= ((n - i) / (i + 1)) * (a + i);
  for (let i = 0; i < n - e; i++) ways *= b + i;
  for (let i = 0; i < n; i++) ways /= a + b + i;
  return ways;
}

/** P(this order of `x` errors in `k` draws without replacement) where `e` of `n` are errors. */
function orderedDraws(x: number, k: number, e: number, n: number): number {
  let p = 1;
  for (let i = 0; i < x; i++) p *= Math.max(0, e - i);
  for (let i = 0; i < k - x; i++) p *= Math.max(0, n - e - i);
  for (let i = 0; i < k; i++) p /= n - i;
  return p;
}
