// How well the SSGAN learns in the feature space of a frozen backbone, beside the labels-only network and logistic
// regression:
//   npm run bench:learn -- backbone [--json]     all cases of docs/benchmarks.md
//   … --labels 4,20 --pool 6000,200 --share 0.5,0.95     every combination of these instead
//   … --seeds 5 --seed 1                          five seeds, from 1 on
//   … --cache DIR                                 keeps the features there for the next time
//   … --generator learned --set entropy=0         another generator, other weights of the objective
//   … --shared                                    counts the budget in processor time, for a busy machine
// Cats against dogs; labels are random and class-balanced, test photos are never seen. Share: cats in the pool; what
// the heads have right is counted as if the test photos were mixed like the pool.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { TrainOnFeaturesRequest, TrainReply } from '../../src/engine/messages.ts';
import type { Head } from '../../src/shared/training.ts';
import { featureRows } from '../../src/engine/features/feature-file.ts';
import { disposeFeatureModel, loadFeatureModel, predictHead } from '../../src/engine/features/feature-model.ts';
import { project } from '../../src/engine/features/feature-space.ts';
import { expectedCalibrationError } from '../../src/engine/measuring/calibrate.ts';
import { atTemperature, mostLikely } from '../../src/shared/statistics.ts';
import { randomStream, shuffle } from '../../src/engine/ssgan/random.ts';
import { trainerWith } from '../engine/trainer-with.ts';
import { requireTestData } from '../fixtures/test-data.ts';
import { readFeatures, type Features } from './data/backbone-features.ts';
import { chooseLabels, randomKeys } from './data/labelled-pictures.ts';
import { processorClock } from './processor-clock.ts';

const heads = ['ssgan', 'labels-only', 'logistic'] as const satisfies Head[];

interface Case {
  labels: number;
  pool: number;
  share: number;
}

const table: Case[] = [
  ...[4, 10, 20, 40, 100].map((labels) => ({ labels, pool: 6000, share: 0.5 })),
  { labels: 20, pool: 6000, share: 0.8 },
  { labels: 20, pool: 6000, share: 0.95 },
  { labels: 20, pool: 200, share: 0.5 },
];

export async function learnOnBackbone(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      labels: { type: 'string' },
      pool: { type: 'string' },
      share: { type: 'string' },
      seeds: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '3' },
      backbone: { type: 'string' },
      cache: { type: 'string' },
      generator: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      shared: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const list = (text: string | undefined, usual: number) => (text ?? String(usual)).split(',').map(Number);
  const chosen = [values.labels, values.pool, values.share].some((text) => text !== undefined);
  const cases = chosen
    ? list(values.labels, 20).flatMap((labels) =>
        list(values.pool, 6000).flatMap((pool) => list(values.share, 0.5).map((share) => ({ labels, pool, share }))),
      )
    : table;
  const terms = Object.fromEntries(
    values.set.map((pair) => pair.split('=')).map(([term, weight]) => [term, Number(weight)]),
  );
  const options: Options = {
    minutes: Number(values.minutes),
    objective: terms,
    generator: values.generator === 'learned' ? 'learned' : 'gaussian',
  };
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.seed) + i);

  const folder = mkdtempSync(join(tmpdir(), 'whisker-bench-'));
  const trainer = trainerWith(() => {}, values.shared ? processorClock : undefined);
  try {
    const backbone = values.backbone ?? requireTestData('backbone/mobilenet_v1_075_224_layers');
    const photos = await readFeatures(backbone, values.cache ?? null, folder);
    for (const one of cases) {
      const results = [];
      for (const seed of seeds) {
        const result = await run(trainer, photos, one, seed, options, folder);
        results.push(result);
        if (values.json) console.log(JSON.stringify({ ...result, terms, generator: options.generator }));
      }
      if (!values.json) console.log(summary(one, results));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Options = Pick<TrainOnFeaturesRequest, 'minutes' | 'objective' | 'generator'>;
type Result = Awaited<ReturnType<typeof run>>;

async function run(
  trainer: ReturnType<typeof trainerWith>,
  { pool, test }: { pool: Features; test: Features },
  one: Case,
  seed: number,
  options: Options,
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
  const { active, temperature, logistic, measuredBy } = reply.receipt;
  const accuracy = {} as Record<Head, number>;
  const calibration = { before: 0, after: 0 };
  const model = loadFeatureModel(folder);
  const x = project(model.space, featureRows(test.file));
  for (const head of heads) {
    const said = await predictHead(model, head, x);
    accuracy[head] = weightedAccuracy(said, test.labels, one.share);
    if (head !== active) continue;
    calibration.before = expectedCalibrationError(said, test.labels, 2);
    calibration.after = expectedCalibrationError(atTemperature(said, 2, temperature), test.labels, 2);
  }
  x.dispose();
  disposeFeatureModel(model);
  return {
    ...{ ...one, photos: rows.length, seed, ...accuracy, active, activeAccuracy: accuracy[active] },
    ...{ temperature, calibrationError: calibration, measuredBy, logisticMeasured: logistic?.accuracy ?? null },
    ...{ steps: reply.steps, seconds: reply.seconds, cpuSeconds: (user + system) / 1e6 },
  };
}

/** Rows with the wanted share of class 0: `pool` of them, or as many as there are in that proportion. */
function poolOf(labels: Int32Array, { pool, share }: Case, seed: number): Int32Array {
  const cats = labels.filter((label) => label === 0).length;
  const size = Math.floor(Math.min(pool, cats / share, (labels.length - cats) / (1 - share)));
  const wanted = [Math.round(size * share), size - Math.round(size * share)];
  const order = shuffle(Int32Array.from(labels.keys()), randomStream(seed, 11));
  return order.filter((row) => wanted[labels[row] ?? 0]!-- > 0);
}

/** Accuracy as it would be on test photos mixed like the pool. */
function weightedAccuracy(said: Float32Array, labels: Int32Array, share: number): number {
  const right = [0, 0];
  const all = [0, 0];
  labels.forEach((label, i) => {
    all[label]!++;
    if (mostLikely(said, i, 2) === label) right[label]!++;
  });
  return share * (right[0]! / all[0]!) + (1 - share) * (right[1]! / all[1]!);
}

function summary({ labels, pool, share }: Case, results: Result[]): string {
  const mean = (pick: (result: Result) => number) =>
    results.reduce((sum, result) => sum + pick(result), 0) / results.length;
  const column = (name: string, pick: (result: Result) => number) =>
    `${name} ${(100 * mean(pick)).toFixed(1)} (from ${(100 * Math.min(...results.map(pick))).toFixed(1)})`;
  const percent = (value: number) => (100 * value).toFixed(1);
  return [
    `${labels} labels, ${pool} photos, ${Math.round(100 * share)}:${Math.round(100 - 100 * share)}:`,
    ...heads.map((head) => column(head, (result) => result[head])),
    column('active', (result) => result.activeAccuracy),
    `calibration error ${percent(mean((r) => r.calibrationError.before))}, at its temperature ${percent(mean((r) => r.calibrationError.after))}`,
    `${Math.max(...results.map(({ seconds }) => seconds)).toFixed(0)} s at most`,
  ].join('  ');
}
