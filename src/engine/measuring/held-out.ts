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
 * that no earlier model has learned from. Labels that nobody has looked at don't count and never measure. Keys never
 * change, so that the choice hardly does from run to run; a photo that leaves it because others came before it may be
 * learned from, and never comes back once it was.
 *
 * Photos that share a key are nearly the same, and what has learned from one has seen the others: all labels of a key
 * are learned from, or none is. A class may lose up to two fifths where a key has many.
 */
export function splitLabels({
  labels,
  classes,
  keys,
  learnedBefore,
  unmeasured,
}: Pick<TrainRequest, 'labels' | 'classes' | 'keys' | 'learnedBefore' | 'unmeasured'>): LabelSplit {
  const seen = measurable(labels, unmeasured);
  const known = new Set(Array.from(learnedBefore, (i) => keys[i] ?? 0));
  const wanted = new Int32Array(classes);
  const most = new Int32Array(classes);
  for (let k = 0; k < classes; k++) {
    const members = seen.reduce((sum, i) => sum + (labels[i] === k ? 1 : 0), 0);
    const spare = Math.max(0, members - KEPT_PER_CLASS);
    wanted[k] = Math.min(Math.round(members * HELD_OUT_SHARE), spare);
    most[k] = Math.min(2 * wanted[k]!, spare);
  }
  const inOrder = Array.from(seen).sort((i, j) => (keys[i] ?? 0) - (keys[j] ?? 0) || i - j);
  const taken = new Int32Array(classes);
  const heldOut: number[][] = Array.from({ length: classes }, () => []);
  const heldOutKeys = new Set<number>();
  for (const [key, group] of Map.groupBy(inOrder, (i) => keys[i] ?? 0)) {
    const counts = new Int32Array(classes);
    for (const i of group) counts[labels[i]!]! += 1;
    const fits = counts.every((n, k) => n === 0 || (taken[k]! < wanted[k]! && taken[k]! + n <= most[k]!));
    if (!fits || known.has(key)) continue;
    heldOutKeys.add(key);
    counts.forEach((n, k) => (taken[k]! += n));
    for (const i of group) heldOut[labels[i]!]!.push(i);
  }
  const chosen = Int32Array.from(heldOut.flat());
  if (seen.length < labelsNeeded.toHoldOut || chosen.length < FEWEST_HELD_OUT) {
    return { training: labels.slice(), heldOut: new Int32Array() };
  }
  return { training: labels.map((label, i) => (heldOutKeys.has(keys[i] ?? 0) ? -1 : label)), heldOut: chosen };
}

/** At most `most` of the positions, spread evenly over them: held-out ones stand class by class. */
export function evenly(rows: Int32Array, most: number): Int32Array {
  const stride = rows.length / most;
  return stride <= 1 ? rows : Int32Array.from({ length: most }, (_, i) => rows[Math.floor(i * stride)] ?? 0);
}
