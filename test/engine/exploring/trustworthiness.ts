// How far neighbours on a map are neighbours in truth: Venna and Kaski 2001, "Neighborhood preservation in nonlinear
// projection methods".

import { squaredDistance, type Points } from '../../../src/engine/exploring/points.ts';

/** 1 where the `k` nearest of every row on the map are also its nearest in truth; about 0.5 for places at random. */
export function trustworthiness(truth: Points, map: Points, k: number): number {
  const n = truth.count;
  const order = (points: Points, i: number): number[] => {
    const distances = Float64Array.from({ length: n }, (_, j) => squaredDistance(points, i, points, j));
    return Array.from({ length: n }, (_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => distances[a]! - distances[b]!);
  };
  let penalty = 0;
  for (let i = 0; i < n; i++) {
    const rank = new Int32Array(n);
    order(truth, i).forEach((j, at) => (rank[j] = at + 1));
    for (const j of order(map, i).slice(0, k)) penalty += Math.max(0, rank[j]! - k);
  }
  return 1 - (2 * penalty) / (n * k * (2 * n - 3 * k - 1));
}
