// Which labels are held out to measure the accuracy with, and the accuracy on them.

import { mostLikely, wilson } from '../../shared/statistics.ts';
import { labelsNeeded, type Accuracy } from '../../shared/training.ts';
import type { TrainRequest } from '../messages.ts';
import { positions } from '../ssgan/batches.ts';

/** probabilities: [rows, K] row-major; labels: class of the photo that each row is of. */
export function accuracyOf(probabilities: Float32Array, labels: ArrayLike<number>, classes: number): Accuracy {
  let correct = 0;
  for (let i = 0; i < labels.length; i++) if (mostLikely(probabilities, i, classes) === labels[i]) correct++;
  return wilson(correct, labels.length);
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

/** How many labels can measure: those that somebody has looked at. */
export const countMeasurable = ({ labels, unmeasured }: Pick<TrainRequest, 'labels' | 'unmeasured'>): number =>
  measurable(labels, unmeasured).length;

/** Positions of the labels that may measure. */
export function measurable(labels: Int32Array, unmeasured: Int32Array = new Int32Array()): Int32Array {
  const unseen = new Set(unmeasured);
  return positions(labels, (label) => label >= 0).filter((i) => !unseen.has(i));
}

/**
 * Holds out a fifth of each class when there are 40 labels or more, and none otherwise: the photos with the lowest keys
 * that no earlier model has learned from. Labels that nobody has looked at don't count and are never held out. Keys
 * never change, so that the choice hardly does from run to run; a photo that leaves it because others came before it
 * may be learned from, and never comes back once it was.
 */
export function splitLabels({
  labels,
  classes,
  keys,
  learnedBefore,
  unmeasured,
}: Pick<TrainRequest, 'labels' | 'classes' | 'keys' | 'learnedBefore' | 'unmeasured'>): LabelSplit {
  const known = new Set(learnedBefore);
  const seen = measurable(labels, unmeasured);
  const heldOut: number[] = [];
  for (let k = 0; k < classes; k++) {
    const members = seen.filter((i) => labels[i] === k);
    const wanted = Math.min(Math.round(members.length * HELD_OUT_SHARE), members.length - KEPT_PER_CLASS);
    const free = Array.from(members).filter((i) => !known.has(i));
    free.sort((i, j) => (keys[i] ?? 0) - (keys[j] ?? 0) || i - j);
    heldOut.push(...free.slice(0, Math.max(0, wanted)));
  }
  const training = labels.slice();
  if (seen.length < labelsNeeded.toHoldOut || heldOut.length < FEWEST_HELD_OUT) {
    return { training, heldOut: new Int32Array() };
  }
  for (const i of heldOut) training[i] = -1;
  return { training, heldOut: Int32Array.from(heldOut) };
}

/** At most `most` of the positions, spread evenly over them: held-out ones stand class by class. */
export function evenly(rows: Int32Array, most: number): Int32Array {
  const stride = rows.length / most;
  return stride <= 1 ? rows : Int32Array.from({ length: most }, (_, i) => rows[Math.floor(i * stride)] ?? 0);
}
