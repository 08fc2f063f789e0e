// How likely each prediction is wrong, and what is worth saying of it, from what networks say. Pure: no database, no
// class names.

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
  /** [n] how likely the active network's class is wrong, 0 to 1, not calibrated; see engine/measuring/doubts.ts. */
  doubts: Float32Array;
  /** At least 2. */
  classCount: number;
  /**
   * The active network's accuracy on held-out labels that can stand for the library (not those won in review): how much
   * its own confidence can be believed.
   */
  heldOut?: Accuracy | null;
}

const confidentBelow = 0.1;
const coinFlipMargin = 0.2;
const sampleSize = 2000;

/**
 * suspicion = d^(1/T) / (d^(1/T) + (1 − d)^(1/T)): the doubt d, softened by the temperature T at which the mean doubt
 * equals the network's error on held-out labels (networks boast). One for each row, made as it is asked for: a library
 * of 100,000 photos must not hold up the screen. Throws RangeError when a row is not a distribution.
 */
export function* rankPredictions({
  probabilities,
  otherProbabilities,
  doubts,
  classCount,
  heldOut,
}: RankInput): Generator<RankedPrediction> {
  if (classCount < 2 || probabilities.length % classCount !== 0)
    throw new RangeError('probabilities must be [n, classCount >= 2]');
  const count = probabilities.length / classCount;
  if (doubts.length !== count || (otherProbabilities && otherProbabilities.length !== probabilities.length))
    throw new RangeError('all that is said must be of the same photos');

  const temperature = temperatureFor(sampleOf(doubts), heldOut ?? null);
  for (let i = 0; i < count; i++) {
    const row = distributionAt(probabilities, classCount, i);
    const [predicted, runnerUp] = topTwo(row);
    const other = otherProbabilities && topTwo(distributionAt(otherProbabilities, classCount, i))[0];
    const confidence = clamp(at(row, predicted));
    const margin = clamp(confidence - at(row, runnerUp));
    const suspicion = softened(at(doubts, i), temperature);
    const coinFlip = margin < coinFlipMargin && confidence + at(row, runnerUp) > 0.8;
    const reasonCode = reasonFor(suspicion, other !== null && other !== predicted, coinFlip);
    yield { predicted, confidence, runnerUp, margin, other, suspicion, reasonCode };
  }
}

/** What is worth saying of a photo. That the networks disagree tells more than how sure the one was. */
function reasonFor(suspicion: number, disagree: boolean, coinFlip: boolean): SuspectReason {
  if (coinFlip) return 'low-margin';
  if (disagree) return 'models-disagree';
  return suspicion < confidentBelow ? 'confident' : 'uncertain';
}

const clamp = (x: number): number => Math.min(1, Math.max(0, x));

/** A doubt from 0 to 1 as it is at temperature T. */
function softened(doubt: number, temperature: number): number {
  const d = clamp(doubt);
  const odds = (d / (1 - d)) ** (1 / temperature);
  return odds === Infinity ? 1 : odds / (1 + odds);
}

/** Indexing that has been bounds-checked above. */
function at<T>(list: { readonly [index: number]: T }, index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`no entry ${index}`);
  return value;
}

function distributionAt(flat: Float32Array, width: number, i: number): Float32Array {
  const row = flat.subarray(i * width, (i + 1) * width);
  const sum = row.reduce((total, p) => total + (p >= 0 ? p : NaN), 0);
  if (!(Math.abs(sum - 1) < 0.01)) throw new RangeError(`row ${i} is not a distribution: [${row.join(', ')}]`);
  return row;
}

/** Enough doubts for a mean: all of them, or about `sampleSize` spread evenly. */
function sampleOf(doubts: Float32Array): Float32Array {
  const stride = Math.max(1, Math.floor(doubts.length / sampleSize));
  return doubts.filter((_, i) => i % stride === 0);
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

/** T >= 1 at which the mean doubt equals the held-out error; 1 when modest enough already or unknown. */
function temperatureFor(doubts: Float32Array, heldOut: Accuracy | null): number {
  if (heldOut === null || heldOut.n === 0 || doubts.length === 0) return 1;
  // (errors + 1) / (n + 2): a handful of held-out labels without an error doesn't mean that none will come.
  const expectedError = (heldOut.n * (1 - heldOut.accuracy) + 1) / (heldOut.n + 2);
  const meanDoubt = (temperature: number) =>
    doubts.reduce((total, doubt) => total + softened(doubt, temperature), 0) / doubts.length;
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
