// What the heads get right on photos that they have not learned from: held-out labels where there are enough, else
// cross-validation of all that learn in seconds.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Head } from '../../shared/training.ts';
import { NONE_CODE } from '../../shared/types.ts';
import { tf, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { TrainOnFeaturesRequest } from '../messages.ts';
import { positions } from '../ssgan/batches.ts';
import { nextSteps } from '../ssgan/fit.ts';
import { freshState, Learner } from '../ssgan/learner.ts';
import type { Measured } from '../measuring/receipt.ts';
import type { Learns } from './cross-validate.ts';
import { FeatureFeed } from './feature-feed.ts';
import { featureNetworks, predictHead, type Heads } from './feature-model.ts';
import { featureLearnerSettings, featureObjective, featureRecipe } from './feature-recipe.ts';
import { fitLogisticRegression, logisticLogits, type LogisticRegression } from './logistic-regression.ts';
import type { NeighbourGraph } from './neighbour-graph.ts';
import { propagate, propagationProbabilities } from './propagation.ts';

/** The heads that there are on held-out photos.  x: [count, k]; labels: [count] class or -1. */
export async function measureHeldOut(
  trained: Heads,
  x: Tensor2D,
  labels: Int32Array,
  heldOut: Int32Array,
): Promise<Measured> {
  const held = rowsOf(x, heldOut);
  const said: Measured['said'] = {};
  for (const head of headsOf(trained)) said[head] = await predictHead(trained, head, held);
  held.dispose();
  return { by: 'held-out', positions: heldOut, truth: heldOut.map((i) => labels[i] ?? -1), said };
}

export const headsOf = ({ ssgan, propagation }: Heads): Head[] => [
  ...(ssgan ? ['ssgan' as const] : []),
  ...(['labels-only', 'logistic'] as const),
  ...(propagation ? ['propagation' as const] : []),
];

/**
 * The logistic regression of the labels in `labels`. Photos of none of the classes are as much of one as of another.
 * x: [count, k]; labels: [count] class, -1, or -2 for none of the classes.
 */
export function fitLogistic(x: Tensor2D, labels: Int32Array, classes: number, iterations?: number): LogisticRegression {
  const rows = positions(labels, (label) => label >= 0 || label === NONE_CODE);
  const targets = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => {
    const label = labels[row] ?? NONE_CODE;
    if (label === NONE_CODE) targets.fill(1 / classes, i * classes, (i + 1) * classes);
    else targets[i * classes + label] = 1;
  });
  const labelled = rowsOf(x, rows);
  const wanted = tf.tensor2d(targets, [rows.length, classes]);
  const fitted = fitLogisticRegression(labelled, wanted, featureRecipe.logisticPenalty, iterations);
  tf.dispose([labelled, wanted]);
  return fitted;
}

/** Before it learns it gives way to what else this process is asked. */
export const learnsByLogistic =
  (x: Tensor2D, classes: number, iterations?: number): Learns =>
  async (labels, rows) => {
    await nextTurn();
    const fitted = fitLogistic(x, labels, classes, iterations);
    const said = tf.tidy(() => tf.softmax(logisticLogits(fitted, rowsOf(x, rows))));
    const values = await said.data<'float32'>();
    tf.dispose([said, fitted.weights, fitted.bias]);
    return values;
  };

/** As `learnsByLogistic` it gives way first. */
export const learnsByPropagation =
  (x: Tensor2D, graph: NeighbourGraph, classes: number): Learns =>
  async (labels, rows) => {
    await nextTurn();
    const asked = rowsOf(x, rows);
    const scores = propagate(graph, labels, classes);
    const said = await propagationProbabilities({ points: graph.points, scores }, asked);
    asked.dispose();
    return said;
  };

interface BriefSsgan extends Pick<TrainOnFeaturesRequest, 'classes' | 'seed' | 'objective' | 'generator'> {
  x: Tensor2D;
  /** [k] deviations with which features are generated. */
  deviation: Tensor1D;
  steps: number;
  /** Asked before each native call. */
  goesOn: () => boolean | Promise<boolean>;
}

/** An SSGAN of a few steps from a random start, which says nothing while it learns. */
export const learnsBySsgan =
  ({ x, deviation, steps, goesOn, ...request }: BriefSsgan): Learns =>
  async (labels, rows) => {
    const feed = new FeatureFeed(x, labels, request.classes, request.seed);
    const networks = featureNetworks(request.classes, deviation, request.generator);
    const objective = featureObjective('ssgan', request);
    const settings = featureLearnerSettings(objective, request.seed);
    const sample = feed.sample();
    const learner = new Learner(networks, settings, freshState(networks, settings, sample, null));
    sample.dispose();
    try {
      while (learner.steps < steps) {
        if (!(await goesOn())) return null;
        tf.tidy(() =>
          learner.learn(
            nextSteps(learner.steps, featureRecipe.stepsAtOnce, steps).map((step) => ({
              input: feed.input(step, objective),
              fraction: step / steps,
            })),
          ),
        );
        await nextTurn();
      }
      if (!(await learner.isFinite())) return null;
      const said = tf.tidy(() => learner.predict(feed.rows(rows)));
      const values = await said.data<'float32'>();
      said.dispose();
      return values;
    } finally {
      learner.dispose();
    }
  };

const rowsOf = (x: Tensor2D, rows: Int32Array): Tensor2D => tf.tidy(() => tf.gather(x, tf.tensor1d(rows, 'int32')));
