// How well the SSGAN learns in the feature space of a frozen backbone, beside the labels-only network, logistic
// regression and graph propagation:
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
import { trainerWith } from '../engine/trainer-with.ts';
import { requireTestData } from '../fixtures/test-data.ts';
import { readFeatures } from './data/backbone-features.ts';
import { heads, learnOnce, type Case, type LearnedOnce, type LearnOptions } from './learn-once.ts';
import { processorClock } from './processor-clock.ts';

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
  const options: LearnOptions = {
    minutes: Number(values.minutes),
    objective: terms,
    generator: values.generator === 'learned' ? 'learned' : 'gaussian',
  };
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.seed) + i);

  const folder = mkdtempSync(join(tmpdir(), 'whisker-bench-'));
  const trainer = trainerWith(() => {}, values.shared ? processorClock : undefined);
  try {
    const backbone = values.backbone ?? requireTestData('backbone/mobilenet_v1_075_224_layers');
    const photos = await readFeatures({ network: backbone, cache: values.cache ?? null, scratch: folder });
    for (const one of cases) {
      const results = [];
      for (const seed of seeds) {
        const result = await learnOnce(trainer, photos, one, seed, options, folder);
        results.push(result);
        if (values.json) console.log(JSON.stringify({ ...result, terms, generator: options.generator }));
      }
      if (!values.json) console.log(summary(one, results));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function summary({ labels, pool, share }: Case, results: LearnedOnce[]): string {
  const mean = (pick: (result: LearnedOnce) => number) =>
    results.reduce((sum, result) => sum + pick(result), 0) / results.length;
  const column = (name: string, pick: (result: LearnedOnce) => number) =>
    `${name} ${(100 * mean(pick)).toFixed(1)} (from ${(100 * Math.min(...results.map(pick))).toFixed(1)})`;
  const percent = (value: number) => (100 * value).toFixed(1);
  return [
    `${labels} labels, ${pool} photos, ${Math.round(100 * share)}:${Math.round(100 - 100 * share)}:`,
    ...heads.map((head) => column(head, (result) => result.accuracy[head])),
    column('active', (result) => result.activeAccuracy),
    `calibration error ${percent(mean((r) => r.calibrationError.before))}, at its temperature ${percent(mean((r) => r.calibrationError.after))}`,
    `${Math.max(...results.map(({ seconds }) => seconds)).toFixed(0)} s at most`,
  ].join('  ');
}
