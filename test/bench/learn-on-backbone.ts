// How well the SSGAN learns in the feature space of a frozen backbone, beside the labels-only network and logistic regression:
//   npm run bench:learn -- backbone [--labels 4,10,20,40,100] [--seeds 5] [--pool 6000] [--share 0.5] [--json]
// Cats against dogs; labels are random and class-balanced, test photos are never seen. --share: cats in the pool.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { FeatureFile, TrainerReplies, TrainReply } from '../../src/engine/messages.ts';
import type { Head } from '../../src/shared/types.ts';
import { mostLikely } from '../../src/engine/ssgan/evaluate.ts';
import { randomStream, shuffle } from '../../src/engine/ssgan/random.ts';
import { createTrainer } from '../../src/engine/trainer.ts';
import { readCatsDogs } from './data/cats-dogs.ts';
import { chooseLabels, packPictures, randomKeys, type LabelledPictures } from './data/labelled-pictures.ts';

const DATA = resolve(import.meta.dirname, '../../../shared/data');
const heads = ['ssgan', 'labels-only', 'logistic'] as const;

interface Extracted {
  features: Float32Array;
  labels: Int32Array;
  length: number;
  backbone: string;
}

export async function learnOnBackbone(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      labels: { type: 'string', default: '4,10,20,40,100' },
      seeds: { type: 'string', default: '5' },
      pool: { type: 'string', default: '6000' },
      share: { type: 'string', default: '0.5' },
      minutes: { type: 'string', default: '3' },
      backbone: { type: 'string', default: join(DATA, 'backbone/mobilenet_v1_075_224_layers') },
      json: { type: 'boolean', default: false },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'whisker-bench-'));
  const trainer = createTrainer(() => {});
  const minutes = Number(values.minutes);

  /** Row i of the file is photo rows[i]. */
  function write(name: string, from: Extracted, rows: readonly number[]): FeatureFile {
    const flat = new Float32Array(rows.length * from.length);
    rows.forEach((row, i) =>
      flat.set(from.features.subarray(row * from.length, (row + 1) * from.length), i * from.length),
    );
    const path = join(folder, name);
    writeFileSync(path, flat);
    return { path, rows: Int32Array.from(rows.keys()), length: from.length, backbone: from.backbone };
  }

  async function extract(name: string, pictures: LabelledPictures): Promise<Extracted> {
    const began = performance.now();
    const pixels = packPictures(join(folder, name), pictures);
    const request = { kind: 'extract', backbone: { folder: values.backbone }, pixels, device: 'auto' } as const;
    const { features, backbone } = (await trainer.handle(request)) as TrainerReplies['extract'];
    rmSync(pixels.path);
    const photosPerSecond = pictures.count / ((performance.now() - began) / 1000);
    console.error(`${backbone.name}: ${pictures.count} photos, ${photosPerSecond.toFixed(0)} a second`);
    return { features, labels: pictures.labels, length: backbone.features, backbone: backbone.sha256 };
  }

  async function run(pool: Extracted, test: Extracted, labelled: number, seed: number) {
    const share = Number(values.share);
    const rows = poolOf(pool.labels, Number(values.pool), share, seed);
    const truth = Int32Array.from(rows, (row) => pool.labels[row] ?? 0);
    const cpu = process.cpuUsage();
    const reply = (await trainer.handle({
      kind: 'train-on-features',
      features: write('pool.f32', pool, rows),
      labels: chooseLabels(truth, 2, labelled, seed),
      ...{ keys: randomKeys(rows.length, seed), learnedBefore: new Int32Array() },
      ...{ classes: 2, seed, minutes, device: 'auto', startFrom: null, modelDir: folder },
    })) as TrainReply;
    const { user, system } = process.cpuUsage(cpu);
    const features = write('test.f32', test, [...test.labels.keys()]);
    const accuracy = {} as Record<Head, number>;
    for (const head of heads) {
      const request = { kind: 'predict-features', features, modelDir: folder, device: 'auto', head } as const;
      const { probabilities } = (await trainer.handle(request)) as TrainerReplies['predict-features'];
      accuracy[head] = weightedAccuracy(probabilities, test.labels, share);
    }
    return {
      ...{
        labels: labelled,
        seed,
        ...accuracy,
        active: reply.receipt.active,
        activeAccuracy: accuracy[reply.receipt.active],
      },
      ...{ steps: reply.steps, seconds: reply.seconds, cpuSeconds: (user + system) / 1e6 },
    };
  }

  try {
    const { pool, test } = await readCatsDogs(join(DATA, 'cats-dogs-10k.tar'), 224);
    const [poolFeatures, testFeatures] = [await extract('pool.u8', pool), await extract('test.u8', test)];
    for (const labelled of values.labels.split(',').map(Number)) {
      const results = [];
      for (let seed = 1; seed <= Number(values.seeds); seed++) {
        const result = await run(poolFeatures, testFeatures, labelled, seed);
        results.push(result);
        if (values.json) console.log(JSON.stringify(result));
      }
      if (!values.json) console.log(summary(labelled, results));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `size` rows with the wanted share of class 0, or as many as there are in that proportion. */
function poolOf(labels: Int32Array, size: number, share: number, seed: number): number[] {
  const wanted = [Math.round(size * share), size - Math.round(size * share)];
  const order = shuffle(Int32Array.from(labels.keys()), randomStream(seed, 11));
  return Array.from(order).filter((row) => (wanted[labels[row] ?? 0] ?? 0) > 0 && wanted[labels[row] ?? 0]!-- > 0);
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

function summary(
  labelled: number,
  results: (Record<Head, number> & { activeAccuracy: number; seconds: number })[],
): string {
  const column = (pick: (result: (typeof results)[number]) => number) => {
    const values = results.map(pick);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return `${(100 * mean).toFixed(1)} (from ${(100 * Math.min(...values)).toFixed(1)})`;
  };
  const cells = [
    ...heads.map((head) => `${head} ${column((result) => result[head])}`),
    `active ${column((r) => r.activeAccuracy)}`,
  ];
  return `${labelled} labels: ${cells.join('  ')}  ${Math.max(...results.map(({ seconds }) => seconds)).toFixed(0)} s at most`;
}
