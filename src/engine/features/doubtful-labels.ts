// Which of a person's own labels look wrong: what models say of a photo that have learned from the other labels alone,
// held against its own.

import { fewestToDoubt } from '../../shared/rules.ts';
import type { DoubtfulLabels, FindDoubtfulLabelsRequest } from '../messages.ts';
import { positions } from '../ssgan/batches.ts';
import { tf, type Tensor2D } from '../tensorflow/tensorflow.ts';
import { isLarge, lentCoordinates } from './compact-coordinates.ts';
import { coordinatesOf } from './coordinates.ts';
import { crossValidate } from './cross-validate.ts';
import { learnsByLogistic, learnsByPropagation } from './measure-heads.ts';
import { nearest, unitLength } from '../measuring/nearest.ts';
import { neighbourGraph } from './neighbour-graph.ts';
import { taken } from './pool.ts';

/** A label looks wrong when less than this is left to it. */
const DOUBT_BELOW = 0.02;
/** Photos over which labels spread, so that an answer takes a second; those with a label are all among them. */
const MOST_POINTS = 2000;
/** Of the logistic regression, which stops before it bends to labels that are wrong. */
const ITERATIONS = 100;
/** Labelled photos that are told to be like each. */
const ALIKE = 10;

/** Holds every label against the others. Throws what `coordinatesOf` throws. */
export async function findDoubtfulLabels(request: FindDoubtfulLabelsRequest): Promise<DoubtfulLabels> {
  if (isLarge(request.features)) return inLarge(request);
  // A reference of its own: the next question may be about other photos.
  const x = coordinatesOf(request.features).clone();
  return doubtfulAmong(x, request);
}

/** The labelled photos, and as many others as labels spread over. */
async function inLarge({ features, ...request }: FindDoubtfulLabelsRequest): Promise<DoubtfulLabels> {
  const { pool, x } = lentCoordinates(features, request.labels, request.seed, MOST_POINTS);
  const found = await doubtfulAmong(x, { ...request, labels: taken(request.labels, pool) });
  const { positions: doubtful, neighbours } = found;
  return { ...found, positions: taken(pool, doubtful), neighbours: taken(pool, neighbours) };
}

/** x is disposed of. */
async function doubtfulAmong(x: Tensor2D, request: Labelled): Promise<DoubtfulLabels> {
  try {
    const { order, looksLike, named } = await doubtLabels(x, request);
    const found = order.subarray(0, named);
    const { each, neighbours } = await labelledLike(x, request.labels, found);
    return { looked: order.length, positions: found.slice(), looksLike: looksLike.slice(0, named), each, neighbours };
  } finally {
    x.dispose();
  }
}

export interface LabelDoubts {
  /** Positions of the labels that were looked at, the most doubtful first. */
  order: Int32Array;
  /** [order] the likeliest class of each other than its label. */
  looksLike: Int32Array;
  /** So many of them, from the first on, look wrong. */
  named: number;
}

type Labelled = Pick<FindDoubtfulLabelsRequest, 'labels' | 'classes' | 'seed'>;

/**
 * x: [count, k] coordinates; labels: [count] class or -1. The order is by self-confidence, what models that have not
 * learned from a label leave it with (Northcutt, Jiang & Chuang 2021, "Confident learning: estimating uncertainty in
 * dataset labels"). Two models speak, unlike in what misleads them, and a label looks wrong where their geometric mean
 * leaves it less than 2 %: one of them may be as sure as it likes, the other must not take the label's side. Labels of
 * classes that have fewer than five neither judge nor are judged.
 */
export async function doubtLabels(x: Tensor2D, { labels, classes, seed }: Labelled): Promise<LabelDoubts> {
  const known = withoutRareClasses(labels, classes);
  const rows = positions(known, (label) => label >= 0);
  const { logistic, propagation } = await saidByOthers(x, { labels: known, classes, seed });
  const said = geometricMean(logistic, propagation, classes);
  const own = rows.map((row) => known[row] ?? 0);
  const left = Float32Array.from(own, (k, i) => said[i * classes + k] ?? 0);
  const ranked = [...rows.keys()].sort((i, j) => (left[i] ?? 0) - (left[j] ?? 0));
  return {
    order: Int32Array.from(ranked, (i) => rows[i] ?? 0),
    looksLike: Int32Array.from(ranked, (i) => likeliestBut(own[i] ?? 0, said, i, classes)),
    named: left.filter((share) => share < DOUBT_BELOW).length,
  };
}

/** [labelled, K] of each model that has not learned from the label: cross-validated, in the order of the photos. */
export async function saidByOthers(
  x: Tensor2D,
  { labels, classes, seed }: Labelled,
): Promise<Record<'logistic' | 'propagation', Float32Array>> {
  const graph = await neighbourGraph(x, labels, seed, MOST_POINTS);
  const heads = {
    logistic: learnsByLogistic(x, classes, ITERATIONS),
    propagation: learnsByPropagation(x, graph, classes),
  };
  // What is nearly the same is the best witness against a label: here each photo is for itself.
  const bursts = Int32Array.from(labels.keys());
  const { logistic, propagation } = (await crossValidate(heads, { labels, classes, bursts }, seed)).said;
  // Neither of them is ever told to end.
  if (!logistic || !propagation) throw new Error('A model that judges labels has said nothing.');
  return { logistic, propagation };
}

/** √(p q) made to sum to 1.  one, other: [n, classes] */
function geometricMean(one: Float32Array, other: Float32Array, classes: number): Float32Array {
  const mean = one.map((p, at) => Math.sqrt(p * (other[at] ?? 0)));
  for (let from = 0; from < mean.length; from += classes) {
    const row = mean.subarray(from, from + classes);
    const sum = row.reduce((total, p) => total + p, 0);
    // No class at all that both hold possible speaks against none.
    row.forEach((p, k) => (row[k] = sum > 0 ? p / sum : 1 / classes));
  }
  return mean;
}

function withoutRareClasses(labels: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes);
  for (const label of labels) if (label >= 0) counts[label]! += 1;
  return labels.map((label) => (label >= 0 && counts[label]! >= fewestToDoubt.labelsPerClass ? label : -1));
}

function likeliestBut(own: number, probabilities: Float32Array, row: number, classes: number): number {
  let best = own === 0 ? 1 : 0;
  for (let k = best + 1; k < classes; k++) {
    if (k !== own && probabilities[row * classes + k]! > probabilities[row * classes + best]!) best = k;
  }
  return best;
}

/** The labelled photos most like each of some, itself not among them: [rows, each] positions, nearest first. */
async function labelledLike(x: Tensor2D, labels: Int32Array, rows: Int32Array) {
  const labelled = positions(labels, (label) => label >= 0);
  const each = Math.min(ALIKE, labelled.length - 1);
  if (rows.length === 0) return { each, neighbours: new Int32Array() };
  const unitRows = (some: Int32Array) => tf.tidy(() => unitLength(tf.gather(x, tf.tensor1d(some, 'int32'))));
  const [asked, points] = [unitRows(rows), unitRows(labelled)];
  const near = await nearest(asked, points, each + 1);
  tf.dispose([asked, points]);
  const neighbours = Array.from(rows, (row, i) => {
    const like = Array.from(near.indices.subarray(i * near.each, (i + 1) * near.each), (at) => labelled[at] ?? 0);
    return like.filter((at) => at !== row).slice(0, each);
  });
  return { each, neighbours: Int32Array.from(neighbours.flat()) };
}
