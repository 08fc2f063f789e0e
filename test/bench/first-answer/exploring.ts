// What piles and suggestions are worth, on photos whose classes are known: the rows "two clicks on piles" and "20
// suggested against 20 random" of docs/benchmarks.md.

import type { FeatureFile, LearnedLive, Piles, Suggestions, TrainerRequest } from '../../../src/engine/messages.ts';
import { randomStream, shuffle } from '../../../src/shared/random.ts';
import { mostLikely } from '../../../src/shared/statistics.ts';
import type { ListeningTrainer } from '../../engine/trainer-with.ts';
import type { Features } from '../data/backbone-features.ts';

/** Typical photos of a pile that are on the screen. */
const SHOWN = 12;

export interface TwoClicks {
  /** Piles that the photos suggest, and whether these are apart. */
  piles: number;
  separates: boolean;
  /** Share of all photos that are right when a pile has the class of most of its typical photos. */
  assignment: number;
  /** Labels that the person's clicks made: the typical photos of that class. */
  labels: number;
  /** Shares of the photos without a label that the heads get right that learn from those. */
  logistic: number;
  propagation: number;
}

/**
 * Sorts the photos, names each pile after the class of most of its 12 typical photos, whose others are taken out, and
 * learns from what is kept.  Two piles are asked for.
 */
export async function twoClicksOnPiles(
  trainer: ListeningTrainer,
  { file, labels: truth }: Features,
  seed: number,
): Promise<TwoClicks> {
  const request = { kind: 'find-piles', features: file, among: null, seed } as const;
  const suggested = await ask<Piles>(trainer, { ...request, piles: null });
  const found = suggested.piles === 2 ? suggested : await ask<Piles>(trainer, { ...request, piles: 2 });
  const labels = new Int32Array(truth.length).fill(-1);
  const nameOf = found.typical.map((typical) => {
    const shown = typical.subarray(0, SHOWN);
    const name = commonest(Array.from(shown, (i) => truth[i] ?? 0));
    for (const i of shown) if (truth[i] === name) labels[i] = name;
    return name;
  });
  const named = found.pileOf.map((pile) => nameOf[pile] ?? -1);
  return {
    piles: suggested.piles,
    separates: suggested.separates,
    assignment: shareRight(named, truth, () => true),
    labels: labels.filter((label) => label >= 0).length,
    ...(await learnFrom(trainer, file, labels, truth, 2, seed)),
  };
}

export type Learned = Pick<TwoClicks, 'logistic' | 'propagation'>;

/**
 * What the heads make of `wanted` labels that were suggested and of as many random ones, on the photos without a label.
 * Suggested as the app does it: 12 at once, and once there are labels of two classes the rest by what the logistic
 * regression doubts.
 */
export async function suggestedAgainstRandom(
  trainer: ListeningTrainer,
  { file, labels: truth }: Features,
  classes: number,
  wanted: number,
  seed: number,
): Promise<{ suggested: Learned; random: Learned }> {
  const labels = new Int32Array(truth.length).fill(-1);
  const bursts = Int32Array.from(truth.keys());
  for (let given = 0; given < wanted;) {
    const taught = new Set(labels.filter((label) => label >= 0)).size >= 2;
    const quick = { kind: 'learn-live', features: file, labels, bursts, classes, effort: 'quick', seed } as const;
    const probabilities = taught ? (await ask<LearnedLive>(trainer, quick)).probabilities : null;
    const { positions } = await ask<Suggestions>(trainer, {
      ...{ kind: 'suggest', features: file, labels, bursts, classes, probabilities },
      ...{ without: new Int32Array(), count: Math.min(SHOWN, wanted - given), seed: seed + given },
    });
    if (positions.length === 0) break;
    for (const i of positions) labels[i] = truth[i] ?? 0;
    given += positions.length;
  }
  const drawn = shuffle(Int32Array.from(truth.keys()), randomStream(seed, 88)).subarray(0, wanted);
  const random = new Int32Array(truth.length).fill(-1);
  for (const i of drawn) random[i] = truth[i] ?? 0;
  return {
    suggested: await learnFrom(trainer, file, labels, truth, classes, seed),
    random: await learnFrom(trainer, file, random, truth, classes, seed),
  };
}

async function learnFrom(
  trainer: ListeningTrainer,
  features: FeatureFile,
  labels: Int32Array,
  truth: Int32Array,
  classes: number,
  seed: number,
): Promise<Learned> {
  const bursts = Int32Array.from(truth.keys());
  const share = async (effort: 'quick' | 'thorough') => {
    const request = { kind: 'learn-live', features, labels, bursts, classes, effort, seed } as const;
    const { probabilities } = await ask<LearnedLive>(trainer, request);
    const said = Int32Array.from(truth.keys(), (i) => mostLikely(probabilities, i, classes));
    return shareRight(said, truth, (i) => (labels[i] ?? -1) < 0);
  };
  return { logistic: await share('quick'), propagation: await share('thorough') };
}

/** Each request has its own reply. */
const ask = async <T>(trainer: ListeningTrainer, request: TrainerRequest): Promise<T> =>
  (await trainer.handle(request)) as T;

function shareRight(said: Int32Array, truth: Int32Array, counts: (i: number) => boolean): number {
  const counted = Array.from(truth.keys()).filter(counts);
  return counted.filter((i) => said[i] === truth[i]).length / counted.length;
}

function commonest(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? -1;
}
