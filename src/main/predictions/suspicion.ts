// How likely each prediction is wrong, and what is worth saying of it, from what two networks say. Pure: no database,
// no class names.

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
  /**
   * The active network's accuracy on held-out labels that can stand for the library (not those won in review): how much
   * its own confidence can be believed.
   */
  heldOut?: Accuracy | null;
}

const confidentBelow = 0.1;
const coinFlipMargin = 0.2;
const sampleSize = 2000;
/** A doubt below which the other network is heard. */
const SURE = 0.01;

/**
 * suspicion = d^(1/T) / (d^(1/T) + (1 − d)^(1/T)), the doubt d being 1 − p of the predicted class (least confidence),
 * softened by the temperature T at which the network's mean doubt equals its error on held-out labels (small networks
 * boast). Where d is below 1 %, which an overconfident network says of most of a pool, the other network settles what
 * it leaves open: d then is (d + 0.01·d')/2, d' being the other one's doubt. It once had a third of the vote
 * everywhere, and pushed right photos up; docs/benchmarks.md has the table. One for each row, made as it is asked for:
 * a library of 100,000 photos must not hold up the screen. Throws RangeError when a row is not a distribution.
 */
export function* rankPredictions({
  probabilities,
  otherProbabilities,
  classCount,
  heldOut,
}: RankInput): Generator<RankedPrediction> {
  if (classCount < 2 || probabilities.length % classCount !== 0)
    throw new RangeError('probabilities must be [n, classCount >= 2]');
  if (otherProbabilities && otherProbabilities.length !== probabilities.length)
    throw new RangeError('both networks must judge the same photos');

  const count = probabilities.length / classCount;
  const temperature = temperatureFor(sampleRows(probabilities, classCount), heldOut ?? null);
  for (let i = 0; i < count; i++) {
    const row = distributionAt(probabilities, classCount, i);
    const [predicted, runnerUp] = topTwo(row);
    const otherRow = otherProbabilities && distributionAt(otherProbabilities, classCount, i);
    const other = otherRow && topTwo(otherRow)[0];
    const confidence = clamp(at(row, predicted));
    const margin = clamp(confidence - at(row, runnerUp));
    const otherDoubt = otherRow ? 1 - at(otherRow, predicted) : 0;
    const doubt = 1 - confidence;
    const isOpen = otherRow !== null && doubt < SURE;
    const suspicion = softened(isOpen ? (doubt + SURE * otherDoubt) / 2 : doubt, temperature);
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

/**
 * T >= 1 at which the mean of (1 - highest probability) equals the held-out error; 1 when modest enough already or
 * unknown.
 */
function temperatureFor(rows: readonly Float32Array[], heldOut: Accuracy | null): number {
  if (heldOut === null || heldOut.n === 0 || rows.length === 0) return 1;
  // (errors + 1) / (n + 2): a handful of held-out labels without an error doesn't mean that none will come.
  const expectedError = (heldOut.n * (1 - heldOut.accuracy) + 1) / (heldOut.n + 2);
  const meanDoubt = (temperature: number) =>
    rows.reduce((total, row) => total + softened(1 - Math.max(...row), temperature), 0) / rows.length;
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
