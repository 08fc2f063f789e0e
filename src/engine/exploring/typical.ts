// Which photos of a pile to show: the typical ones, each of them worth a look.

import { dot, take, unitRows, type Points } from './points.ts';

const MOST = 24;
/** Cosine from which on two photos are of one burst. */
export const ONE_BURST = 0.95;

/** Up to 24 of the members, those of the highest certainty first, none of one burst with one before it. */
export function typicalOf(points: Points, members: Int32Array, certainty: Float32Array): Int32Array {
  const candidates = members
    .slice()
    .sort((a, b) => (certainty[b] ?? 0) - (certainty[a] ?? 0))
    .subarray(0, 10 * MOST);
  const unit = unitRows(take(points, candidates));
  const chosen: number[] = [];
  for (let i = 0; i < candidates.length && chosen.length < MOST; i++) {
    if (chosen.every((j) => dot(unit, i, unit, j) < ONE_BURST)) chosen.push(i);
  }
  return Int32Array.from(chosen, (i) => candidates[i] ?? 0);
}
