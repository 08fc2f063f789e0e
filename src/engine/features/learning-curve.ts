// How right a quick head would be with fewer labels, and from there what more of them would bring.

import { nextLabels } from '../../shared/learning-curve.ts';
import { mostLikely, wilson } from '../../shared/statistics.ts';
import { tf, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { MeasureCurveRequest, MeasuredCurve } from '../messages.ts';
import { forecast } from '../measuring/power-law.ts';
import { positions } from '../ssgan/batches.ts';
import { headBesideSsgan, shareOfRarest } from './choose-head.ts';
import { isLarge, lentCoordinates } from './compact-coordinates.ts';
import { coordinatesOf } from './coordinates.ts';
import { stratifiedParts, type Learns } from './cross-validate.ts';
import { logisticLogits } from './logistic-regression.ts';
import { fitLogistic, learnsByLogistic, learnsByPropagation } from './measure-heads.ts';
import { neighbourGraph } from './neighbour-graph.ts';
import { taken } from './pool.ts';

/** Each times the labels are divided anew into five parts, of which four are drawn from and one is told. */
const REPEATS = 2;
/** Labels of a point to those of the next. */
const GROWTH = Math.SQRT2;
const MOST_SIZES = 7;
/** Of the smallest point, per class. */
const FEWEST_PER_CLASS = 2;
/** Photos over which labels spread, so that an answer takes seconds; those with a label are all among them. */
const MOST_POINTS = 2000;
const ITERATIONS = 100;

type Labelled = Pick<MeasureCurveRequest, 'labels' | 'bursts' | 'classes' | 'seed'>;

/** Throws what `coordinatesOf` throws. */
export async function measureCurve(request: MeasureCurveRequest): Promise<MeasuredCurve> {
  if (isLarge(request.features)) return inLarge(request);
  // A reference of its own: the next question may be about other photos.
  const x = coordinatesOf(request.features).clone();
  return curveOf(x, request).finally(() => x.dispose());
}

/** Of the labelled photos, and as many others as labels spread over. */
async function inLarge({ features, labels, bursts, classes, seed }: MeasureCurveRequest): Promise<MeasuredCurve> {
  const { pool, x } = lentCoordinates(features, labels, seed, MOST_POINTS);
  const lent = { labels: taken(labels, pool), bursts: taken(bursts, pool), classes, seed };
  const curve = await curveOf(x, lent).finally(() => x.dispose());
  const points = curve.points.map((point) => ({ ...point, learnedFrom: taken(pool, point.learnedFrom) }));
  return { ...curve, points };
}

/**
 * Of each fifth of the labels, by the head that has learned from ever more of the other four: nested subsets, in each
 * of which every class has its share. Every label is told at every size, so that sizes differ by what was learned
 * alone.  x: [count, k] coordinates; labels: [count] class or -1, of as many bursts as `whyNotDraw` asks for labels.
 */
export async function curveOf(x: Tensor2D, { labels, bursts, classes, seed }: Labelled): Promise<MeasuredCurve> {
  const { head, learn } = await quickHead(x, { labels, classes, seed });
  const rows = positions(labels, (label) => label >= 0);
  const divided = Array.from({ length: REPEATS }, (_, repeat) =>
    stratifiedParts(rows, { labels, bursts, classes }, seed + repeat),
  );
  const largest = Math.max(...divided.flat().map((part) => part.length));
  const sizes = sizesUpTo(rows.length - largest, FEWEST_PER_CLASS * classes);
  const errors: number[][] = [];
  const mistakes = sizes.map(() => 0);
  let first: Int32Array | null = null;
  for (const parts of divided) {
    for (const part of parts) {
      const order = inShares(
        parts.filter((other) => other !== part),
        labels,
        classes,
      );
      first ??= order;
      const wrong: number[] = [];
      for (const size of sizes) wrong.push(await mistakesOf(learn, order.subarray(0, size), part, { labels, classes }));
      wrong.forEach((count, j) => (mistakes[j]! += count / REPEATS));
      errors.push(wrong.map((count) => count / part.length));
    }
  }
  const ahead = [rows.length, rows.length + nextLabels(rows.length), 2 * rows.length];
  return {
    head,
    draws: errors.length,
    points: sizes.map((size, j) => ({
      labels: size,
      accuracy: wilson(rows.length - mistakes[j]!, rows.length),
      learnedFrom: first?.slice(0, size) ?? new Int32Array(),
    })),
    forecasts: forecast({ sizes, errors, photos: rows.length, measuredPerLearned: 1 / 4 }, ahead, seed),
  };
}

/** How many of `told` are mistaken by a head that has learned from the labels of `known`. */
async function mistakesOf(
  learn: Learns,
  known: Int32Array,
  told: Int32Array,
  { labels, classes }: Omit<Labelled, 'bursts' | 'seed'>,
): Promise<number> {
  const lesson = new Int32Array(labels.length).fill(-1);
  for (const row of known) lesson[row] = labels[row] ?? -1;
  const said = await learn(lesson, told);
  if (!said) throw new Error('A head that measures a curve was told to end.');
  return told.filter((row, i) => mostLikely(said, i, classes) !== labels[row]).length;
}

/** The head that guesses while somebody labels, see `learnLive`. */
export async function quickHead(
  x: Tensor2D,
  { labels, classes, seed }: Omit<Labelled, 'bursts'>,
): Promise<{ head: MeasuredCurve['head']; learn: Learns }> {
  const fitted = fitLogistic(x, labels, classes, ITERATIONS);
  const said = tf.tidy(() => logisticLogits(fitted, x));
  const rarestShare = shareOfRarest(await said.data<'float32'>(), classes);
  tf.dispose([said, fitted.weights, fitted.bias]);
  const labelled = positions(labels, (label) => label >= 0).length;
  const head = headBesideSsgan({ photos: labels.length, labels: labelled, rarestShare });
  if (head === 'logistic') return { head, learn: learnsByLogistic(x, classes, ITERATIONS) };
  const graph = await neighbourGraph(x, labels, seed, MOST_POINTS);
  return { head: 'propagation', learn: learnsByPropagation(x, graph, classes) };
}

/** Ascending to `most`, each about 1.4 times the one before, none below `fewest`. */
export function sizesUpTo(most: number, fewest: number): number[] {
  const sizes: number[] = [];
  for (let size = most; size >= fewest && sizes.length < MOST_SIZES; size /= GROWTH) sizes.unshift(Math.round(size));
  return sizes;
}

/** All rows of the parts in an order in which each beginning has about the same shares of the classes. */
function inShares(parts: readonly Int32Array[], labels: Int32Array, classes: number): Int32Array {
  const rows = parts.flatMap((part) => [...part]);
  const placed = Array.from({ length: classes }, (_, k) => {
    const members = rows.filter((row) => labels[row] === k);
    return members.map((row, i) => ({ row, at: (i + 0.5) / members.length }));
  }).flat();
  return Int32Array.from(
    placed.sort((a, b) => a.at - b.at || a.row - b.row),
    ({ row }) => row,
  );
}
