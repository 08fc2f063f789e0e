import { expect, test } from 'vitest';
import { findBursts } from '../../../src/engine/exploring/find-bursts.ts';
import { pointsOf, squaredDistance, usualSquaredDistance } from '../../../src/engine/exploring/points.ts';
import { randomStream } from '../../../src/shared/random.ts';

const LENGTH = 16;

/** Spread points, each third of which is followed by two that are hardly another. */
function library(count: number) {
  const random = randomStream(3);
  const rows: number[][] = [];
  for (let i = 0; rows.length < count; i++) {
    const row = Array.from({ length: LENGTH }, () => random() - 0.5);
    rows.push(row);
    if (i % 3 === 0) for (let n = 0; n < 2; n++) rows.push(row.map((x) => x + 0.05 * (random() - 0.5)));
  }
  const kept = rows.slice(0, count);
  return pointsOf(Float32Array.from(kept.flat()), kept.length);
}

test('the usual squared distance is the mean over all pairs', () => {
  const points = library(40);
  let sum = 0;
  for (let i = 0; i < 40; i++) for (let j = 0; j < i; j++) sum += squaredDistance(points, i, points, j);
  expect(usualSquaredDistance(points)).toBeCloseTo(sum / ((40 * 39) / 2), 4);
});

test('what is nearly the same joins the first of it in the order given, all others stand for themselves', () => {
  const points = library(50);
  // Rows 0, 1, 2 are one burst, 3 and 4 are like nothing, 5, 6, 7 are the next burst.
  const { first } = findBursts(points, Int32Array.of(2, 3, 6, 0, 4, 1, 5));
  expect([...first]).toEqual([0, 1, 2, 0, 4, 0, 2]);
});
