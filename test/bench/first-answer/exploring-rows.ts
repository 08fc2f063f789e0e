// The rows of what comes before and at the first labels: two clicks on piles of cats and dogs, and 20 suggested labels
// against 20 random ones on three kinds of pictures.

import { randomStream, shuffle } from '../../../src/shared/random.ts';
import type { ListeningTrainer } from '../../engine/trainer-with.ts';
import type { Features } from '../data/backbone-features.ts';
import { poolOf } from '../learn-once.ts';
import { suggestedAgainstRandom, twoClicksOnPiles } from './exploring.ts';

const PILED = 6000;
const LABELLED = 3000;
const WANTED = 20;

type Print = (line: string) => void;

export async function printPiles(
  trainer: ListeningTrainer,
  pool: Features,
  seeds: readonly number[],
  print: Print,
): Promise<void> {
  const clicks = [];
  for (const seed of seeds) clicks.push(await twoClicksOnPiles(trainer, evenly(pool, PILED, seed), seed));
  const piles = column(clicks.map(({ assignment }) => assignment));
  const [propagation, logistic] = [
    column(clicks.map((click) => click.propagation)),
    column(clicks.map((click) => click.logistic)),
  ];
  print(
    `piles: two clicks, ${PILED} photos: right pile ${piles}, learned from by propagation ${propagation}, ` +
      `by logistic regression ${logistic}; wanted 96.5`,
  );
}

export async function printSuggested(
  trainer: ListeningTrainer,
  { pool, digits, sample }: Record<'pool' | 'digits' | 'sample', Features>,
  seeds: readonly number[],
  print: Print,
): Promise<void> {
  const kinds = [
    { name: 'cats and dogs', classes: 2, draw: (seed: number) => evenly(pool, LABELLED, seed) },
    { name: 'digits', classes: 10, draw: (seed: number) => atRandom(digits, LABELLED, seed) },
    { name: 'the sample library', classes: 2, draw: () => sample },
  ];
  for (const { name, classes, draw } of kinds) {
    const labels = [];
    for (const seed of seeds) labels.push(await suggestedAgainstRandom(trainer, draw(seed), classes, WANTED, seed));
    for (const head of ['logistic', 'propagation'] as const) {
      const suggested = column(labels.map((each) => each.suggested[head]));
      const random = column(labels.map((each) => each.random[head]));
      print(`suggested: ${WANTED} labels, ${name}, ${head}: ${suggested}, random ones ${random}`);
    }
  }
}

/** As many of each of two kinds. */
const evenly = (features: Features, count: number, seed: number): Features =>
  some(features, poolOf(features.labels, { labels: 0, pool: count, share: 0.5 }, seed));

const atRandom = (features: Features, count: number, seed: number): Features =>
  some(features, shuffle(Int32Array.from(features.labels.keys()), randomStream(seed, 89)).subarray(0, count));

function some({ file, labels }: Features, positions: Int32Array): Features {
  const rows = positions.map((i) => file.rows[i] ?? 0);
  return { file: { ...file, rows }, labels: positions.map((i) => labels[i] ?? 0) };
}

function column(shares: readonly number[]): string {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return `${(100 * mean).toFixed(1)} (worst ${(100 * Math.min(...shares)).toFixed(1)})`;
}
