// The second view of each photo: its neighbours. Groups that straight cuts have found spread from the photos that lie
// surest in them over the graph of nearest neighbours, which follows a group round its bends.

import { mostLikely } from '../../shared/statistics.ts';
import { neighbourGraph } from '../features/neighbour-graph.ts';
import { propagate } from '../features/propagation.ts';
import { positions } from '../ssgan/batches.ts';
import { tf } from '../tensorflow/tensorflow.ts';
import type { Groups } from './discriminant.ts';
import type { FloatPoints } from './points.ts';

/** The share of each group that keeps its place and lends it to the others. */
const SUREST = 0.3;
/** Fewer photos have too few neighbours that mean something. */
export const ENOUGH_FOR_A_GRAPH = 500;

/** cut: groups of the points [n] by straight cuts. It stays where a group would lose its last point. */
export async function spreadGroups(points: FloatPoints, cut: Groups, k: number, seed: number): Promise<Groups> {
  const sure = surest(cut, k);
  const x = tf.tensor2d(points.values, [points.count, points.length]);
  const graph = await neighbourGraph(x, sure, seed, points.count);
  x.dispose();
  const posteriors = propagate(graph, sure, k);
  const of = Int32Array.from(cut.of.keys(), (i) => mostLikely(posteriors, i, k));
  return new Set(of).size < k ? cut : { of, posteriors };
}

/** [n] the group of the surest points of each, -1 of the others. */
function surest({ of, posteriors }: Groups, k: number): Int32Array {
  const labels = new Int32Array(of.length).fill(-1);
  for (let group = 0; group < k; group++) {
    const members = positions(of, (one) => one === group);
    members.sort((a, b) => (posteriors[b * k + group] ?? 0) - (posteriors[a * k + group] ?? 0));
    for (const i of members.subarray(0, Math.ceil(SUREST * members.length))) labels[i] = group;
  }
  return labels;
}
