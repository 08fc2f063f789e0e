// Sorts photos into piles by what they look like, before there is any label: how many there are, which photo belongs to
// which, how surely, and which ones to show.

import { WhiskerError } from '../../shared/errors.ts';
import type { FindPilesRequest, Piles } from '../messages.ts';
import { positions } from '../ssgan/batches.ts';
import { kMeans } from './k-means.ts';
import { lookForPiles } from './how-many.ts';
import { squaredDistance, take, type Points } from './points.ts';
import { typicalOf } from './typical.ts';

const STARTS = 5;

/**
 * library: coordinates of every photo of the features. Throws 'bad-input' when there is nothing to sort: fewer than two
 * photos, or all of them the same.
 */
export function findPiles(library: Points, request: Pick<FindPilesRequest, 'among' | 'piles' | 'seed'>): Piles {
  const { among, seed } = request;
  const points = among === null ? library : take(library, among);
  checkThatThereIsSomethingToSort(points);
  const { looked, separates } = lookForPiles(points, seed);
  const wanted = Math.max(1, Math.min(points.count, request.piles ?? mostStable(looked)));
  return { ...sort(points, wanted, among, seed), looked, separates };
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

function mostStable(looked: Piles['looked']): number {
  const best = Math.max(...looked.map(({ stability }) => stability));
  return looked.findLast(({ stability }) => stability >= best - 0.02)?.piles ?? 2;
}

function sort(points: Points, piles: number, among: Int32Array | null, seed: number) {
  const { centres, of } = kMeans(points, piles, STARTS, seed);
  const rank = bySize(of, piles);
  const pileOf = of.map((cluster) => rank[cluster] ?? 0);
  const certainty = Float32Array.from(of, (own, i) => lead(points, i, centres, own));
  const members = Array.from({ length: piles }, (_, pile) => positions(pileOf, (one) => one === pile));
  const typical = members.map((some) => typicalOf(points, some, certainty).map((i) => among?.[i] ?? i));
  const sureness = Float32Array.from(members, (some) => meanOf(certainty, some));
  return { piles, pileOf, certainty, typical, sureness };
}

/** 1 less the distance to the own centre as a share of that to the next one. */
function lead(points: Points, i: number, centres: Points, own: number): number {
  if (centres.count < 2) return 1;
  let next = Infinity;
  for (let c = 0; c < centres.count; c++) {
    if (c !== own) next = Math.min(next, squaredDistance(points, i, centres, c));
  }
  return 1 - Math.sqrt(squaredDistance(points, i, centres, own) / Math.max(next, 1e-12));
}

/** [piles] place of each cluster when the largest comes first. */
function bySize(of: Int32Array, piles: number): Int32Array {
  const sizes = new Int32Array(piles);
  for (const cluster of of) sizes[cluster] = (sizes[cluster] ?? 0) + 1;
  const order = [...sizes.keys()].sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0));
  return Int32Array.from(sizes.keys(), (cluster) => order.indexOf(cluster));
}

const meanOf = (values: Float32Array, rows: Int32Array): number =>
  rows.reduce((sum, i) => sum + (values[i] ?? 0), 0) / Math.max(1, rows.length);
