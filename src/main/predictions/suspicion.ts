// How likely each prediction is wrong, and why, from what two networks say. Pure: no database, no class names of its
// own.

import type { Accuracy } from '../../shared/training.ts';
import type { SuspectReason } from '../../shared/types.ts';

/** One photo's prediction; classes are positions 0..classCount - 1. */
export interface RankedPrediction {
  predicted: number;
  /** Probability the active network gives to `predicted`, 0 to 1, as it said it. */
  confidence: number;
  runnerUp: number;
  /** `confidence` minus the probability of `runnerUp`, 0 to 1. */
  margin: number;
  /** What the other network says; null when there is none. */
  other: number | null;
  /** Estimated probability that `predicted` is wrong, 0 to 1. */
  suspicion: number;
  reasonCode: SuspectReason;
}

export interface RankInput {
  /** [n, classCount] row-major probabilities of the active network, each row summing to 1. */
  probabilities: Float32Array;
  /** [n, classCount] of the other network, or null. */
  otherProbabilities: Float32Array | null;
  /** At least 2. */
  classCount: number;
  /** The active network's accuracy on labels held out of training: how much its own confidence can be believed. */
  heldOut?: Accuracy | null;
  /** [classCount] photos that the same network has put into each class before these. */
  predictedBefore?: readonly number[];
}

/** The active network is the better one on held-out labels, so its word counts twice. */
const activeWeight = 2 / 3;
const confidentBelow = 0.1;
const coinFlipMargin = 0.2;
const sampleSize = 2000;

/**
 * suspicion = 1 - (1 - r) * m m  what both networks together give to the predicted class: 2/3 active + 1/3 other, both
 * softened by the temperature at which the active network's mean confidence equals its accuracy on held-out labels
 * (small networks boast); r  1 / (c + 2), c being the number of photos predicted as that class, before and now:
 * Laplace's rule of succession for "the next one is a stray", which only matters for classes that are hardly ever
 * predicted. One for each row, made as it is asked for: a library of 100,000 photos must not hold up the screen. Throws
 * RangeError when a row is not a distribution.
 */
export function* rankPredictions({
  probabilities,
  otherProbabilities,
  classCount,
  heldOut,
  predictedBefore = new Array<number>(classCount).fill(0),
}: RankInput): Generator<RankedPrediction> {
  if (classCount < 2 || probabilities.length % classCount !== 0)
    throw new RangeError('probabilities must be [n, classCount >= 2]');
  if (otherProbabilities && otherProbabilities.length !== probabilities.length)
    throw new RangeError('both networks must judge the same photos');

  const count = probabilities.length / classCount;
  const temperature = temperatureFor(sampleRows(probabilities, classCount), heldOut ?? null);
  const predictedAs = [...predictedBefore];
  for (let i = 0; i < count; i++) {
    const [predicted] = topTwo(rowAt(probabilities, classCount, i));
    predictedAs[predicted] = at(predictedAs, predicted) + 1;
  }

  for (let i = 0; i < count; i++) {
    const row = distributionAt(probabilities, classCount, i);
    const [predicted, runnerUp] = topTwo(row);
    const otherRow = otherProbabilities ? distributionAt(otherProbabilities, classCount, i) : row;
    const other = otherProbabilities ? topTwo(otherRow)[0] : null;
    const ownDoubt = activeWeight * (1 - at(soften(row, temperature), predicted));
    const otherDoubt = (1 - activeWeight) * (1 - at(soften(otherRow, temperature), predicted));
    const agreed = 1 - ownDoubt - otherDoubt;
    const strayDoubt = agreed / (at(predictedAs, predicted) + 2);
    const suspicion = clamp(1 - agreed + strayDoubt);
    const confidence = clamp(at(row, predicted));
    const margin = clamp(confidence - at(row, runnerUp));

    yield {
      predicted,
      confidence,
      runnerUp,
      margin,
      other,
      suspicion,
      reasonCode: reasonFor({
        suspicion,
        disagree: other !== null && other !== predicted,
        coinFlip: margin < coinFlipMargin && confidence + at(row, runnerUp) > 0.8,
        ownDoubt,
        otherDoubt,
        strayDoubt,
      }),
    };
  }
}

interface Doubts {
  suspicion: number;
  disagree: boolean;
  coinFlip: boolean;
  ownDoubt: number;
  otherDoubt: number;
  strayDoubt: number;
}

