import { describe, expect, test } from 'vitest';
import { tf, type Tensor2D } from '../../../src/engine/tensorflow/tensorflow.ts';
import { nearest, unitLength } from '../../../src/engine/measuring/nearest.ts';
import { neighbourGraph } from '../../../src/engine/features/neighbour-graph.ts';
import { propagate, propagationProbabilities, weightedScores } from '../../../src/engine/features/propagation.ts';
import { solveByConjugateGradients } from '../../../src/engine/features/sparse.ts';
import { accuracyOf } from '../../../src/engine/measuring/held-out.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';

/** Clouds of points around directions of their own: `sizes[k]` points of class k. */
function clouds(sizes: number[], length = 8, seed = 1): { x: Tensor2D; truth: Int32Array } {
  const truth = Int32Array.from(sizes.flatMap((size, k) => Array<number>(size).fill(k)));
  const values = new Float32Array(truth.length * length);
  fillNormal(values, randomStream(seed), 0.3);
  truth.forEach((k, i) => (values[i * length + k]! += 1));
  return { x: tf.tensor2d(values, [truth.length, length]), truth };
}

/** The first `each` of every class. */
function labelsOf(truth: Int32Array, each: number): Int32Array {
  const seen: number[] = [];
  return truth.map((k) => ((seen[k] = (seen[k] ?? 0) + 1) <= each ? k : -1));
}

test('nearest neighbours are those of the whole table, however it is cut into chunks', async () => {
  const { x } = clouds([300, 300], 5);
  const unit = unitLength(x);
  const found = await nearest(unit, unit, 4);
  const table = tf.topk(tf.matMul(unit, unit, false, true), 4);
  expect(found.indices).toEqual(table.indices.dataSync());
  expect(found.indices[4 * 17]).toBe(17);
  const few = await nearest(unit, unit.slice([0, 0], [2, -1]), 4);
  expect(few.each).toBe(2);
});

test('a sparse system is solved to a millionth', () => {
  // A path of 40 points, each tied to the next: S = D^-½ W D^-½.
  const n = 40;
  const degree = (i: number) => (i === 0 || i === n - 1 ? 1 : 2);
  const rows = Array.from({ length: n }, (_, i) => [i - 1, i + 1].filter((j) => j >= 0 && j < n));
  const starts = Int32Array.from({ length: n + 1 }, (_, i) => rows.slice(0, i).flat().length);
  const columns = Int32Array.from(rows.flat());
  const values = Float64Array.from(rows.flatMap((row, i) => row.map((j) => 1 / Math.sqrt(degree(i) * degree(j)))));
  const y = Float64Array.from({ length: 2 * n }, (_, i) => (i === 0 || i === 2 * n - 1 ? 1 : 0));
  const solution = solveByConjugateGradients({ starts, columns, values }, 0.99, y, 2);
  for (let i = 0; i < n; i++) {
    for (const k of [0, 1]) {
      const pulled = rows[i]!.reduce((sum, j) => sum + solution[2 * j + k]! / Math.sqrt(degree(i) * degree(j)), 0);
      expect(solution[2 * i + k]! - 0.99 * pulled).toBeCloseTo(y[2 * i + k]!, 5);
    }
  }
});

describe('labels spread over the graph', () => {
  test('from one photo of each class to all that are like it, also where one class is rare', async () => {
    for (const sizes of [
      [200, 200, 200],
      [500, 60],
    ]) {
      const { x, truth } = clouds(sizes);
      const labels = labelsOf(truth, sizes.length === 2 ? 5 : 1);
      const graph = await neighbourGraph(x, labels, 1);
      const said = weightedScores(graph.neighbours, propagate(graph, labels, sizes.length), sizes.length);
      const right = accuracyOf(said, truth, sizes.length).accuracy;
      expect(right).toBeGreaterThan(0.93);
      const rare = truth.length - sizes.at(-1)!;
      const ofRare = said.subarray(rare * sizes.length);
      expect(accuracyOf(ofRare, truth.subarray(rare), sizes.length).accuracy).toBeGreaterThan(0.85);
    }
  });

  test('to photos that came later, which take the word of those most like them', async () => {
    const { x, truth } = clouds([150, 150]);
    const labels = labelsOf(truth, 2);
    const graph = await neighbourGraph(x, labels, 1);
    const learned = { points: graph.points, scores: propagate(graph, labels, 2) };
    const later = clouds([50, 50], 8, 2);
    expect(accuracyOf(await propagationProbabilities(learned, later.x), later.truth, 2).accuracy).toBeGreaterThan(0.93);
    // Of the photos themselves it says what it said when it learned.
    const again = await propagationProbabilities(learned, x);
    expect(again).toEqual(weightedScores(graph.neighbours, learned.scores, 2));
  });

  test('nowhere without a tie: such a photo is as likely of one class as of another', async () => {
    const x: Tensor2D = tf.tensor2d(
      [...[1, 0, 0, 0], ...[1, 0.1, 0, 0], ...[0, 0, 1, 0], ...[0, 0, 1, 0.1], ...[-1, 0, -1, 0]],
      [5, 4],
    );
    const labels = Int32Array.of(0, -1, 1, -1, -1);
    const graph = await neighbourGraph(x, labels, 1);
    const scores = propagate(graph, labels, 2);
    expect(scores.subarray(2, 4)).toEqual(Float32Array.of(1, 0));
    expect(scores.subarray(8)).toEqual(Float32Array.of(0.5, 0.5));
  });

  test('of a large library a part is the graph, every labelled photo among it', async () => {
    const { x, truth } = clouds([300, 300], 4);
    const labels = truth.map((k, i) => (i % 60 === 59 ? k : -1));
    const graph = await neighbourGraph(x, labels, 1, 200);
    expect(graph.members).toHaveLength(200);
    expect(new Set(graph.members).size).toBe(200);
    expect(graph.members.filter((i) => labels[i]! >= 0)).toHaveLength(10);
    expect((await neighbourGraph(x, labels, 1, 200)).members).toEqual(graph.members);
    const learned = { points: graph.points, scores: propagate(graph, labels, 2) };
    expect(accuracyOf(await propagationProbabilities(learned, x), truth, 2).accuracy).toBeGreaterThan(0.9);
  });
});
