// The figures of a run, from the photos that measured it: what was taken for what, how far each class can be trusted,
// and whether confidences mean what they say. Pure arithmetic.

import { wilson } from './statistics.ts';
import type { Accuracy } from './training.ts';
import type { ClassId, PhotoId } from './types.ts';

/** Photos that measured a run, as columns; classes are those of today. */
export interface MeasuredPhotos {
  photoIds: PhotoId[];
  /** What each is: its label when the run began. */
  truth: ClassId[];
  /** What the run takes it for, that had not learned from it. */
  predicted: ClassId[];
  /** What it gives to that class, 0 to 1. */
  confidences: number[];
  /** So many more measured it whose file or class is no longer there. */
  gone: number;
}

/** Photos by what they are (rows) and what they are taken for (columns), both in the order of `classIds`. */
export interface Confusion {
  classIds: ClassId[];
  counts: number[][];
}

/** `order`: classes of today; those that no measured photo is of or is taken for are left out. */
export function confusionOf(
  { photoIds, truth, predicted }: MeasuredPhotos,
  order: readonly ClassId[],
  isCounted: (id: PhotoId) => boolean = () => true,
): Confusion {
  const met = new Set([...truth, ...predicted]);
  const classIds = order.filter((id) => met.has(id));
  const place = new Map(classIds.map((id, k) => [id, k]));
  const counts = classIds.map(() => classIds.map(() => 0));
  truth.forEach((is, i) => {
    const [row, column] = [place.get(is), place.get(predicted[i] ?? is)];
    const id = photoIds[i];
    if (row === undefined || column === undefined || id === undefined || !isCounted(id)) return;
    const cells = counts[row];
    if (cells) cells[column] = (cells[column] ?? 0) + 1;
  });
  return { classIds, counts };
}

/** How far a class can be trusted; null where there is no photo to tell by. */
export interface ClassFigures {
  classId: ClassId;
  right: number;
  /** Of the photos that are called this class, the share that is: its precision. */
  precision: Accuracy | null;
  /** Of the photos that are of this class, the share that is called so: its recall. */
  recall: Accuracy | null;
}

export function figuresByClass({ classIds, counts }: Confusion): ClassFigures[] {
  return classIds.map((classId, k) => {
    const right = counts[k]?.[k] ?? 0;
    const are = counts[k]?.reduce((sum, n) => sum + n, 0) ?? 0;
    const called = counts.reduce((sum, row) => sum + (row[k] ?? 0), 0);
    return {
      classId,
      right,
      precision: called > 0 ? wilson(right, called) : null,
      recall: are > 0 ? wilson(right, are) : null,
    };
  });
}

/** Photos whose confidence lies from `from` up to but not including `to`; the last bin holds 1 too. */
export interface ReliabilityBin {
  from: number;
  to: number;
  /** Mean confidence of its photos, 0 to 1. */
  stated: number;
  /** Share of them that is right. */
  right: Accuracy;
}

/** Fewer measured photos than this draw noise. */
export const FEWEST_FOR_RELIABILITY = 30;
const BINS = 10;

/** Of ten equal bins of confidence those that hold photos, the least confident first.  right: of each photo. */
export function reliabilityBins(confidences: ArrayLike<number>, right: readonly boolean[]): ReliabilityBin[] {
  const bins = Array.from({ length: BINS }, () => ({ sum: 0, right: 0, n: 0 }));
  for (let i = 0; i < confidences.length; i++) {
    const confidence = confidences[i] ?? 0;
    const bin = bins[binOf(confidence)];
    if (!bin) continue;
    bin.sum += confidence;
    bin.right += right[i] ? 1 : 0;
    bin.n += 1;
  }
  return bins.flatMap((bin, b) =>
    bin.n === 0
      ? []
      : [{ from: b / BINS, to: (b + 1) / BINS, stated: bin.sum / bin.n, right: wilson(bin.right, bin.n) }],
  );
}

/** By the very bounds that are told, so that a bar counts the photos that it opens. */
function binOf(confidence: number): number {
  let bin = Math.min(BINS - 1, Math.floor(confidence * BINS));
  if (confidence < bin / BINS) bin--;
  else if (bin < BINS - 1 && confidence >= (bin + 1) / BINS) bin++;
  return bin;
}

/**
 * Expected calibration error: how far confidence and accuracy lie apart, 0 to 1, over the bins weighted by their
 * photos. Guo et al. 2017, "On calibration of modern neural networks", equation 3.
 */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const photos = bins.reduce((sum, { right }) => sum + right.n, 0);
  return bins.reduce((sum, { stated, right }) => sum + right.n * Math.abs(stated - right.accuracy), 0) / photos;
}

/**
 * What that error would come to by chance were every confidence true: the mean distance √(2/π) σ of a normal variable
 * from its mean, with σ² = Σ p (1 − p) in each bin.
 */
export function calibrationErrorByChance(confidences: ArrayLike<number>): number {
  const variances = new Float64Array(BINS);
  for (let i = 0; i < confidences.length; i++) {
    const p = confidences[i] ?? 0;
    const bin = binOf(p);
    variances[bin] = (variances[bin] ?? 0) + p * (1 - p);
  }
  return variances.reduce((sum, variance) => sum + Math.sqrt((2 / Math.PI) * variance), 0) / confidences.length;
}

/** Whether each photo was taken for what it is. */
export const rightPhotos = ({ truth, predicted }: MeasuredPhotos): boolean[] =>
  truth.map((is, i) => is === predicted[i]);
