// Sorts photos into piles by what they look like, before there is any label: how many there are, which photo belongs to
// which, how surely, and which ones to show.

import { WhiskerError } from '../../shared/errors.ts';
import type { FindPilesRequest, Piles } from '../messages.ts';
import { positions } from '../ssgan/batches.ts';
import { kMeans } from './k-means.ts';
import { mostLikely } from '../../shared/statistics.ts';
import { randomStream, shuffle } from '../../shared/random.ts';
import { fitDiscriminant, posteriorsOf, separateLinearly } from './discriminant.ts';
import { lookForPiles } from './how-many.ts';
import { allRows, take, type Points } from './points.ts';
import { ENOUGH_FOR_A_GRAPH, spreadGroups } from './spread-groups.ts';
import { typicalOf } from './typical.ts';

const STARTS = 3;
/** Coordinates in which piles are looked for: the leading ones hold what tells kinds apart. */
const LEADING = 32;
/** Photos among which they are looked for. */
const MOST_PHOTOS = 4000;

/**
 * library: coordinates of every photo of the features. Throws 'bad-input' when there is nothing to sort: fewer than two
 * photos, or all of them the same.
 */
export async function findPiles(
  library: Points,
  request: Pick<FindPilesRequest, 'among' | 'piles' | 'seed'>,
): Promise<Piles> {
  const { among, seed } = request;
  const points = among === null ? library : take(library, among);
  checkThatThereIsSomethingToSort(points);
  const look = lookForPiles(points, request.piles, seed);
  const piles = Math.max(1, Math.min(points.count, look.piles));
  const { pileOf, certainty } = await sort(points, piles, seed);
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

/**
 * The pile of each photo, and how likely it is that one rather than another. Groups are looked for among some thousand
 * photos; where there are more, a linear discriminant that has learned those groups puts the others in their place.
 */
async function sort(points: Points, piles: number, seed: number): Promise<Pick<Piles, 'pileOf' | 'certainty'>> {
  const rows = shuffle(allRows(points.count), randomStream(seed, 28)).subarray(0, MOST_PHOTOS);
  const some = take(points, rows);
  const leading = take(points, rows, LEADING);
  const cut = separateLinearly(leading, kMeans(leading, piles, STARTS, seed).of, piles);
  const found = piles > 1 && rows.length >= ENOUGH_FOR_A_GRAPH ? await spreadGroups(some, cut, piles, seed) : cut;
  const posteriors =
    rows.length < points.count
      ? posteriorsOf(fitDiscriminant(some, found.of, piles), points)
      : new Float32Array(points.count * piles);
  rows.forEach((row, i) => posteriors.set(found.posteriors.subarray(i * piles, (i + 1) * piles), row * piles));
  const of = Int32Array.from({ length: points.count }, (_, i) => mostLikely(posteriors, i, piles));
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
