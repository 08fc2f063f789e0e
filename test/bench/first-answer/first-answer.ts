// What a person has after a few clicks, in the rows of docs/benchmarks.md:
//   npm run bench:learn -- first-answer [--seeds 5] [--seed 1] [--json]
//   … --only labels,few --labels 4,12     some of the rows (piles, suggested, graph, labels, few, mobilenet); counts
//   … --network FILE              another image network than the one that set-up brings
//   … --cache DIR                 keeps the features there for the next time
//   … --minutes 30                more time for each run, on a machine that does other work as well
// Cats against dogs, where 2,000 test photos are never seen; `suggested` takes digits and the sample library, too.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trainerWith } from '../../engine/trainer-with.ts';
import { requireTestData } from '../../fixtures/test-data.ts';
import { cacheFolder } from '../../../src/files/cache-folder.ts';
import { readDigits, readFeatures, readSample } from '../data/backbone-features.ts';
import { heads, learnOnce, type Case, type LearnedOnce } from '../learn-once.ts';
import { printPiles, printSuggested } from './exploring-rows.ts';
import { compareQuickHeads } from './quick-heads.ts';

interface Row {
  name: string;
  cases: Case[];
  network: 'own' | 'mobilenet';
  /** At least, in points: the mean of the head in use, and any seed. */
  target: (labels: number) => { mean: number; worst: number } | null;
}

const even = { share: 0.5, pool: 6000 };
const targets: Record<number, number> = { 4: 97.6, 10: 97.7, 20: 97.9, 100: 98.0 };
const rows: Row[] = [
  {
    name: 'labels',
    network: 'own',
    cases: [4, 10, 20, 100].map((labels) => ({ labels, ...even })),
    target: (labels) => ({ mean: targets[labels] ?? 0, worst: 97 }),
  },
  { name: 'few', network: 'own', cases: [{ labels: 12, pool: 400, share: 0.5 }], target: () => null },
  {
    name: 'mobilenet',
    network: 'mobilenet',
    cases: [4, 20, 100].map((labels) => ({ labels, ...even })),
    target: () => null,
  },
];

export async function firstAnswer(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '5' },
      only: { type: 'string' },
      labels: { type: 'string' },
      network: { type: 'string' },
      cache: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const wanted = values.only?.split(',') ?? ['piles', 'suggested', 'graph', ...rows.map(({ name }) => name)];
  const counts = values.labels?.split(',').map(Number);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.seed) + i);
  const networks: Record<Row['network'], () => string> = {
    own: () => values.network ?? join(cacheFolder(), 'networks', 'efficientnet-lite2', 'model.onnx'),
    mobilenet: () => requireTestData('backbone/mobilenet_v1_075_224_layers'),
  };
  const folder = mkdtempSync(join(tmpdir(), 'whisker-bench-'));
  const trainer = trainerWith(() => {});
  const print = (line: string) => console.log(line);
  const placeOf = (network: Row['network']) => ({
    ...{ network: networks[network](), cache: values.cache ?? null, scratch: folder },
  });
  try {
    if (wanted.includes('piles')) {
      const { pool } = await readFeatures(placeOf('own'));
      await printPiles(trainer, pool, seeds, print);
    }
    if (wanted.includes('suggested')) {
      const [{ pool }, digits, sample] = [
        await readFeatures(placeOf('own')),
        await readDigits(placeOf('own')),
        await readSample(placeOf('own')),
      ];
      await printSuggested(trainer, { pool, digits, sample }, seeds, print);
    }
    if (wanted.includes('graph')) {
      const photos = await readFeatures(placeOf('own'));
      await compareQuickHeads(photos, seeds, print);
    }
    for (const row of rows.filter(({ name }) => wanted.includes(name))) {
      const photos = await readFeatures(placeOf(row.network));
      for (const one of row.cases.filter(({ labels }) => counts?.includes(labels) ?? true)) {
        const results: LearnedOnce[] = [];
        for (const seed of seeds) {
          const result = await learnOnce(trainer, photos, one, seed, { minutes: Number(values.minutes) }, folder);
          results.push(result);
          if (values.json) console.log(JSON.stringify({ row: row.name, ...result }));
        }
        if (!values.json) console.log(describeRow(row, one, results));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describeRow({ name, target }: Row, one: Case, results: LearnedOnce[]): string {
  const goal = target(one.labels);
  const column = (title: string, pick: (result: LearnedOnce) => number) => {
    const all = results.map((result) => 100 * pick(result));
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    return `  ${title.padEnd(14)} ${mean.toFixed(2)} (worst ${Math.min(...all).toFixed(1)})`;
  };
  const coverage = (head: (typeof heads)[number]) => {
    const marks = results.flatMap(({ measured }) => measured.filter((found) => found.head === head));
    if (marks.length === 0) return '';
    return `, its interval holds that in ${marks.filter(({ holds }) => holds).length} of ${marks.length} runs`;
  };
  const used = [...new Set(results.map(({ active }) => active))].join(', ');
  return [
    `${name}: ${one.labels} labels, ${one.pool} photos, ${results.length} seeds; in use: ${used}`,
    column('in use', ({ activeAccuracy }) => activeAccuracy) +
      (goal ? `, wanted ${goal.mean.toFixed(1)} (worst ${goal.worst})` : ''),
    ...heads.map((head) => column(head, ({ accuracy }) => accuracy[head]) + coverage(head)),
    column('mean of three', ({ meanAccuracy }) => meanAccuracy),
    `  ${Math.max(...results.map(({ cpuSeconds }) => cpuSeconds)).toFixed(0)} processor seconds at most`,
  ].join('\n');
}
