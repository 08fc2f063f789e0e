// What the heads get right on photos that they have not learned from: held-out labels where there are enough, else
// cross-validation of the logistic regression, the one head that is trained in a moment.

import type { Head } from '../../shared/training.ts';
import { tf, type Tensor2D } from '../tensorflow/tensorflow.ts';
import { positions } from '../ssgan/batches.ts';
import type { LabelSplit } from '../measuring/held-out.ts';
import { randomStream, shuffle } from '../ssgan/random.ts';
import type { Measured } from '../measuring/receipt.ts';
import { predictHead, type Heads } from './feature-model.ts';
import { featureRecipe } from './feature-recipe.ts';
import { fitLogisticRegression, logisticLogits, type LogisticRegression } from './logistic-regression.ts';

const FOLDS = 5;
/** Fewer labels than this are left out one at a time. */
const ENOUGH_FOR_FOLDS = 10;

interface HeadsInput {
  /** [count, k] coordinates of every photo. */
  x: Tensor2D;
  /** [count] class or -1. */
  labels: Int32Array;
  classes: number;
  split: LabelSplit;
  seed: number;
}

/** The heads that there are on the held-out photos, or the logistic regression on all labelled ones in turn. */
export async function measureHeads(input: HeadsInput, trained: Heads): Promise<Measured> {
  const { x, labels, split } = input;
  if (split.heldOut.length === 0) return crossValidateLogistic(input);
  const held = rowsOf(x, split.heldOut);
  const said: Measured['said'] = {};
  for (const head of headsOf(trained)) said[head] = await predictHead(trained, head, held);
  held.dispose();
  return { by: 'held-out', truth: split.heldOut.map((i) => labels[i] ?? -1), said };
}

export const headsOf = ({ ssgan }: Heads): Head[] => [...(ssgan ? ['ssgan' as const] : []), 'labels-only', 'logistic'];

/** The logistic regression of the labels in `labels`.  x: [count, k]; labels: [count] class or -1. */
export function fitLogistic(x: Tensor2D, labels: Int32Array, classes: number): LogisticRegression {
  const rows = positions(labels, (label) => label >= 0);
  const truth = rows.map((i) => labels[i] ?? 0);
  const labelled = rowsOf(x, rows);
  const oneHot = tf.tidy((): Tensor2D =>
    tf.cast(tf.oneHot(tf.tensor1d(truth, 'int32'), classes) as Tensor2D, 'float32'),
  );
  const fitted = fitLogisticRegression(labelled, oneHot, featureRecipe.logisticPenalty);
  tf.dispose([labelled, oneHot]);
  return fitted;
}

/**
 * Each label once by a regression that has not seen it: five stratified folds, or one label at a time when there are
 * few.
 */
export async function crossValidateLogistic({
  x,
  labels,
  classes,
  seed,
}: Omit<HeadsInput, 'split'>): Promise<Measured> {
  const rows = positions(labels, (label) => label >= 0);
  const foldOf = assignFolds(rows, labels, classes, rows.length < ENOUGH_FOR_FOLDS ? rows.length : FOLDS, seed);
  const said = new Float32Array(rows.length * classes);
  for (let fold = 0; fold < Math.max(...foldOf) + 1; fold++) {
    const left = rows.filter((_, i) => foldOf[i] === fold);
    const rest = labels.map((label, i) => (left.includes(i) ? -1 : label));
    const fitted = fitLogistic(x, rest, classes);
    const probabilities = tf.tidy(() => tf.softmax(logisticLogits(fitted, rowsOf(x, left))));
    const values = await probabilities.data<'float32'>();
    tf.dispose([probabilities, fitted.weights, fitted.bias]);
    left.forEach((row, i) => said.set(values.subarray(i * classes, (i + 1) * classes), rows.indexOf(row) * classes));
  }
  return { by: 'cross-validation', truth: rows.map((i) => labels[i] ?? -1), said: { logistic: said } };
}

/** Fold of each row; every fold has its even share of each class. */
function assignFolds(rows: Int32Array, labels: Int32Array, classes: number, folds: number, seed: number): Int32Array {
  const foldOf = new Int32Array(rows.length);
  let next = 0;
  for (let k = 0; k < classes; k++) {
    const members = shuffle(
      Int32Array.from(rows.keys()).filter((i) => labels[rows[i] ?? 0] === k),
      randomStream(seed, 6, k),
    );
    for (const i of members) foldOf[i] = next++ % folds;
  }
  return foldOf;
}

const rowsOf = (x: Tensor2D, rows: Int32Array): Tensor2D => tf.tidy(() => tf.gather(x, tf.tensor1d(rows, 'int32')));
