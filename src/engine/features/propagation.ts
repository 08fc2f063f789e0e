// Labels that spread over the neighbour graph: Zhou et al. 2004, "Learning with local and global consistency". A photo
// that is not in the graph takes the weighted mean of its nearest ones that are (Delalleau, Bengio & Le Roux 2005,
// "Efficient non-parametric function induction in semi-supervised learning"), so that what was learned is a table of
// points with their scores.

import { NONE_CODE } from '../../shared/types.ts';
import { tf, type Tensor2D } from '../tensorflow/tensorflow.ts';
import { nearest, unitLength, type Neighbours } from '../measuring/nearest.ts';
import { NEIGHBOURS, weightOf, type NeighbourGraph } from './neighbour-graph.ts';
import { solveByConjugateGradients } from './sparse.ts';

/** Points of the graph, and what the labels say of each. */
export interface Propagation {
  /** [m, k] coordinates, of unit length, row-major. */
  points: Float32Array;
  /** [m, K] shares of the classes, row-major; each row sums to 1. */
  scores: Float32Array;
}

/** Share that a point takes from its neighbours; the rest is what its own label says. */
const ALPHA = 0.99;
/** The power of a class's score that counts. */
const SHARPNESS = 6;
/** So that a photo like none of them hears its neighbours all alike rather than none. */
export const LEAST_WEIGHT = 1e-9;

/**
 * Scores [m, K] of the graph's points, each row summing to 1.  labels: [n] class of each photo, -1, or -2 for none of
 * the classes.
 *
 * F = (I − α S)⁻¹ Y, with Y_ic = 1 where point i has label c (Zhou et al. 2004, equation 4), and 1/K for each class
 * where it shows none of them. Each column of F is then
 * divided by its L4 norm over the points without a label. How much a class spreads goes by how many labels it has,
 * which says nothing of how many photos it has: without the division a rare class with as many labels as the frequent
 * one takes half of the library. Zhu, Ghahramani & Lafferty 2003 divide by the sum, for which the shares of the classes
 * must be known; a high norm asks how high a class stands where it is at home, whatever the size of that home. Last, a
 * row's scores are raised to the sixth power and divided by their sum, which changes no row's order: at this α a point
 * hears of every label, and the bare shares would be far too modest (docs/how-it-learns.md).
 */
export function propagate({ members, affinity }: NeighbourGraph, labels: Int32Array, classes: number): Float32Array {
  const own = Int32Array.from(members, (position) => labels[position] ?? -1);
  const y = new Float64Array(own.length * classes);
  own.forEach((label, i) => {
    if (label >= 0) y[i * classes + label] = 1;
    else if (label === NONE_CODE) y.fill(1 / classes, i * classes, (i + 1) * classes);
  });
  const spread = solveByConjugateGradients(affinity, ALPHA, y, classes);
  const fourthPowers = new Float64Array(classes);
  own.forEach((label, i) => {
    for (let k = 0; label === -1 && k < classes; k++) fourthPowers[k]! += spread[i * classes + k]! ** 4;
  });
  const scores = new Float32Array(spread.length);
  for (let from = 0; from < spread.length; from += classes) {
    const row = Array.from(fourthPowers, (powers, k) => Math.max(0, spread[from + k]!) / (powers ** 0.25 || 1));
    const highest = Math.max(...row);
    const sharp = row.map((score) => (highest > 0 ? (score / highest) ** SHARPNESS : 1));
    const sum = sharp.reduce((total, score) => total + score, 0);
    scores.set(
      sharp.map((score) => score / sum),
      from,
    );
  }
  return scores;
}

/** [n, K] class probabilities.  x: [n, k] */
export async function propagationProbabilities({ points, scores }: Propagation, x: Tensor2D): Promise<Float32Array> {
  const unit = unitLength(x);
  const length = x.shape[1];
  const table = tf.tensor2d(points, [points.length / length, length]);
  const neighbours = await nearest(unit, table, NEIGHBOURS);
  tf.dispose([unit, table]);
  return weightedScores(neighbours, scores, (scores.length * length) / points.length);
}

/** Σ w_j scores_j / Σ w_j over the 15 nearest points j, w as in the graph: [rows, K]. */
export function weightedScores({ each, indices, cosines }: Neighbours, scores: Float32Array, classes: number) {
  const rows = indices.length / each;
  const said = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let at = row * each; at < row * each + Math.min(each, NEIGHBOURS); at++) {
      const weight = Math.max(LEAST_WEIGHT, weightOf(cosines[at]!));
      sum += weight;
      for (let k = 0; k < classes; k++) said[row * classes + k]! += weight * scores[indices[at]! * classes + k]!;
    }
    for (let k = 0; k < classes; k++) said[row * classes + k]! /= sum;
  }
  return said;
}
