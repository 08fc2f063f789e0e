// How soon the review list shows what the model got wrong, beside other orders of the same photos:
//   npm run bench:review [-- cats-dogs|mnist|noisy-mnist] [--seeds 5] [--labels 20] [--cache DIR] [--json]
// Cats against dogs on the features of the network that set-up brings (--network FILE: another) with 20 labels; digits
// from pixels with 100, and the same where one label in ten is wrong. The order is the shipped one
// (src/engine/measuring, src/main/predictions) with one of each burst first (src/main/review/one-per-burst.ts). Least
// confidence: 1 − p of the predicted class; margin: p less the runner-up's; ideal: every mistake first; random: what a
// draw finds on average. The end: where the app would say that the list ends, and how often it is wrong after that.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { TrainReply } from '../../src/engine/messages.ts';
import { findBursts } from '../../src/engine/exploring/find-bursts.ts';
import { pointsOf } from '../../src/engine/exploring/points.ts';
import { coordinatesOf } from '../../src/engine/features/coordinates.ts';
import { train } from '../../src/engine/pixels/train-on-pixels.ts';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import { randomStream } from '../../src/shared/random.ts';
import { cacheFolder } from '../../src/files/cache-folder.ts';
import { rankPredictions } from '../../src/main/predictions/suspicion.ts';
import { onePerBurst } from '../../src/main/review/one-per-burst.ts';
import { queueEnd } from '../../src/shared/queue-end.ts';
import { accuracyInUse, DOUBTFUL } from '../../src/shared/training.ts';
import type { PhotoId } from '../../src/shared/types.ts';
import { trainerWith } from '../engine/trainer-with.ts';
import { requireTestData } from '../fixtures/test-data.ts';
import { readFeatures } from './data/backbone-features.ts';
import { chooseLabels, packPictures, randomKeys } from './data/labelled-pictures.ts';
import { readMnist } from './data/mnist.ts';

interface Pool {
  reply: TrainReply;
  classes: number;
  /** Of every photo; those with a label are left out of the list. */
  truth: Int32Array;
  labels: Int32Array;
  /** Which of the photos in an order are of one burst, where there are features to tell by. */
  burstsOf: ((positions: Int32Array) => Int32Array) | null;
}

const FIRST = [50, 100, 200];
const SHARES = [0.05, 0.1, 0.2];
/** Photos of one list. */
const LISTED = 2000;
/** Share of the labels that are of any other class than the true one. */
const NOISE = 0.1;
/** Of the digits: steps instead of minutes, so that a busy machine gives the same order. */
const STEPS = { labelsOnly: 300, ssgan: 300 };
const orders = ['Whisker', 'Whisker, every one of a burst', 'least confidence', 'margin', 'random', 'ideal'] as const;
type Order = (typeof orders)[number];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    labels: { type: 'string' },
    cache: { type: 'string' },
    network: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const cases = { 'cats-dogs': catsDogs, mnist: () => mnist(0), 'noisy-mnist': () => mnist(NOISE) } as const;
const chosen = positionals.length > 0 ? positionals : Object.keys(cases);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const folder = mkdtempSync(join(tmpdir(), 'whisker-bench-'));

