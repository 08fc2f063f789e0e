// Which labels are too few to learn from, and which too lopsided to go without a word.

import { WhiskerError } from '../../shared/errors.ts';
import { whyNotTrain } from '../../shared/rules.ts';
import { positions } from '../ssgan/batches.ts';

/** Throws 'too-few-labels' as `whyNotTrain` has it; here the classes have no names but their numbers. */
export function checkLabels(labels: Int32Array, classes: number): void {
  const obstacle = whyNotTrain(countByClass(labels, classes).map((n, k) => ({ name: `class ${k + 1}`, labels: n })));
  if (obstacle) throw new WhiskerError('too-few-labels', obstacle.reason, obstacle.remedy);
}

const countByClass = (labels: Int32Array, classes: number): number[] =>
  Array.from({ length: classes }, (_, k) => positions(labels, (label) => label === k).length);

const LOPSIDED_SHARE = 0.9;

/** A sentence when more than nine labels in ten are of one class, else null. */
export function warnOfLopsided(labels: Int32Array, classes: number): string | null {
  const counts = countByClass(labels, classes);
  const [most, all] = [Math.max(...counts), counts.reduce((sum, n) => sum + n, 0)];
  if (most <= LOPSIDED_SHARE * all) return null;
  return `${most} of ${all} labels are of one class; label more of the others, or they will hardly be learned.`;
}
