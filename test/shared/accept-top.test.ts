import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorCurve, errorsByChecks, expectedErrors } from '../../src/shared/accept-top.ts';
import type { RunId } from '../../src/shared/types.ts';

const runId = 1 as RunId;

test('the errors among the surest are the sum of their chances; between two points never too few', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 700 }), (chances) => {
      const rising = chances.toSorted((a, b) => a - b);
      const surest = { runId, photos: rising.length, errors: { by: 'chances' as const, curve: errorCurve(rising) } };
      const sum = (n: number) => rising.slice(0, n).reduce((total, chance) => total + chance, 0);
      for (const n of [0, 1, Math.floor(rising.length / 3), rising.length]) {
        const { about, atMost } = expectedErrors(surest, n)!;
        expect(atMost).toBeNull();
        expect(about).toBeGreaterThan(sum(n) - 1e-9);
        // Of 200 photos and fewer every number is a point of the curve.
        if (rising.length <= 200 || n === rising.length) expect(about).toBeCloseTo(sum(n), 9);
      }
    }),
    { numRuns: 60 },
  );
});

test('random checks tell about how many, and at most how many', () => {
  const found = { left: 4000, checks: 24, wrong: 1, errors: { estimate: 40, low: 12, high: 90 }, narrowedTo: 30 };
  const surest = { runId, photos: 1000, errors: errorsByChecks(found) };
  expect(expectedErrors(surest, 500)).toEqual({ about: 5, atMost: 90 });
  expect(expectedErrors(surest, 50)).toEqual({ about: 0.5, atMost: 50 });
  expect(expectedErrors({ ...surest, errors: errorsByChecks({ ...found, errors: null }) }, 500)).toBeNull();
});

test('of no photos there is nothing to expect', () => {
  const surest = { runId, photos: 0, errors: { by: 'chances' as const, curve: errorCurve([]) } };
  expect(expectedErrors(surest, 0)).toEqual({ about: 0, atMost: null });
});
