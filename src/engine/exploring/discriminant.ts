// Groups that a linear classifier tells apart: linear discriminant analysis that learns from the groups it is given and
// puts each point where it then belongs, again and again until nothing moves. k-means takes all directions for equally
// wide; within a kind of photo they are not.

import { mostLikely } from '../../shared/statistics.ts';
import type { Points } from './points.ts';

export interface Groups {
  /** [n] group 0..k-1 of each point. */
  of: Int32Array;
  /** [n, k] row-major: how likely each group is. */
  posteriors: Float32Array;
}

/** How much of the shared covariance is a sphere of the same trace, so that few points do not make it thin. */
const SPHERE = 0.2;
const ITERATIONS = 30;

/**
 * Classification EM for Gaussians of one shared covariance (Celeux & Govaert 1992), from groups [n] 0..k-1 that each
 * hold a point. A group that would lose its last point ends it.
 */
export function separateLinearly(points: Points, groups: Int32Array, k: number): Groups {
  let of = groups;
  let posteriors = posteriorsOf(fitDiscriminant(points, of, k), points);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const next = Int32Array.from(of.keys(), (i) => mostLikely(posteriors, i, k));
    if (next.every((group, i) => group === of[i]) || new Set(next).size < k) break;
    of = next;
    posteriors = posteriorsOf(fitDiscriminant(points, of, k), points);
  }
  return { of, posteriors };
}

/** Of each group, the weights of the coordinates [d] and the offset. */
type Discriminant = { weights: Float64Array; offset: number }[];

/** Linear discriminant analysis (Fisher 1936): Σ⁻¹μ and log share − ½ μᵀΣ⁻¹μ. */
export function fitDiscriminant(points: Points, of: Int32Array, k: number): Discriminant {
  const { count, length } = points;
  const { means, sizes } = meansOf(points, of, k);
  const lower = cholesky(sharedCovariance(points, of, means), length);
  return Array.from(sizes, (size, group) => {
    const centre = means.subarray(group * length, (group + 1) * length);
    const weights = solve(lower, centre);
    return { weights, offset: Math.log(size / count) - dot(weights, centre, 0) / 2 };
  });
}

/** [n, k] softmax over the groups of weights · x + offset. */
export function posteriorsOf(discriminant: Discriminant, { values, count, length }: Points): Float32Array {
  const k = discriminant.length;
  const posteriors = new Float32Array(count * k);
  const scores = new Float64Array(k);
  for (let i = 0; i < count; i++) {
    let most = -Infinity;
    for (let group = 0; group < k; group++) {
      const { weights, offset } = discriminant[group]!;
      scores[group] = offset + dot(weights, values, i * length);
      most = Math.max(most, scores[group]!);
    }
    let total = 0;
    for (let group = 0; group < k; group++) total += scores[group] = Math.exp(scores[group]! - most);
    for (let group = 0; group < k; group++) posteriors[i * k + group] = scores[group]! / total;
  }
  return posteriors;
}

/** weights · values[from..] */
function dot(weights: Float64Array, values: Points['values'] | Float64Array, from: number): number {
  let sum = 0;
  for (let c = 0; c < weights.length; c++) sum += weights[c]! * values[from + c]!;
  return sum;
}

function meansOf({ values, count, length }: Points, of: Int32Array, k: number) {
  const means = new Float64Array(k * length);
  const sizes = new Int32Array(k);
  for (let i = 0; i < count; i++) {
    const group = of[i] ?? 0;
    sizes[group] = (sizes[group] ?? 0) + 1;
    for (let c = 0; c < length; c++) means[group * length + c]! += values[i * length + c]!;
  }
  return { means: means.map((sum, at) => sum / (sizes[Math.floor(at / length)] ?? 1)), sizes };
}

/** [d, d] of the points about the mean of their group, drawn towards a sphere. */
function sharedCovariance({ values, count, length }: Points, of: Int32Array, means: Float64Array): Float64Array {
  const covariance = new Float64Array(length * length);
  const centred = new Float64Array(length);
  for (let i = 0; i < count; i++) {
    const group = of[i] ?? 0;
    for (let c = 0; c < length; c++) centred[c] = values[i * length + c]! - means[group * length + c]!;
    for (let a = 0; a < length; a++) {
      for (let b = 0; b <= a; b++) covariance[a * length + b]! += centred[a]! * centred[b]!;
    }
  }
  let trace = 0;
  for (let a = 0; a < length; a++) trace += covariance[a * length + a]! / count;
  return covariance.map((sum, at) => {
    const onDiagonal = at % (length + 1) === 0;
    // Groups without any spread, single points for one, still need a width.
    return ((1 - SPHERE) * sum) / count + (onDiagonal ? (SPHERE * trace) / length + 1e-6 : 0);
  });
}

/** Lower triangle L of A = L Lᵀ for A [d, d] symmetric and positive definite, of which the lower triangle is read. */
function cholesky(a: Float64Array, d: number): Float64Array {
  const lower = new Float64Array(d * d);
  for (let row = 0; row < d; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = a[row * d + column]!;
      for (let c = 0; c < column; c++) rest -= lower[row * d + c]! * lower[column * d + c]!;
      lower[row * d + column] = row === column ? Math.sqrt(rest) : rest / lower[column * d + column]!;
    }
  }
  return lower;
}

/** x of L Lᵀ x = b. */
function solve(lower: Float64Array, b: Float64Array): Float64Array {
  const d = b.length;
  const x = b.slice();
  for (let row = 0; row < d; row++) {
    for (let c = 0; c < row; c++) x[row]! -= lower[row * d + c]! * x[c]!;
    x[row]! /= lower[row * d + row]!;
  }
  for (let row = d - 1; row >= 0; row--) {
    for (let c = row + 1; c < d; c++) x[row]! -= lower[c * d + row]! * x[c]!;
    x[row]! /= lower[row * d + row]!;
  }
  return x;
}