try {
  for (const name of chosen) {
    const makePool = Object.entries(cases).find(([known]) => known === name)?.[1];
    if (!makePool) throw new Error(`There is no case '${name}'; choose from ${Object.keys(cases).join(', ')}.`);
    const pool = await makePool();
    const results = [];
    for (const seed of seeds) {
      const result = measure(await pool(seed));
      if (values.json) console.log(JSON.stringify({ case: name, seed, ...result }));
      results.push(result);
    }
    if (!values.json) console.log(table(name, results));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Returns what trains on the whole pool with one seed. */
async function catsDogs(): Promise<(seed: number) => Promise<Pool>> {
  const trainer = trainerWith(() => {});
  const network = values.network ?? join(cacheFolder(), 'networks', 'efficientnet-lite2', 'model.onnx');
  const { pool } = await readFeatures({ network, cache: values.cache ?? null, scratch: folder });
  return async (seed) => {
    const labels = chooseLabels(pool.labels, 2, Number(values.labels ?? 20), seed);
    const reply = (await trainer.handle({
      kind: 'train-on-features',
      features: pool.file,
      labels,
      keys: randomKeys(labels.length, seed),
      learnedBefore: new Int32Array(),
      classes: 2,
      seed,
      minutes: 5,
      device: 'auto',
      startFrom: null,
      modelDir: folder,
    })) as TrainReply;
    const library = pointsOf(coordinatesOf(pool.file).dataSync<'float32'>(), labels.length);
    const burstsOf = (positions: Int32Array) => findBursts(library, positions).first;
    return { reply, classes: 2, truth: pool.labels, labels, burstsOf };
  };
}

async function mnist(noise: number): Promise<(seed: number) => Promise<Pool>> {
  const digits = readMnist(requireTestData('mnist'), 't10k');
  const pixels = packPictures(join(folder, 'digits.u8'), digits);
  const device = await openDevice('auto');
  return async (seed) => {
    const labels = chooseLabels(digits.labels, 10, Number(values.labels ?? 100), seed);
    spoil(labels, 10, noise, seed);
    const began = performance.now();
    const reply = await train(
      {
        kind: 'train',
        pixels,
        classes: 10,
        labels,
        keys: randomKeys(digits.count, seed),
        learnedBefore: new Int32Array(),
        seed,
        minutes: 1440,
        device: 'auto',
        mirror: false,
        preset: 'quick',
        startFrom: null,
        modelDir: folder,
      },
      device,
      {
        emit: () => {},
        stopped: () => false,
        paused: () => null,
        elapsed: () => (performance.now() - began) / 1000,
        budgetSeconds: 86_400,
      },
      STEPS,
    );
    return { reply, classes: 10, truth: digits.labels, labels, burstsOf: null };
  };
}

/** Gives a share of the labels any other class. */
function spoil(labels: Int32Array, classes: number, share: number, seed: number): void {
  const random = randomStream(seed, 79);
  labels.forEach((label, i) => {
    if (label < 0 || random() >= share) return;
    labels[i] = (label + 1 + Math.floor(random() * (classes - 1))) % classes;
  });
}

function measure({ reply, classes, truth, labels, burstsOf }: Pool) {
  const ranked = [
    ...rankPredictions({
      probabilities: reply.probabilities,
      otherProbabilities: reply.otherProbabilities,
      doubts: reply.doubts,
      classCount: classes,
      heldOut: accuracyInUse(reply),
    }),
  ];
  const listed = ranked.flatMap((one, i) =>
    labels[i] === -1 ? [{ ...one, photoId: i as PhotoId, wrong: one.predicted !== truth[i] ? 1 : 0 }] : [],
  );
  const errors = listed.reduce((sum, { wrong }) => sum + wrong, 0);
  const by: Record<Order, (one: (typeof listed)[number]) => number> = {
    Whisker: ({ suspicion }) => suspicion,
    'Whisker, every one of a burst': ({ suspicion }) => suspicion,
    'least confidence': ({ confidence }) => 1 - confidence,
    margin: ({ margin }) => 1 - margin,
    random: () => 0,
    ideal: ({ wrong }) => wrong,
  };
  // As the app does: of the photos that a list holds.
  const listable = [...listed].sort((a, b) => b.suspicion - a.suspicion).slice(0, LISTED);
  const first = burstsOf?.(Int32Array.from(listable, ({ photoId }) => photoId));
  const firstOf = new Map(listable.map(({ photoId }, i) => [photoId, listable[first?.[i] ?? i]?.photoId ?? photoId]));
  const repeated = [...firstOf].filter(([photoId, of]) => photoId !== of).length;
  const found = orders.map((order) => {
    const plain = [...listed].sort((a, b) => by[order](b) - by[order](a));
    const sorted = order === 'Whisker' ? onePerBurst(plain, firstOf) : plain;
    const among = (n: number) =>
      order === 'random' ? (errors * n) / listed.length : sorted.slice(0, n).reduce((sum, { wrong }) => sum + wrong, 0);
    return {
      order,
      first: FIRST.map(among),
      shares: SHARES.map((share) => among(Math.round(share * listed.length)) / errors),
    };
  });
  const { worth, rest, restWrong } = queueEnd(listed.map(({ suspicion }) => suspicion));
  const after = listed.filter(({ suspicion }) => suspicion < DOUBTFUL);
  const end = { worth, said: restWrong, is: after.reduce((sum, { wrong }) => sum + wrong, 0) / Math.max(1, rest) };
  return { photos: listed.length, errors, found, end, repeated };
}

function table(name: string, results: ReturnType<typeof measure>[]): string {
  const mean = (pick: (result: ReturnType<typeof measure>) => number) =>
    results.reduce((sum, result) => sum + pick(result), 0) / results.length;
  const head = [...FIRST.map((n) => `first ${n}`), ...SHARES.map((share) => `first ${100 * share} %`)];
  const rows = orders.map((order, k) => [
    order,
    ...FIRST.map((_, i) => mean(({ found }) => found[k]?.first[i] ?? NaN).toFixed(1)),
    ...SHARES.map((_, i) => `${(100 * mean(({ found }) => found[k]?.shares[i] ?? NaN)).toFixed(1)} %`),
  ]);
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    `${name}: ${mean(({ photos }) => photos).toFixed(0)} photos, ${mean(({ errors }) => errors).toFixed(1)} wrong (mean of ${results.length})`,
    line(['order', ...head]),
    line(['---', ...head.map(() => '---')]),
    ...rows.map(line),
    endOf(results),
    '',
  ].join('\n');
}

/** Where each list ends, and how often it is wrong after that: as the app says, and in truth. */
function endOf(results: ReturnType<typeof measure>[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const each = results.map(({ end }) => `${end.worth} (said ${percent(end.said)}, is ${percent(end.is)})`);
  return `end: ${each.join(', ')}\nrepetitions of a burst among the first ${LISTED}: ${results.map(({ repeated }) => repeated).join(', ')}`;
}
