// Sorts photos into piles by what they look like, before there is any label: how many there are, which photo belongs to
// which, how surely, and which ones to show.

import { WhiskerError } from '../../shared/errors.ts';
import type { FindPilesRequest, Piles } from '../messages.ts';
import { positions } from '../ssgan/batches.ts';
import { kMeans } from './k-means.ts';
import { separateLinearly } from './discriminant.ts';
import { lookForPiles } from './how-many.ts';
import { allRows, take, type Points } from './points.ts';
import { typicalOf } from './typical.ts';

const STARTS = 5;
/** Coordinates in which piles are looked for: the leading ones hold what tells kinds apart. */
const LEADING = 32;

/**
 * library: coordinates of every photo of the features. Throws 'bad-input' when there is nothing to sort: fewer than two
 * photos, or all of them the same.
 */
export function findPiles(library: Points, request: Pick<FindPilesRequest, 'among' | 'piles' | 'seed'>): Piles {
  const { among, seed } = request;
  const points = among === null ? library : take(library, among);
  checkThatThereIsSomethingToSort(points);
  const look = lookForPiles(points, request.piles, seed);
  const piles = Math.max(1, Math.min(points.count, look.piles));
  const { pileOf, certainty } = sort(points, piles, seed);
  const typical = Array.from({ length: piles }, (_, pile) => {
    const members = positions(pileOf, (one) => one === pile);
    return typicalOf(points, members, certainty, seed).map((i) => among?.[i] ?? i);
  });
  const sureness = look.sureness(pileOf, piles);
  return { piles, pileOf, certainty, typical, sureness, separates: look.separates, looked: look.looked };
}

function checkThatThereIsSomethingToSort(points: Points): void {
  const { values, length, count } = points;
  if (count >= 2 && values.some((value, i) => Math.abs(value - (values[i % length] ?? 0)) > 1e-6)) return;
  throw new WhiskerError(
    'bad-input',
    count < 2 ? 'There are too few photos to sort into piles.' : 'These photos look exactly the same.',
    'Add photos that differ, or label them one by one.',
  );
}

/** The pile of each photo, and how surely: the share that the linear classifier gives to it. */
function sort(points: Points, piles: number, seed: number): Pick<Piles, 'pileOf' | 'certainty'> {
  const leading = take(points, allRows(points.count), LEADING);
  const { of, posteriors } = separateLinearly(leading, kMeans(leading, piles, STARTS, seed).of, piles);
  const rank = bySize(of, piles);
  return {
    pileOf: of.map((group) => rank[group] ?? 0),
    certainty: Float32Array.from(of, (group, i) => posteriors[i * piles + group] ?? 0),
  };
}

/** [piles] place of each cluster when the largest comes first. */
function bySize(of: Int32Array, piles: number): Int32Array {
  const sizes = new Int32Array(piles);
  for (const cluster of of) sizes[cluster] = (sizes[cluster] ?? 0) + 1;
  const order = [...sizes.keys()].sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0));
  return Int32Array.from(sizes.keys(), (cluster) => order.indexOf(cluster));
}
