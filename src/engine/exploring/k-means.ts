// k-means: k-means++ starts, Lloyd's iterations, the best of several starts.

import { randomStream, type Random } from '../../shared/random.ts';
import { squaredDistance, take, type Points } from './points.ts';

export interface Clustering {
  centres: Points;
  /** [n] cluster of each point. */
  of: Int32Array;
  /** Σ of squared distances to the cluster's centre. */
  inertia: number;
}

const ITERATIONS = 50;

/** The best of `starts` >= 1 clusterings of n points into k <= n clusters; the same for the same seed. */
export function kMeans(points: Points, k: number, starts: number, seed: number): Clustering {
  let best = lloyd(points, startingCentres(points, k, randomStream(seed, 21, k, 0)));
  for (let start = 1; start < starts; start++) {
    const found = lloyd(points, startingCentres(points, k, randomStream(seed, 21, k, start)));
    if (found.inertia < best.inertia) best = found;
  }
  return best;
}

/** The centre that is nearest to each point, and what the squared distances sum to. */
export function assign(points: Points, centres: Points): Omit<Clustering, 'centres'> {
  const of = new Int32Array(points.count);
  let inertia = 0;
  for (let i = 0; i < points.count; i++) {
    let least = Infinity;
    for (let c = 0; c < centres.count; c++) {
      const distance = squaredDistance(points, i, centres, c);
      if (distance >= least) continue;
      least = distance;
      of[i] = c;
    }
    inertia += least;
  }
  return { of, inertia };
}

/** Each next centre is a point drawn in proportion to its squared distance (Arthur & Vassilvitskii 2007, k-means++). */
function startingCentres(points: Points, k: number, random: Random): Points {
  const chosen = new Int32Array(k);
  const nearest = new Float32Array(points.count).fill(Infinity);
  for (let c = 0; c < k; c++) {
    const total = c === 0 ? 0 : nearest.reduce((sum, distance) => sum + distance, 0);
    const one = total > 0 ? drawn(nearest, total * random()) : Math.floor(random() * points.count);
    chosen[c] = one;
    for (let i = 0; i < points.count; i++) {
      nearest[i] = Math.min(nearest[i]!, squaredDistance(points, i, points, one));
    }
  }
  return take(points, chosen);
}

function drawn(weights: Float32Array, at: number): number {
  let sum = 0;
  const found = weights.findIndex((weight) => (sum += weight) > at);
  return found < 0 ? weights.length - 1 : found;
}

function lloyd(points: Points, starts: Points): Clustering {
  let centres = starts;
  let { of, inertia } = assign(points, centres);
  for (let iteration = 1; iteration < ITERATIONS; iteration++) {
    centres = meansOf(points, of, centres);
    const next = assign(points, centres);
    const settled = next.of.every((cluster, i) => cluster === of[i]);
    ({ of, inertia } = next);
    if (settled) break;
  }
  return { centres, of, inertia };
}

/** A cluster that has lost all of its points stays where it was. */
function meansOf({ values, count, length }: Points, of: Int32Array, before: Points): Points {
  const sums = new Float64Array(before.values.length);
  const sizes = new Int32Array(before.count);
  for (let i = 0; i < count; i++) {
    const cluster = of[i] ?? 0;
    sizes[cluster]! += 1;
    for (let c = 0, a = i * length, b = cluster * length; c < length; c++, a++, b++) {
      sums[b]! += values[a]!;
    }
  }
  const means = before.values.map((value, at) => {
    const size = sizes[Math.floor(at / length)] ?? 0;
    return size > 0 ? (sums[at] ?? 0) / size : value;
  });
  return { ...before, values: means };
}
