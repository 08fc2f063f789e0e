// Lays photos out on a map by what they look like: at once by their two leading principal components, then so that
// those that are alike lie together; and photos that come later beside those that they are like.

import { tf, type Tensor2D } from '../tensorflow/tensorflow.ts';
import { coordinatesOf } from '../features/coordinates.ts';
import { nearest, unitLength } from '../measuring/nearest.ts';
import { neighbourGraph, weightOf } from '../features/neighbour-graph.ts';
import type { LaidOut, LayOutRequest } from '../messages.ts';
import { positions } from '../ssgan/batches.ts';
import { randomStream, spread } from '../../shared/random.ts';
import { layOutByTies, tiesOf } from './umap.ts';

/** Epochs for so many points; fewer where there are more, as each epoch then moves each of them as often. */
const epochsFor = (count: number): number => (count <= 2000 ? 400 : 200);
/** How far from the middle the points begin. */
const REACH = 10;
/** Those that a photo is put between. */
const BETWEEN = 5;

type Told = (progress: { epoch: number; fraction: number }) => void;

/**
 * Throws as `coordinatesOf`. Answers other questions meanwhile. `most`: photos that are laid out by their ties; more
 * are put beside those.
 */
export async function layOut(
  { features, method, known, seed }: Omit<LayOutRequest, 'kind'>,
  tell: Told,
  most?: number,
): Promise<LaidOut> {
  // Those that are kept may be of other photos before this is done.
  const x = coordinatesOf(features).clone();
  try {
    if (method === 'quick') return { places: fitted(leadingTwo(x)) };
    if (known !== null) return { places: await placeOthers(x, known) };
    const alike = fitted(await layOutAlike(x, { seed, most }, tell));
    return { places: await placeOthers(x, alike) };
  } finally {
    x.dispose();
  }
}

/** [n, 2] first and second principal component; the second is 0 where there is one alone. */
function leadingTwo(x: Tensor2D): Float32Array {
  const [count, length] = x.shape;
  const values = x.dataSync<'float32'>();
  const places = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    places[2 * i] = values[i * length] ?? 0;
    places[2 * i + 1] = length > 1 ? (values[i * length + 1] ?? 0) : 0;
  }
  return places;
}

/** [n, 2]; NaN for the photos of a large library that its graph of neighbours does without. */
async function layOutAlike(
  x: Tensor2D,
  { seed, most }: { seed: number; most: number | undefined },
  tell: Told,
): Promise<Float32Array> {
  const count = x.shape[0];
  const { members, neighbours } = await neighbourGraph(x, new Int32Array(count).fill(-1), seed, most);
  const random = randomStream(seed, 31);
  const start = spreadOut(leadingTwo(x), REACH);
  const places = new Float32Array(2 * members.length);
  members.forEach((member, i) => {
    // Two points at one place would never part.
    places[2 * i] = start[2 * member]! + spread(random, 1e-3);
    places[2 * i + 1] = start[2 * member + 1]! + spread(random, 1e-3);
  });
  const epochs = epochsFor(members.length);
  const onProgress = (fraction: number) => tell({ epoch: Math.round(fraction * epochs), fraction });
  await layOutByTies(places, tiesOf(neighbours), { epochs, random, onProgress });
  const all = new Float32Array(2 * count).fill(NaN);
  members.forEach((member, i) => all.set(places.subarray(2 * i, 2 * i + 2), 2 * member));
  return all;
}

/** Photos without a place get one between those that they are most like, which stay where they are. */
async function placeOthers(x: Tensor2D, known: Float32Array): Promise<Float32Array> {
  const places = known.slice();
  const all = Int32Array.from({ length: x.shape[0] }, (_, i) => i);
  const placed = positions(all, (i) => !Number.isNaN(known[2 * i]));
  const others = positions(all, (i) => Number.isNaN(known[2 * i]));
  if (others.length === 0 || placed.length === 0) return places;
  const [queries, points] = tf.tidy(() => {
    const unit = unitLength(x);
    return [others, placed].map((rows) => tf.gather(unit, tf.tensor1d(rows, 'int32'))) as [Tensor2D, Tensor2D];
  });
  const { each, indices, cosines } = await nearest(queries, points, BETWEEN);
  tf.dispose([queries, points]);
  others.forEach((other, i) => {
    let [sum, px, py] = [0, 0, 0];
    for (let at = i * each; at < (i + 1) * each; at++) {
      const neighbour = placed[indices[at]!]!;
      const weight = Math.max(1e-6, weightOf(cosines[at]!));
      sum += weight;
      px += weight * known[2 * neighbour]!;
      py += weight * known[2 * neighbour + 1]!;
    }
    places[2 * other] = px / sum;
    places[2 * other + 1] = py / sum;
  });
  return places;
}

/** Moved to the middle and brought to 1 in the direction in which they reach farthest. NaN stays. */
const fitted = (places: Float32Array): Float32Array => spreadOut(places, 1);

function spreadOut(places: Float32Array, reach: number): Float32Array {
  const [low, high] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ];
  places.forEach((value, at) => {
    if (Number.isNaN(value)) return;
    low[at % 2] = Math.min(low[at % 2]!, value);
    high[at % 2] = Math.max(high[at % 2]!, value);
  });
  const middle = low.map((value, axis) => (value + high[axis]!) / 2);
  const half = Math.max(...low.map((value, axis) => (high[axis]! - value) / 2)) || 1;
  return places.map((value, at) => ((value - middle[at % 2]!) / half) * reach);
}
