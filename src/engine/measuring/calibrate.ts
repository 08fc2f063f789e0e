// Whether confidences mean what they say: temperature scaling (Guo et al. 2017) and the calibration error that it is to
// lower. Works on probabilities: softmax(l / T) is p^(1/T) made to sum to 1, whatever constant the logits l differ by.

import { calibrationError, reliabilityBins } from '../../shared/figures.ts';
import { atTemperature, mostLikely } from '../../shared/statistics.ts';

/** Fewer mistakes than this say too little about how sure to be of the rest. */
const FEWEST_ERRORS = 5;
const HIGHEST = 20;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const LEAST = 1e-30;

/**
 * Temperature T >= 1 with the least cross-entropy on photos that were not learned from; never less, because labels this
 * few can't show that a network is not sure enough. Null below five mistakes, which tell nothing.  probabilities: [n,
 * K]; truth: [n].
 */
export function fitTemperature(probabilities: Float32Array, truth: ArrayLike<number>, classes: number): number | null {
  let errors = 0;
  for (let i = 0; i < truth.length; i++) if (mostLikely(probabilities, i, classes) !== truth[i]) errors++;
  if (errors < FEWEST_ERRORS) return null;
  const cost = (log: number) => crossEntropy(atTemperature(probabilities, classes, Math.exp(log)), truth, classes);
  // Golden section search: the cross-entropy is convex in 1 / T, so it has one valley in log T.
  let [low, high] = [0, Math.log(HIGHEST)];
  while (high - low > 1e-3) {
    const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (cost(left) <= cost(right)) high = right;
    else low = left;
  }
  return low < 1e-3 ? 1 : Math.exp((low + high) / 2);
}

/** `calibrationError` of what the rows say.  probabilities: [n, K]; truth: [n]. */
export function expectedCalibrationError(
  probabilities: Float32Array,
  truth: ArrayLike<number>,
  classes: number,
): number {
  const said = Array.from(truth, (_, i) => mostLikely(probabilities, i, classes));
  const confidences = said.map((k, i) => probabilities[i * classes + k] ?? 0);
  const right = said.map((k, i) => k === truth[i]);
  return calibrationError(reliabilityBins(confidences, right));
}

function crossEntropy(probabilities: Float32Array, truth: ArrayLike<number>, classes: number): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    sum -= Math.log(Math.max(LEAST, probabilities[i * classes + (truth[i] ?? 0)] ?? 0));
  }
  return sum / truth.length;
}
