// The two heads that learn in a moment, logistic regression and graph propagation, over pools of several sizes and
// mixtures: what `chooseHead` says of small and lopsided pools rests on these rows.

import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';
import { openDevice } from '../../../src/engine/tensorflow/device.ts';
import { expectedCalibrationError } from '../../../src/engine/measuring/calibrate.ts';
import { featureRows } from '../../../src/engine/features/feature-file.ts';
import { fitFeatureSpace, project } from '../../../src/engine/features/feature-space.ts';
import { logisticLogits } from '../../../src/engine/features/logistic-regression.ts';
import { fitLogistic } from '../../../src/engine/features/measure-heads.ts';
import { neighbourGraph } from '../../../src/engine/features/neighbour-graph.ts';
import { propagate, propagationProbabilities } from '../../../src/engine/features/propagation.ts';
import type { Features } from '../data/backbone-features.ts';
import { chooseLabels } from '../data/labelled-pictures.ts';
import { poolOf, weightedAccuracy, type Case } from '../learn-once.ts';

const cases: Case[] = [
  ...[4, 12, 40].map((labels) => ({ labels, pool: 200, share: 0.5 })),
  ...[4, 12, 40].map((labels) => ({ labels, pool: 400, share: 0.5 })),
  { labels: 12, pool: 400, share: 0.8 },
  { labels: 12, pool: 400, share: 0.95 },
  ...[4, 20, 100].map((labels) => ({ labels, pool: 6000, share: 0.5 })),
  ...[4, 10, 20].map((labels) => ({ labels, pool: 6000, share: 0.8 })),
  ...[10, 20].map((labels) => ({ labels, pool: 6000, share: 0.95 })),
];

type Quick = Awaited<ReturnType<typeof learnQuickly>>;

/** One line a case. */
export async function compareQuickHeads(
  photos: Record<'pool' | 'test', Features>,
  seeds: readonly number[],
  print: (line: string) => void,
): Promise<void> {
  await openDevice('auto');
  for (const one of cases) {
    const results: Quick[] = [];
    for (const seed of seeds) results.push(await learnQuickly(photos, one, seed));
    const mean = (pick: (result: Quick) => number) =>
      results.reduce((sum, result) => sum + pick(result), 0) / results.length;
    const column = (title: string, pick: (result: Quick) => number) =>
      `${title} ${(100 * mean(pick)).toFixed(1)} (worst ${(100 * Math.min(...results.map(pick))).toFixed(1)})`;
    print(
      [
        `graph: ${one.labels} labels, ${one.pool} photos, ${Math.round(100 * one.share)} % cats`,
        column('logistic', ({ logistic }) => logistic),
        column('propagation', ({ propagation }) => propagation),
        `its calibration error ${(100 * mean(({ error }) => error)).toFixed(1)}`,
      ].join('  '),
    );
  }
}

async function learnQuickly({ pool, test }: Record<'pool' | 'test', Features>, one: Case, seed: number) {
  const rows = poolOf(pool.labels, one, seed);
  const source = featureRows({ ...pool.file, rows });
  const space = fitFeatureSpace(source);
  const x = project(space, source);
  const unseen = project(space, featureRows(test.file));
  const truth = rows.map((row) => pool.labels[row] ?? 0);
  const labels = chooseLabels(truth, 2, one.labels, seed);
  const fitted = fitLogistic(x, labels, 2);
  const byLogistic = tf.tidy(() => logisticLogits(fitted, unseen).dataSync<'float32'>());
  const graph = await neighbourGraph(x, labels, seed);
  const learned = { points: graph.points, scores: propagate(graph, labels, 2) };
  const byPropagation = await propagationProbabilities(learned, unseen);
  tf.dispose([x, unseen, space.mean, space.basis, fitted.weights, fitted.bias]);
  return {
    logistic: weightedAccuracy(byLogistic, test.labels, one.share),
    propagation: weightedAccuracy(byPropagation, test.labels, one.share),
    error: expectedCalibrationError(byPropagation, test.labels, 2),
  };
}