/** The strongest of the doubts that make up the suspicion. */
function reasonFor({ suspicion, disagree, coinFlip, ownDoubt, otherDoubt, strayDoubt }: Doubts): SuspectReason {
  if (disagree && otherDoubt >= Math.max(ownDoubt, strayDoubt)) return 'models-disagree';
  if (suspicion < confidentBelow) return 'confident';
  if (strayDoubt > ownDoubt) return 'few-alike';
  return coinFlip ? 'low-margin' : 'uncertain';
}

export interface ReasonNames {
  predicted: string;
  runnerUp: string | null;
  other: string | null;
}

/** The reason as one sentence with the classes' names of today. */
export function reasonSentence(
  code: SuspectReason,
  { confidence, margin }: { confidence: number; margin: number },
  { predicted, runnerUp, other }: ReasonNames,
): string {
  const sure = percent(confidence);
  switch (code) {
    case 'low-margin':
    case 'uncertain':
      if (runnerUp === null) return `Only ${sure} sure of ${predicted}.`;
      return code === 'uncertain'
        ? `Only ${sure} sure of ${predicted}; ${runnerUp} comes next.`
        : `${predicted} ${sure}, ${runnerUp} ${percent(confidence - margin)}: nearly a coin flip.`;
    case 'models-disagree':
      return other === null || other === predicted
        ? `${sure} sure of ${predicted}, but the second model disagrees.`
        : `${sure} sure of ${predicted}, but the second model says ${other}.`;
    case 'few-alike':
      return `Hardly any photo was taken for ${predicted}, so this one may be a stray.`;
    case 'confident':
      return `${sure} sure of ${predicted}.`;
  }
}

const percent = (share: number): string => (share > 0.995 ? '>99%' : `${Math.round(share * 100)}%`);

const clamp = (x: number): number => Math.min(1, Math.max(0, x));

/** Indexing that has been bounds-checked above. */
function at<T>(list: { readonly [index: number]: T }, index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`no entry ${index}`);
  return value;
}

const rowAt = (flat: Float32Array, width: number, i: number): Float32Array => flat.subarray(i * width, (i + 1) * width);

function distributionAt(flat: Float32Array, width: number, i: number): Float32Array {
  const row = rowAt(flat, width, i);
  const sum = row.reduce((total, p) => total + (p >= 0 ? p : NaN), 0);
  if (!(Math.abs(sum - 1) < 0.01)) throw new RangeError(`row ${i} is not a distribution: [${row.join(', ')}]`);
  return row;
}

/** Enough rows for a mean: all of them, or about `sampleSize` spread evenly. */
function sampleRows(flat: Float32Array, width: number): Float32Array[] {
  const count = flat.length / width;
  const stride = Math.max(1, Math.floor(count / sampleSize));
  return Array.from({ length: Math.ceil(count / stride) }, (_, i) => rowAt(flat, width, i * stride));
}

function topTwo(row: Float32Array): [first: number, second: number] {
  let first = 0;
  let second = 1;
  if (at(row, 1) > at(row, 0)) [first, second] = [1, 0];
  for (let k = 2; k < row.length; k++) {
    if (at(row, k) > at(row, first)) [first, second] = [k, first];
    else if (at(row, k) > at(row, second)) second = k;
  }
  return [first, second];
}

/** softmax(log p / T): T = 1 leaves the row as it is, larger T makes it more modest. */
function soften(row: Float32Array, temperature: number): Float32Array {
  if (temperature === 1) return row;
  const powers = row.map((p) => p ** (1 / temperature));
  const sum = powers.reduce((total, p) => total + p, 0);
  return powers.map((p) => p / sum);
}

/**
 * T >= 1 at which the mean of (1 - highest probability) equals the held-out error; 1 when modest enough already or
 * unknown.
 */
function temperatureFor(rows: readonly Float32Array[], heldOut: Accuracy | null): number {
  if (heldOut === null || heldOut.n === 0 || rows.length === 0) return 1;
  // (errors + 1) / (n + 2): a handful of held-out labels without an error doesn't mean that none will come.
  const expectedError = (heldOut.n * (1 - heldOut.accuracy) + 1) / (heldOut.n + 2);
  const meanDoubt = (temperature: number) =>
    rows.reduce((total, row) => total + 1 - Math.max(...soften(row, temperature)), 0) / rows.length;
  let low = 1;
  let high = 16;
  if (meanDoubt(low) >= expectedError) return 1;
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (meanDoubt(middle) < expectedError) low = middle;
    else high = middle;
  }
  return high;
}
