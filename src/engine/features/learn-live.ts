// What the labels of this moment make of the whole library, while a person goes on labelling: logistic regression for
// an answer at once, then labels spread over the graph of like photos where that is the better one. Nothing is written.

import { wilson } from '../../shared/statistics.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { Accuracy, Head } from '../../shared/training.ts';
import { tf, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { LearnedLive, LearnLiveRequest } from '../messages.ts';
import { rightOnes } from '../measuring/receipt.ts';
import { positions } from '../ssgan/batches.ts';
import { headBesideSsgan, shareOfRarest } from './choose-head.ts';
import { compactChunks, compactCoordinatesOf, gatherCompact, isLarge } from './compact-coordinates.ts';
import { coordinatesOf } from './coordinates.ts';
import { crossValidate, type GroupedLabels, type Learns } from './cross-validate.ts';
import { logisticLogits } from './logistic-regression.ts';
import { fitLogistic, learnsByLogistic, learnsByPropagation } from './measure-heads.ts';
import { neighbourGraph, type NeighbourGraph } from './neighbour-graph.ts';
import { propagate, propagationProbabilities, weightedScores } from './propagation.ts';

/**
 * Throws 'too-few-labels' under two classes with a label each, 'cancelled' as soon as `superseded` says that newer
 * labels wait, and what `coordinatesOf` throws.
 */
export async function learnLive(request: LearnLiveRequest, superseded: () => boolean): Promise<LearnedLive> {
  checkTwoClasses(request.labels);
  if (isLarge(request.features)) return inLarge(request);
  const kept = coordinatesOf(request.features);
  // A reference of its own: the next question may be about other photos.
  const x = kept.clone();
  try {
    return request.effort === 'quick' ? await quick(x, request) : await thorough(kept, x, request, superseded);
  } finally {
    x.dispose();
  }
}

/** Logistic regression of the labels alone, whatever the effort: all other photos are read once, to be told. */
async function inLarge({ features, labels, bursts, classes, effort, seed }: LearnLiveRequest): Promise<LearnedLive> {
  const coordinates = compactCoordinatesOf(features);
  const rows = positions(labels, (label) => label !== -1);
  const x = gatherCompact(coordinates, rows);
  const known = rows.map((i) => labels[i]!);
  const fitted = fitLogistic(x, known, classes);
  const probabilities = new Float32Array(labels.length * classes);
  let at = 0;
  for (const chunk of compactChunks(coordinates)) {
    const said = tf.tidy(() => tf.softmax(logisticLogits(fitted, chunk)));
    probabilities.set(await said.data<'float32'>(), at);
    at += said.size;
    tf.dispose([chunk, said]);
  }
  tf.dispose([fitted.weights, fitted.bias]);
  const grouped = { labels: known, bursts: rows.map((i) => bursts[i]!), classes };
  const estimate =
    effort === 'thorough' ? await estimateOf('logistic', learnsByLogistic(x, classes), grouped, seed) : null;
  x.dispose();
  return { probabilities, head: 'logistic', estimate };
}

async function quick(
  x: Tensor2D,
  { labels, classes }: Pick<LearnLiveRequest, 'labels' | 'classes'>,
): Promise<LearnedLive> {
  const fitted = fitLogistic(x, labels, classes);
  const said = tf.tidy(() => tf.softmax(logisticLogits(fitted, x)));
  const probabilities = await said.data<'float32'>();
  tf.dispose([said, fitted.weights, fitted.bias]);
  return { probabilities, head: 'logistic', estimate: null };
}

async function thorough(
  kept: Tensor2D,
  x: Tensor2D,
  { labels, bursts, classes, seed }: LearnLiveRequest,
  superseded: () => boolean,
): Promise<LearnedLive> {
  const grouped = { labels, bursts, classes };
  const straight = await quick(x, grouped);
  const labelled = positions(labels, (label) => label >= 0).length;
  const rarestShare = shareOfRarest(straight.probabilities, classes);
  if (headBesideSsgan({ photos: labels.length, labels: labelled, rarestShare }) === 'logistic') {
    return { ...straight, estimate: await estimateOf('logistic', learnsByLogistic(x, classes), grouped, seed) };
  }
  const check = () => {
    if (superseded()) throw new WhiskerError('cancelled', 'Newer labels are learned from instead.');
  };
  const graph = await graphOf(kept, x, labels, seed);
  check();
  const scores = propagate(graph, labels, classes);
  const probabilities =
    graph.members.length === labels.length
      ? weightedScores(graph.neighbours, scores, classes)
      : await propagationProbabilities({ points: graph.points, scores }, x);
  check();
  const estimate = await estimateOf('propagation', learnsByPropagation(x, graph, classes), grouped, seed);
  return { probabilities, head: 'propagation', estimate };
}

async function estimateOf(head: Head, learns: Learns, grouped: GroupedLabels, seed: number): Promise<Accuracy | null> {
  const measured = await crossValidate({ [head]: learns }, grouped, seed);
  const right = rightOnes(measured, head, grouped.classes);
  return right && wilson(right.filter(Boolean).length, right.length);
}

let last: { x: Tensor2D; graph: NeighbourGraph } | null = null;

/** The graph of the kept coordinates, from one question to the next, as long as every labelled photo is in it. */
async function graphOf(kept: Tensor2D, x: Tensor2D, labels: Int32Array, seed: number): Promise<NeighbourGraph> {
  if (last?.x === kept && holdsAll(last.graph, labels)) return last.graph;
  const graph = await neighbourGraph(x, labels, seed);
  last = { x: kept, graph };
  return graph;
}

function holdsAll({ members }: NeighbourGraph, labels: Int32Array): boolean {
  if (members.length === labels.length) return true;
  const held = new Set(members);
  return labels.every((label, i) => label === -1 || held.has(i));
}

function checkTwoClasses(labels: Int32Array): void {
  const present = new Set(labels.filter((label) => label >= 0));
  if (present.size >= 2) return;
  throw new WhiskerError(
    'too-few-labels',
    'There is nothing to tell apart yet: the labels are of fewer than two classes.',
    'Label a photo of another class.',
  );
}
