// The rows of what comes before and at the first labels, of cats and dogs: two clicks on piles, and 20 suggested labels
// against 20 random ones.

import type { ListeningTrainer } from '../../engine/trainer-with.ts';
import type { Features } from '../data/backbone-features.ts';
import { poolOf } from '../learn-once.ts';
import { suggestedAgainstRandom, twoClicksOnPiles } from './exploring.ts';

const PILED = 6000;
const LABELLED = 3000;
const WANTED = 20;

export async function printExploring(
  trainer: ListeningTrainer,
  pool: Features,
  seeds: readonly number[],
  print: (line: string) => void,
): Promise<void> {
  const clicks = [];
  const labels = [];
  for (const seed of seeds) {
    clicks.push(await twoClicksOnPiles(trainer, drawn(pool, PILED, seed), seed));
    labels.push(await suggestedAgainstRandom(trainer, drawn(pool, LABELLED, seed), 2, WANTED, seed));
  }
  const piles = column(clicks.map(({ assignment }) => assignment));
  const learned = column(clicks.map(({ propagation }) => propagation));
  print(`piles: two clicks, ${PILED} photos: right pile ${piles}, learned from ${learned}; wanted 96.5`);
  for (const head of ['logistic', 'propagation'] as const) {
    const suggested = column(labels.map((each) => each.suggested[head]));
    const random = column(labels.map((each) => each.random[head]));
    print(`suggested: ${WANTED} labels, ${LABELLED} photos, ${head}: ${suggested}, random ones ${random}`);
  }
}

function drawn({ file, labels }: Features, pool: number, seed: number): Features {
  const positions = poolOf(labels, { labels: 0, pool, share: 0.5 }, seed);
  const rows = positions.map((i) => file.rows[i] ?? 0);
  return { file: { ...file, rows }, labels: positions.map((i) => labels[i] ?? 0) };
}

function column(shares: readonly number[]): string {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return `${(100 * mean).toFixed(1)} (worst ${(100 * Math.min(...shares)).toFixed(1)})`;
}
