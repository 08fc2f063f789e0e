// What a share is worth: accuracy with its interval, which labels are held out to measure it, which labels are too few.

import { WhiskerError } from '../../shared/errors.ts';
import { labelsNeeded, type Accuracy } from '../../shared/training.ts';
import type { TrainRequest } from '../messages.ts';
import { positions } from '../ssgan/batches.ts';

const Z = 1.96; // 95 %

/** Wilson's score interval (1927) of `correct` out of n; it stays inside 0 to 1 and is honest for small n. */
export function wilson(correct: number, n: number): Accuracy {
  const share = correct / n;
  const spread = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  const [middle, scale] = [share + (Z * Z) / (2 * n), 1 + (Z * Z) / n];
  return {
    accuracy: share,
    low: Math.max(0, (middle - spread) / scale),
    high: Math.min(1, (middle + spread) / scale),
    n,
  };
}

/** probabilities: [rows, K] row-major; labels: class of the photo that each row is of. */
export function accuracyOf(probabilities: Float32Array, labels: ArrayLike<number>, classes: number): Accuracy {
  let correct = 0;
  for (let i = 0; i < labels.length; i++) if (mostLikely(probabilities, i, classes) === labels[i]) correct++;
  return wilson(correct, labels.length);
}

export function mostLikely(probabilities: Float32Array, row: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++) {
    if ((probabilities[row * classes + k] ?? 0) > (probabilities[row * classes + best] ?? 0)) best = k;
  }
  return best;
}

export interface LabelSplit {
  /** [count] class or -1: what the networks learn from. */
  training: Int32Array;
  /**
   * Positions whose labels only measure; their pictures stay in the unlabelled pool, like the photos they stand for.
   */
  heldOut: Int32Array;
}

const HELD_OUT_SHARE = 0.2;
/** A fifth of the fewest labels of which any are held out; an accuracy on fewer photos would say next to nothing. */
const FEWEST_HELD_OUT = 8;
const KEPT_PER_CLASS = 2;

/**
 * Holds out a fifth of each class when there are 40 labels or more, and none otherwise: the photos with the lowest keys
 * that no earlier model has learned from. Keys never change, so that the choice hardly does from run to run; a photo
 * that leaves it because others came before it may be learned from, and never comes back once it was.
 */
export function splitLabels({
  labels,
  classes,
  keys,
  learnedBefore,
}: Pick<TrainRequest, 'labels' | 'classes' | 'keys' | 'learnedBefore'>): LabelSplit {
  const known = new Set(learnedBefore);
  const heldOut: number[] = [];
  for (let k = 0; k < classes; k++) {
    const members = positions(labels, (label) => label === k);
    const wanted = Math.min(Math.round(members.length * HELD_OUT_SHARE), members.length - KEPT_PER_CLASS);
    const free = Array.from(members).filter((i) => !known.has(i));
    free.sort((i, j) => (keys[i] ?? 0) - (keys[j] ?? 0) || i - j);
    heldOut.push(...free.slice(0, Math.max(0, wanted)));
  }
  const labelled = positions(labels, (label) => label >= 0).length;
  const training = labels.slice();
  if (labelled < labelsNeeded.toHoldOut || heldOut.length < FEWEST_HELD_OUT) {
    return { training, heldOut: new Int32Array() };
  }
  for (const i of heldOut) training[i] = -1;
  return { training, heldOut: Int32Array.from(heldOut) };
}

/** Throws 'too-few-labels' unless there are two classes or more, each with two labels or more. */
export function checkLabels(labels: Int32Array, classes: number): void {
  const counts = Array.from({ length: classes }, (_, k) => positions(labels, (label) => label === k).length);
  const fewest = Math.min(...counts);
  if (classes >= 2 && fewest >= 2) return;
  throw new WhiskerError(
    'too-few-labels',
    classes < 2
      ? 'All labels are of one class, so there is nothing to tell apart.'
      : `One of the ${classes} classes has only ${fewest === 1 ? '1 labelled photo' : 'unlabelled photos'}.`,
    'Label at least 2 photos of each of at least 2 classes.',
  );
}

const LOPSIDED_SHARE = 0.9;

/** A sentence when more than nine labels in ten are of one class, else null. */
export function warnOfLopsided(labels: Int32Array, classes: number): string | null {
  const counts = Array.from({ length: classes }, (_, k) => positions(labels, (label) => label === k).length);
  const [most, all] = [Math.max(...counts), counts.reduce((sum, n) => sum + n, 0)];
  if (most <= LOPSIDED_SHARE * all) return null;
  return `${most} of ${all} labels are of one class; label more of the others, or they will hardly be learned.`;
}
