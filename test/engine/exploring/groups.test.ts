import { describe, expect, test } from 'vitest';
import { adjustedRandIndex, bestJaccard } from '../../../src/engine/exploring/agreement.ts';
import { separateLinearly } from '../../../src/engine/exploring/discriminant.ts';
import { kMeans } from '../../../src/engine/exploring/k-means.ts';
import { pointsOf } from '../../../src/engine/exploring/points.ts';
import { spreadGroups } from '../../../src/engine/exploring/spread-groups.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';

/** Share of points that are right when groups may have either name. */
const shareRight = (of: Int32Array, truth: Int32Array): number => {
  const same = of.filter((group, i) => group === truth[i]).length / of.length;
  return Math.max(same, 1 - same);
};

describe('how alike two divisions are', () => {
  test('does not depend on what groups are called', () => {
    expect(adjustedRandIndex(Int32Array.of(0, 0, 1, 1, 2), Int32Array.of(2, 2, 0, 0, 1))).toBe(1);
  });

  test('is what Hubert and Arabie write: (index − expected) / (maximum − expected)', () => {
    // Pairs together in both: 1; in the first: 2; in the second: 4; of 10. Expected 0.8, at most 3.
    const [one, other] = [Int32Array.of(0, 0, 1, 1, 2), Int32Array.of(0, 0, 0, 1, 1)];
    expect(adjustedRandIndex(one, other)).toBeCloseTo((1 - 0.8) / (3 - 0.8), 12);
  });

  test('of one group with another is what they share of what either holds', () => {
    expect(bestJaccard(Int32Array.of(0, 0, 0, 1), 0, Int32Array.of(5, 5, 6, 6))).toBeCloseTo(2 / 3, 12);
  });
});

test('k-means finds the best of two clusters, and says the same again', () => {
  const points = pointsOf(Float32Array.of(0, 0, 0.2, 0, 9, 9, 9.2, 9), 4);
  const { of, centres, inertia } = kMeans(points, 2, 3, 1);
  expect(of[0]).toBe(of[1]);
  expect(of[2]).toBe(of[3]);
  expect(of[0]).not.toBe(of[2]);
  expect(Array.from(centres.values).sort()).toEqual(Array.from(Float32Array.of(0.1, 0, 9.1, 9)).sort());
  expect(inertia).toBeCloseTo(0.04, 5);
});

test('clouds that lean are cut along their lean, which k-means does not see', () => {
  // Two clouds with a correlation of 0.8 within each: 2.3 % lie beyond the best cut, 11.5 % beyond k-means'.
  const n = 400;
  const noise = new Float32Array(2 * n);
  fillNormal(noise, randomStream(4), 1);
  const truth = Int32Array.from({ length: n }, (_, i) => i % 2);
  const values = noise.slice();
  truth.forEach((side, i) => {
    values[2 * i] = noise[2 * i]! + (side ? 1.2 : -1.2);
    values[2 * i + 1] = 0.8 * noise[2 * i]! + 0.6 * noise[2 * i + 1]!;
  });
  const points = pointsOf(values, n);
  const start = kMeans(points, 2, 3, 1).of;
  expect(shareRight(start, truth)).toBeLessThan(0.92);
  const { of, posteriors } = separateLinearly(points, start, 2);
  expect(shareRight(of, truth)).toBeGreaterThan(0.95);
  expect(posteriors[0]! + posteriors[1]!).toBeCloseTo(1, 6);
});

test('groups that bend are followed from their surest points over the neighbours', async () => {
  // Two crescents that reach into each other, as directions of 64 waves: near points have a high cosine. A level line
  // cuts both.
  const n = 600;
  const random = randomStream(5);
  const noise = new Float32Array(2 * n);
  fillNormal(noise, random, 0.06);
  const waves = new Float32Array(128);
  fillNormal(waves, random, 2);
  const shifts = Array.from({ length: 64 }, () => 2 * Math.PI * random());
  const truth = Int32Array.from({ length: n }, (_, i) => i % 2);
  const cut = { of: new Int32Array(n), posteriors: new Float32Array(2 * n) };
  const values = new Float32Array(64 * n);
  truth.forEach((moon, i) => {
    const angle = Math.PI * random();
    const x = (moon ? 1 - Math.cos(angle) : Math.cos(angle)) + noise[2 * i]!;
    const y = (moon ? 0.5 - Math.sin(angle) : Math.sin(angle)) + noise[2 * i + 1]!;
    cut.of[i] = y < 0.25 ? 1 : 0;
    cut.posteriors[2 * i + 1] = 1 / (1 + Math.exp(y - 0.25));
    cut.posteriors[2 * i] = 1 - cut.posteriors[2 * i + 1]!;
    shifts.forEach((shift, c) => (values[64 * i + c] = Math.cos(waves[2 * c]! * x + waves[2 * c + 1]! * y + shift)));
  });
  const points = pointsOf(values, n);
  expect(shareRight(cut.of, truth)).toBeLessThan(0.9);
  const spread = await spreadGroups(points, cut, 2, 1);
  expect(shareRight(spread.of, truth)).toBeGreaterThan(0.99);
});
