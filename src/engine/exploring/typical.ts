// Which photos of a pile to show: such that each stands for many of the others, and all of them together for the pile.

import { randomStream, shuffle } from '../../shared/random.ts';
import { Herd } from './herding.ts';
import { take, type Points } from './points.ts';

const MOST = 24;
/** Members that are looked at. */
const MOST_CANDIDATES = 300;

/**
 * Up to 24 of the members, most typical first, none of one burst with one before it, from the surer half of the pile.
 * certainty: [count] of every photo.
 */
export function typicalOf(points: Points, members: Int32Array, certainty: Float32Array, seed: number): Int32Array {
  const surest = members.slice().sort((a, b) => (certainty[b] ?? 0) - (certainty[a] ?? 0));
  const half = surest.subarray(0, Math.max(MOST, Math.ceil(surest.length / 2)));
  const candidates = shuffle(half, randomStream(seed, 27)).subarray(0, MOST_CANDIDATES);
  const weights = Float32Array.from(candidates, (i) => certainty[i] ?? 0);
  const herd = new Herd(take(points, candidates), weights);
  const chosen: number[] = [];
  for (let i = herd.next(); i >= 0 && chosen.length < MOST; i = herd.next()) {
    chosen.push(candidates[i] ?? 0);
    herd.take(i);
  }
  return Int32Array.from(chosen);
}
