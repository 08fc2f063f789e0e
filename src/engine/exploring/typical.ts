// Which photos of a pile to show: such that each stands for many of the others, and all of them together for the pile.

import { randomStream, shuffle } from '../ssgan/random.ts';
import { squaredDistance, take, type Points } from './points.ts';

const MOST = 24;
/**
 * Two photos are of one burst when their squared distance is at most this share of the usual one. A photo and itself
 * cut by a few per cent, shifted, mirrored or lighter: mostly 0.02 to 0.07; of 6,000 cats and dogs the two most alike:
 * 0.12.
 */
export const ONE_BURST = 0.1;
/** Members that are looked at. */
const MOST_CANDIDATES = 400;

/**
 * Up to 24 of the members, most typical first, none of one burst with one before it. Each next one adds most to
 * Σ certainty · max over the chosen of exp(−‖x − chosen‖² / mean ‖x − x'‖²): MaxHerding (Bae et al. 2024) among the
 * surer half of the pile.
 */
export function typicalOf(points: Points, members: Int32Array, certainty: Float32Array, seed: number): Int32Array {
  const surest = members.slice().sort((a, b) => (certainty[b] ?? 0) - (certainty[a] ?? 0));
  const half = surest.subarray(0, Math.max(MOST, Math.ceil(surest.length / 2)));
  const candidates = shuffle(half, randomStream(seed, 27)).subarray(0, MOST_CANDIDATES);
  const n = candidates.length;
  const kernel = likeness(take(points, candidates));
  const burst = Math.exp(-ONE_BURST);
  const covered = new Float32Array(n);
  const open = new Set(candidates.keys());
  const chosen: number[] = [];
  while (chosen.length < MOST && open.size > 0) {
    let best = -1;
    let most = -1;
    for (const i of open) {
      let gain = 0;
      for (let j = 0; j < n; j++) {
        gain += (certainty[candidates[j]!] ?? 0) * Math.max(0, kernel[i * n + j]! - covered[j]!);
      }
      if (gain > most) [best, most] = [i, gain];
    }
    chosen.push(best);
    for (let j = 0; j < n; j++) covered[j] = Math.max(covered[j]!, kernel[best * n + j]!);
    for (const i of open) if (kernel[best * n + i]! >= burst) open.delete(i);
  }
  return Int32Array.from(chosen, (i) => candidates[i] ?? 0);
}

/** [n, n] exp(−‖x − x'‖² / mean ‖x − x'‖²): 1 for a point itself. */
function likeness(points: Points): Float32Array {
  const n = points.count;
  const kernel = new Float32Array(n * n); // Squared distances first.
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const distance = squaredDistance(points, i, points, j);
      kernel[i * n + j] = kernel[j * n + i] = distance;
      sum += 2 * distance;
    }
  }
  const usual = Math.max(sum / n ** 2, 1e-12);
  return kernel.map((distance) => Math.exp(-distance / usual));
}
