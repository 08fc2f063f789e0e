// Which labels are too few to learn from, and which too lopsided to go without a word.

import { WhiskerError } from '../../shared/errors.ts';
import { positions } from '../ssgan/batches.ts';

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
