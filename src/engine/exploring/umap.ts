// A map of points on which those that are alike lie together: UMAP (McInnes, Healy and Melville 2018, "UMAP: Uniform
// Manifold Approximation and Projection") from a graph of nearest neighbours that is known already.

import { setImmediate as others } from 'node:timers/promises';
import type { Neighbours } from '../measuring/nearest.ts';
import type { Random } from '../../shared/random.ts';

/** Ties between points, each once: `heads[t]` and `tails[t]` are tied with `weights[t]`, over 0 to 1. */
export interface Ties {
  heads: Int32Array;
  tails: Int32Array;
  weights: Float32Array;
}

/** 1 / (1 + a d^2b) comes closest to a tie of 1 within 0.1 and exp(-(d - 0.1)) beyond: section 3.2 of the paper. */
const [A, B] = [1.5769434, 0.8950609];
const FARTHEST_STEP = 4;
/** Points that a pulled one is pushed away from. */
const PUSHES = 5;
/** Others are answered after so long. */
const TURN_MS = 20;

/**
 * How surely each pair of neighbours belongs together: each point's own view of it (section 3.1), joined by a + b - ab.
 * A point may be among its own neighbours.
 */
export function tiesOf({ each, indices, cosines }: Neighbours): Ties {
  const count = indices.length / Math.max(1, each);
  const views = new Float32Array(indices.length);
  for (let i = 0; i < count; i++) lookFrom(i, { each, indices, cosines }, views);
  const viewOf = (i: number, j: number): number => {
    for (let at = i * each; at < (i + 1) * each; at++) if (indices[at] === j) return views[at]!;
    return 0;
  };
  const [heads, tails, weights]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < count; i++) {
    for (let at = i * each; at < (i + 1) * each; at++) {
      const [j, mine] = [indices[at]!, views[at]!];
      if (j === i || mine === 0) continue;
      const theirs = viewOf(j, i);
      if (theirs > 0 && j < i) continue;
      heads.push(i);
      tails.push(j);
      weights.push(mine + theirs - mine * theirs);
    }
  }
  return { heads: Int32Array.from(heads), tails: Int32Array.from(tails), weights: Float32Array.from(weights) };
}

/** exp(-(d - ρ) / σ) of the neighbours of i, where ρ is the shortest d and σ such that they sum up to log2 of them. */
function lookFrom(i: number, { each, indices, cosines }: Neighbours, views: Float32Array): void {
  const [from, to] = [i * each, (i + 1) * each];
  let [nearest, neighbours] = [Infinity, 0];
  for (let at = from; at < to; at++) {
    if (indices[at] === i) continue;
    nearest = Math.min(nearest, 1 - cosines[at]!);
    neighbours++;
  }
  const view = (at: number, sigma: number) => Math.exp(-(1 - cosines[at]! - nearest) / sigma);
  const wanted = Math.log2(Math.max(2, neighbours));
  let [low, high, sigma] = [0, Infinity, 0.1];
  for (let round = 0; round < 40; round++) {
    let sum = 0;
    for (let at = from; at < to; at++) if (indices[at] !== i) sum += view(at, sigma);
    if (Math.abs(sum - wanted) < 1e-4) break;
    if (sum > wanted) high = sigma;
    else low = sigma;
    sigma = high === Infinity ? sigma * 2 : (low + high) / 2;
  }
  // Where many are equally near, no σ is small enough: then each of them counts.
  for (let at = from; at < to; at++) views[at] = indices[at] === i ? 0 : view(at, Math.max(sigma, 1e-6));
}

export interface Layout {
  epochs: number;
  random: Random;
  /** 0 to 1, after each epoch. */
  onProgress: (fraction: number) => void;
}

/**
 * Moves the points along their ties and away from random others, by stochastic gradient descent on the fuzzy
 * cross-entropy (section 3.2).  places: [n, 2], about ten across at the start; changed in place.
 */
export async function layOutByTies(
  places: Float32Array,
  { heads, tails, weights }: Ties,
  { epochs, random, onProgress }: Layout,
): Promise<void> {
  const count = places.length / 2;
  const strongest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  // A tie takes its turn as often as it is strong; one too weak for a single turn is left out.
  const every = weights.map((weight) => strongest / weight);
  const next = every.slice();
  let turn = performance.now();
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const step = 1 - (epoch - 1) / epochs;
    for (let t = 0; t < heads.length; t++) {
      if (next[t]! > epoch) continue;
      next[t]! += every[t]!;
      const [one, other] = [heads[t]!, tails[t]!];
      pull(places, one, other, step);
      for (let k = 0; k < PUSHES; k++) {
        push(places, one, Math.floor(random() * count), step);
        push(places, other, Math.floor(random() * count), step);
      }
    }
    if (performance.now() - turn < TURN_MS && epoch < epochs) continue;
    onProgress(epoch / epochs);
    await others();
    turn = performance.now();
  }
}

const within = (gradient: number): number => Math.max(-FARTHEST_STEP, Math.min(FARTHEST_STEP, gradient));

function pull(places: Float32Array, i: number, j: number, step: number): void {
  const dx = places[2 * i]! - places[2 * j]!;
  const dy = places[2 * i + 1]! - places[2 * j + 1]!;
  const squared = dx * dx + dy * dy;
  if (squared === 0) return;
  const power = squared ** B;
  const gradient = (-2 * A * B * power) / squared / (A * power + 1);
  const [x, y] = [step * within(gradient * dx), step * within(gradient * dy)];
  places[2 * i]! += x;
  places[2 * i + 1]! += y;
  places[2 * j]! -= x;
  places[2 * j + 1]! -= y;
}

/** Moves i away from j, which stays. */
function push(places: Float32Array, i: number, j: number, step: number): void {
  if (i === j) return;
  const dx = places[2 * i]! - places[2 * j]!;
  const dy = places[2 * i + 1]! - places[2 * j + 1]!;
  const squared = dx * dx + dy * dy;
  if (squared === 0) return;
  const gradient = (2 * B) / ((0.001 + squared) * (A * squared ** B + 1));
  places[2 * i]! += step * within(gradient * dx);
  places[2 * i + 1]! += step * within(gradient * dy);
}
