// A graph in which every photo is tied to those most like it, as Iscen et al. 2019 have it ("Label propagation for deep
// semi-supervised learning"). It is exact and of bounded size: a large library lends some of its photos.

import { tf, tidy, type Tensor2D } from '../tensorflow/tensorflow.ts';
import { positions } from '../ssgan/batches.ts';
import { randomStream, shuffle } from '../../shared/random.ts';
import { nearest, unitLength, type Neighbours } from '../measuring/nearest.ts';
import type { SparseMatrix } from './sparse.ts';

export interface NeighbourGraph {
  /** [m] positions of the photos that are its points. */
  members: Int32Array;
  /** [m, k] their coordinates, of unit length, row-major. */
  points: Float32Array;
  /** Of each point, itself among them. */
  neighbours: Neighbours;
  /** [m, m] S = D^-½ W D^-½ with W = A + Aᵀ, A_ij = w_ij for the 15 nearest j of i, and D the row sums of W. */
  affinity: SparseMatrix;
}

export const NEIGHBOURS = 15;
/** A larger library lends so many of its photos; the others are told by their neighbours among those. */
const MOST_POINTS = 10_000;

/** What a neighbour at this cosine weighs: max(cos, 0)³. */
export const weightOf = (cosine: number): number => Math.max(0, cosine) ** 3;

/**
 * The graph of x [n, k]: all labelled photos and as many of the others as it holds, drawn at random.  labels: [n] class
 * or -1.
 */
export async function neighbourGraph(
  x: Tensor2D,
  labels: Int32Array,
  seed: number,
  most = MOST_POINTS,
): Promise<NeighbourGraph> {
  const members = membersOf(labels, seed, most);
  const points = tidy(() => {
    const unit = unitLength(x);
    return members.length === labels.length ? unit : tf.gather(unit, tf.tensor1d(members, 'int32'));
  });
  // One more than the ties, because a point is the nearest to itself.
  const neighbours = await nearest(points, points, NEIGHBOURS + 1);
  const values = await points.data<'float32'>();
  points.dispose();
  return { members, points: values, neighbours, affinity: affinityOf(neighbours) };
}

function membersOf(labels: Int32Array, seed: number, most: number): Int32Array {
  if (labels.length <= most) return Int32Array.from(labels.keys());
  const labelled = positions(labels, (label) => label !== -1);
  const others = shuffle(
    positions(labels, (label) => label === -1),
    randomStream(seed, 8),
  );
  return Int32Array.from([...labelled, ...others.subarray(0, Math.max(0, most - labelled.length))]);
}

function affinityOf({ each, indices, cosines }: Neighbours): SparseMatrix {
  const size = indices.length / each;
  /** Every entry of A + Aᵀ. */
  const eachEntry = (visit: (i: number, j: number, weight: number) => void) => {
    for (let at = 0; at < indices.length; at++) {
      const [i, j] = [Math.floor(at / each), indices[at] ?? 0];
      if (i === j) continue;
      const weight = weightOf(cosines[at] ?? 0);
      visit(i, j, weight);
      visit(j, i, weight);
    }
  };
  const starts = new Int32Array(size + 1);
  const degrees = new Float64Array(size);
  eachEntry((i, _j, weight) => {
    starts[i + 1]! += 1;
    degrees[i]! += weight;
  });
  for (let i = 0; i < size; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  const columns = new Int32Array(starts[size]!);
  const values = new Float64Array(columns.length);
  eachEntry((i, j, weight) => {
    const at = next[i]!++;
    columns[at] = j;
    // A tie that weighs nothing may join points without any other.
    values[at] = weight === 0 ? 0 : weight / Math.sqrt(degrees[i]! * degrees[j]!);
  });
  return { starts, columns, values };
}
