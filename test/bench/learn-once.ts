// One run on the features of cats and dogs as the app learns it, and what each head then has right on photos that are
// never seen. Labels are random and class-balanced.

import type { TrainOnFeaturesRequest, TrainReply } from '../../src/engine/messages.ts';
import { inReceipt, type Head } from '../../src/shared/training.ts';
import { featureRows } from '../../src/engine/features/feature-file.ts';
import { disposeFeatureModel, loadFeatureModel, predictHead } from '../../src/engine/features/feature-model.ts';
import { project } from '../../src/engine/features/feature-space.ts';
import { expectedCalibrationError } from '../../src/engine/measuring/calibrate.ts';
import { atTemperature, mostLikely } from '../../src/shared/statistics.ts';
import { randomStream, shuffle } from '../../src/shared/random.ts';
import type { ListeningTrainer } from '../engine/trainer-with.ts';
import type { Features } from './data/backbone-features.ts';
import { chooseLabels, randomKeys } from './data/labelled-pictures.ts';

export const heads = ['ssgan', 'labels-only', 'logistic', 'propagation'] as const satisfies Head[];

export interface Case {
  labels: number;
  pool: number;
  /** Of class 0 in the pool. */
  share: number;
}

export type LearnOptions = Pick<TrainOnFeaturesRequest, 'minutes' | 'objective' | 'generator'>;
export type LearnedOnce = Awaited<ReturnType<typeof learnOnce>>;

/** `folder`: where the model may be written. */
export async function learnOnce(
  trainer: ListeningTrainer,
  { pool, test }: Record<'pool' | 'test', Features>,
  one: Case,
  seed: number,
  options: LearnOptions,
  folder: string,
) {
  const rows = poolOf(pool.labels, one, seed);
  const truth = rows.map((row) => pool.labels[row] ?? 0);
  const cpu = process.cpuUsage();
  const reply = (await trainer.handle({
    kind: 'train-on-features',
    features: { ...pool.file, rows },
    labels: chooseLabels(truth, 2, one.labels, seed),
    ...{ keys: randomKeys(rows.length, seed), learnedBefore: new Int32Array() },
    ...{ classes: 2, seed, device: 'auto', startFrom: null, modelDir: folder, ...options },
  })) as TrainReply;
  const { user, system } = process.cpuUsage(cpu);
  const { receipt } = reply;
  const { active, temperature } = receipt;
  const model = loadFeatureModel(folder);
  const x = project(model.space, featureRows(test.file));
  const said = {} as Record<Head, Float32Array>;
  for (const head of heads) said[head] = await predictHead(model, head, x);
  x.dispose();
  disposeFeatureModel(model);
  const accuracy = {} as Record<Head, number>;
  for (const head of heads) accuracy[head] = weightedAccuracy(said[head], test.labels, one.share);
  const together = said.ssgan.map((p, i) => p + (said.propagation[i] ?? 0) + (said.logistic[i] ?? 0));
  const ofActive = atTemperature(said[active], 2, temperature);
  return {
    ...{ ...one, photos: rows.length, seed, accuracy, active, activeAccuracy: accuracy[active] },
    /** Of the mean of the three heads' probabilities, which the app does not use. */
    meanAccuracy: weightedAccuracy(together, test.labels, one.share),
    /** What the run said of its heads, and whether the interval holds what they have right on the test photos. */
    measuredBy: receipt.measuredBy,
    measured: heads.flatMap((head) => {
      const found = receipt[inReceipt[head]];
      return found ? [{ head, ...found, holds: found.low <= accuracy[head] && accuracy[head] <= found.high }] : [];
    }),
    temperature,
    calibrationError: {
      before: expectedCalibrationError(said[active], test.labels, 2),
      after: expectedCalibrationError(ofActive, test.labels, 2),
    },
    ...{ steps: reply.steps, seconds: reply.seconds, cpuSeconds: (user + system) / 1e6 },
  };
}

/** Rows with the wanted share of class 0: `pool` of them, or as many as there are in that proportion. */
export function poolOf(labels: Int32Array, { pool, share }: Case, seed: number): Int32Array {
  const cats = labels.filter((label) => label === 0).length;
  const size = Math.floor(Math.min(pool, cats / share, (labels.length - cats) / (1 - share)));
  const wanted = [Math.round(size * share), size - Math.round(size * share)];
  const order = shuffle(Int32Array.from(labels.keys()), randomStream(seed, 11));
  return order.filter((row) => wanted[labels[row] ?? 0]!-- > 0);
}

/** Accuracy as it would be on test photos mixed like the pool. */
export function weightedAccuracy(said: Float32Array, labels: Int32Array, share: number): number {
  const right = [0, 0];
  const all = [0, 0];
  labels.forEach((label, i) => {
    all[label]!++;
    if (mostLikely(said, i, 2) === label) right[label]!++;
  });
  return share * (right[0]! / all[0]!) + (1 - share) * (right[1]! / all[1]!);
}
