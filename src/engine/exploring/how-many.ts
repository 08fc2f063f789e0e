// How many piles there are, if any. A number of piles is believed when halves of the photos that do not know each other
// are divided alike, and when there is a gap between the piles that photos without groups would not show.

import type { Piles } from '../messages.ts';
import { fillNormal, randomStream, shuffle } from '../../shared/random.ts';
import { adjustedRandIndex, bestJaccard } from './agreement.ts';
import { assign, kMeans } from './k-means.ts';
import { allRows, squaredDistance, take, type Points } from './points.ts';

export const MOST_PILES = 12;
/** Fewer photos than this say nothing of groups. */
const FEW = 16;
/** Photos that are looked at, and coordinates: more change nothing but the time. */
const MOST_PHOTOS = 1500;
const LEADING = 32;
const PAIRS = 3;
const STARTS = 2;
/** Piles are apart where the valley between them is at most half of a reference's, and halves divide alike. */
const DEEP = 0.5;
const STABLE = 0.6;

/** One number of piles, tried on halves. */
interface Trial {
  piles: number;
  /** Mean adjusted Rand index of the divisions by the two halves of a pair, 0..1. */
  stability: number;
  /** Photos half-way between neighbouring piles for each one near their centres: 0 is a gap, 1 is none. */
  valley: number;
  /** How the sample is divided by each half. */
  divisions: Int32Array[];
}

export interface Look {
  looked: Piles['looked'];
  /** The number of piles asked for, or the one that the photos suggest. */
  piles: number;
  separates: boolean;
  /**
   * How well each pile is found again in the divisions by halves: the mean of its best Jaccard index with a group there
   * (Hennig 2007, "Cluster-wise assessment of cluster stability"), 0..1; 0 under 16 photos.  pileOf: [n]
   */
  sureness(pileOf: Int32Array, piles: number): Float32Array;
}

/** `wanted`: how many piles, or null for as many as the photos suggest. */
export function lookForPiles(points: Points, wanted: number | null, seed: number): Look {
  if (points.count < FEW) {
    const looked = [{ piles: 2, stability: 0 }];
    return { looked, piles: wanted ?? 2, separates: false, sureness: (_, piles) => new Float32Array(piles) };
  }
  const rows = shuffle(allRows(points.count), randomStream(seed, 22)).subarray(0, MOST_PHOTOS);
  const sample = take(points, rows, LEADING);
  const most = Math.min(MOST_PILES, Math.floor(sample.count / (FEW / 2)));
  const trials = Array.from({ length: most - 1 }, (_, i) => tryNumber(sample, i + 2, seed));
  const chosen =
    wanted === null
      ? trials.reduce((best, trial) => (worth(trial) > worth(best) ? trial : best))
      : (trials.find(({ piles }) => piles === wanted) ?? tryNumber(sample, wanted, seed));
  const reference = tryNumber(withoutGroups(sample, seed), chosen.piles, seed);
  return {
    looked: trials.map(({ piles, stability }) => ({ piles, stability })),
    piles: chosen.piles,
    separates: chosen.piles > 1 && chosen.stability >= STABLE && chosen.valley <= DEEP * reference.valley,
    sureness(pileOf, piles) {
      const own = rows.map((row) => pileOf[row] ?? 0);
      return Float32Array.from({ length: piles }, (_, pile) =>
        mean(chosen.divisions.map((division) => bestJaccard(own, pile, division))),
      );
    },
  };
}

const worth = ({ stability, valley }: Trial): number => stability * Math.max(0, 1 - valley);

function tryNumber(sample: Points, piles: number, seed: number): Trial {
  const stabilities: number[] = [];
  const valleys: number[] = [];
  const divisions: Int32Array[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const order = shuffle(allRows(sample.count), randomStream(seed, 23, pair));
    const middle = Math.ceil(order.length / 2);
    const halves = [order.subarray(0, middle), order.subarray(middle)].map((rows) => take(sample, rows));
    const [one, other] = halves.map((half) => kMeans(half, Math.min(piles, half.count), STARTS, seed).centres);
    const [first, second] = halves;
    if (!one || !other || !first || !second) continue;
    const found = [assign(sample, one).of, assign(sample, other).of] as const;
    stabilities.push(Math.max(0, adjustedRandIndex(...found)));
    valleys.push(valleyBetween(second, one), valleyBetween(first, other));
    divisions.push(...found);
  }
  return { piles, stability: mean(stabilities), valley: mean(valleys), divisions };
}

/**
 * Mean over the piles of the shallowest valley to another pile: how many points lie half-way between the two centres
 * (35 to 65 % of the way), for each one near the lonelier centre (within 15 % of the way). The points are not those
 * that the centres come from, which would seem further apart than they are.
 */
function valleyBetween(points: Points, centres: Points): number {
  const k = centres.count;
  const { of } = assign(points, centres);
  /** [k, k] points of pile a that lie half-way to b, and those near its own centre. */
  const [halfWay, near] = [new Int32Array(k * k), new Int32Array(k * k)];
  const apart = Float64Array.from({ length: k * k }, (_, at) =>
    Math.max(squaredDistance(centres, Math.floor(at / k), centres, at % k), 1e-12),
  );
  for (let i = 0; i < points.count; i++) {
    const own = of[i] ?? 0;
    const toOwn = squaredDistance(points, i, centres, own);
    for (let other = 0; other < k; other++) {
      if (other === own) continue;
      const at = own * k + other;
      // Where on the line from the own centre (0) to the other one (1) the point's foot lies; at most at 0.5.
      const way = (1 + (toOwn - squaredDistance(points, i, centres, other)) / apart[at]!) / 2;
      if (way > 0.35) halfWay[at]! += 1;
      else if (Math.abs(way) < 0.15) near[at]! += 1;
    }
  }
  const valley = (ab: number, ba: number): number =>
    (halfWay[ab]! + halfWay[ba]! + 1) / (Math.min(near[ab]!, near[ba]!) + 1);
  const piles = [...allRows(k)];
  return mean(piles.map((a) => Math.max(0, ...piles.filter((b) => b !== a).map((b) => valley(a * k + b, b * k + a)))));
}

/**
 * Points of one cloud with the same variance in each coordinate, which are principal components and so do not
 * correlate: what the photos would be if they lay in no groups (Liu et al. 2008, SigClust). Columns shuffled as they
 * are would keep the gap, which lies along one of them.
 */
function withoutGroups({ values, count, length }: Points, seed: number): Points {
  const drawn = new Float32Array(values.length);
  fillNormal(drawn, randomStream(seed, 26), 1);
  for (let c = 0; c < length; c++) {
    const column = Float32Array.from({ length: count }, (_, i) => values[i * length + c] ?? 0);
    const middle = mean(column);
    const deviation = Math.sqrt(mean(column.map((value) => (value - middle) ** 2)));
    for (let i = 0; i < count; i++) drawn[i * length + c]! *= deviation;
  }
  return { values: drawn, count, length };
}

const mean = (values: Iterable<number>): number => {
  const all = [...values];
  return all.reduce((sum, value) => sum + value, 0) / Math.max(1, all.length);
};
