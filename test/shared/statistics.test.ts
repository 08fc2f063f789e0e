import { describe, expect, test } from 'vitest';
import { atTemperature, fairCoinTail, isClearlyBetter, pairedDifference, wilson } from '../../src/shared/statistics.ts';

/** Marks of two heads on the same photos: how often both, only the first, only the second and none were right. */
function marks(both: number, first: number, second: number, none: number): [boolean[], boolean[]] {
  const times = (n: number, value: boolean) => Array<boolean>(n).fill(value);
  return [
    [...times(both + first, true), ...times(second + none, false)],
    [...times(both, true), ...times(first, false), ...times(second, true), ...times(none, false)],
  ];
}

describe("Wilson's interval", () => {
  // Reference: R's prop.test(x, n, correct = FALSE).
  test.each([
    { correct: 81, n: 263, low: 0.2553, high: 0.3662 },
    { correct: 10, n: 10, low: 0.7225, high: 1 },
    { correct: 0, n: 20, low: 0, high: 0.1611 },
    { correct: 15, n: 148, low: 0.0624, high: 0.1605 },
    { correct: 8, n: 10, low: 0.4902, high: 0.9433 },
  ])('$correct of $n', ({ correct, n, low, high }) => {
    const interval = wilson(correct, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
    expect(interval.accuracy).toBe(correct / n);
  });

  test('never excludes the share itself', () => {
    for (let n = 1; n <= 200; n++) {
      for (let correct = 0; correct <= n; correct++) {
        const { accuracy, low, high } = wilson(correct, n);
        expect(low <= accuracy && accuracy <= high, `${correct} of ${n}`).toBe(true);
      }
    }
  });
});

describe('the interval of a paired difference', () => {
  test('has the values that are published for worked examples', () => {
    // Altman et al. 2000, "Statistics with confidence", table 6.2: 0.122, 0.011 to 0.226.
    const altman = pairedDifference(...marks(14, 5, 0, 22));
    expect(altman.difference).toBeCloseTo(0.122, 3);
    expect(altman.low).toBeCloseTo(0.011, 3);
    expect(altman.high).toBeCloseTo(0.226, 3);
    // Bentur et al. 2009 by Fagerland et al. 2014: -0.286, -0.507 to -0.026.
    const bentur = pairedDifference(...marks(1, 1, 7, 12));
    expect(bentur.low).toBeCloseTo(-0.507, 3);
    expect(bentur.high).toBeCloseTo(-0.026, 3);
  });

  test('holds 0 when two heads agree, and is not empty when both have all right', () => {
    const { difference, low, high } = pairedDifference(...marks(20, 0, 0, 0));
    expect(difference).toBe(0);
    expect(low).toBeLessThan(-0.1);
    expect(high).toBeGreaterThan(0.1);
  });

  test('turns round when the heads change places', () => {
    const [one, other] = marks(10, 6, 1, 3);
    const [there, back] = [pairedDifference(one, other), pairedDifference(other, one)];
    expect(back.low).toBeCloseTo(-there.high, 10);
    expect(back.high).toBeCloseTo(-there.low, 10);
  });
});

describe('a head is clearly better', () => {
  const isBetter = (wins: number, losses: number, rivals?: number) =>
    isClearlyBetter(...marks(5, wins, losses, 2), rivals);

  test('when so many photos would speak for it by chance once in forty times at most', () => {
    expect(fairCoinTail(3, 3)).toBe(0.125);
    expect(fairCoinTail(6, 7)).toBe(0.0625);
    expect(fairCoinTail(12, 17)).toBeCloseTo(0.0717, 4);
    expect([isBetter(6, 0), isBetter(8, 1), isBetter(10, 2)]).toEqual([true, true, true]);
    expect([isBetter(3, 0), isBetter(5, 0), isBetter(6, 1), isBetter(7, 2), isBetter(12, 5)]).toEqual(
      Array(5).fill(false),
    );
  });

  test('by a larger lead where several rivals are tried', () => {
    expect([isBetter(6, 0, 2), isBetter(7, 0, 2)]).toEqual([false, true]);
  });

  test('never when it is worse, or nothing was measured', () => {
    expect(isBetter(0, 9)).toBe(false);
    expect(isClearlyBetter([], [])).toBe(false);
  });

  test('only where the interval of the difference excludes zero: a receipt never says both "clearly" and "by chance"', () => {
    for (let n = 8; n <= 60; n += 4) {
      for (let wins = 1; wins <= n; wins++) {
        for (let losses = 0; losses < wins && wins + losses <= n; losses++) {
          const [rival, champion] = marks(
            Math.floor((n - wins - losses) / 2),
            wins,
            losses,
            Math.ceil((n - wins - losses) / 2),
          );
          if (isClearlyBetter(rival, champion)) {
            expect(pairedDifference(rival, champion).low, `${wins} to ${losses} of ${n}`).toBeGreaterThan(0);
          }
        }
      }
    }
  });
});

test('a temperature leaves the order of classes, and sums of 1, also for certainties', () => {
  const softened = atTemperature(Float32Array.of(1, 0, 0, 0.2, 0.5, 0.3), 3, 2);
  expect(softened[0]).toBeCloseTo(1, 5);
  const [a = 0, b = 0, c = 0] = softened.slice(3);
  expect(a + b + c).toBeCloseTo(1, 6);
  expect([b > c, c > a]).toEqual([true, true]);
});
