// How many piles there are, if any: the number whose clustering comes out the same from different halves of the photos,
// and whether the photos lie in groups at all.

import type { Piles } from '../messages.ts';
import { randomStream, shuffle } from '../ssgan/random.ts';
import { adjustedRandIndex } from './agreement.ts';
import { assign, kMeans } from './k-means.ts';
import { allRows, take, type Points } from './points.ts';

const MOST_PILES = 12;
/** Photos that are looked at, and coordinates: more change nothing but the time. */
const MOST_PHOTOS = 2000;
const LEADING = 32;
const PAIRS = 3;
const STARTS = 3;
/** Below this, two halves of the photos divide the whole in ways too different to call them groups. */
const STABLE = 0.8;

export function lookForPiles(points: Points, seed: number): Pick<Piles, 'looked' | 'separates'> {
  const order = shuffle(allRows(points.count), randomStream(seed, 22));
  const sample = take(points, order.subarray(0, MOST_PHOTOS), LEADING);
  const n = sample.count;
  const most = Math.max(2, Math.min(MOST_PILES, Math.floor(n / 4)));
  const looked = Array.from({ length: most - 1 }, (_, i) => ({ piles: i + 2, stability: 0 }));
  for (let pair = 0; pair < PAIRS; pair++) {
    const shuffled = shuffle(allRows(n), randomStream(seed, 23, pair));
    const one = take(sample, shuffled.subarray(0, Math.ceil(n / 2)));
    const other = take(sample, shuffled.subarray(Math.floor(n / 2)));
    for (const look of looked) {
      const [first, second] = [one, other].map((half) => divide(sample, half, look.piles, seed));
      look.stability += adjustedRandIndex(first ?? new Int32Array(), second ?? new Int32Array()) / PAIRS;
    }
  }
  for (const look of looked) look.stability = Math.max(0, Math.min(1, look.stability));
  return { looked, separates: looked.some(({ stability }) => stability >= STABLE) };
}

/** Clusters a half, and puts every point of the whole to the nearest of its centres. */
const divide = (whole: Points, half: Points, piles: number, seed: number): Int32Array =>
  assign(whole, kMeans(half, Math.min(piles, half.count), STARTS, seed).centres).of;
