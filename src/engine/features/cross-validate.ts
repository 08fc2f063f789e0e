// What the heads get right where no label can be held out: each part of the labels by models like those of the run that
// have learned from all the others. The photos of that part stay in the pool without their labels.

import type { Head } from '../../shared/training.ts';
import type { Measured } from '../measuring/receipt.ts';
import { measurable } from '../measuring/held-out.ts';
import { randomStream, shuffle } from '../../shared/random.ts';

/** One part at a time; with fewer labels than this, one label at a time. */
const FOLDS = 5;

/** How many parts so many labels are cross-validated in. */
export const partsFor = (labels: number): number => Math.min(FOLDS, labels);

/** A way to learn: from labels [count] class or -1 to probabilities [rows, K]; null when it was told to end. */
export type Learns = (labels: Int32Array, rows: Int32Array) => Promise<Float32Array | null>;

/**
 * A head that was told to end in any of its parts is left out. `unmeasured`: positions of labels that are learned from
 * in each part; nothing is measured where there are no others.
 */
export async function crossValidate(
  heads: Partial<Record<Head, Learns>>,
  labels: Int32Array,
  classes: number,
  seed: number,
  unmeasured?: Int32Array,
): Promise<Measured> {
  const rows = measurable(labels, unmeasured);
  const parts = stratifiedParts(rows, labels, classes, seed);
  const said: Measured['said'] = {};
  for (const [head, learn] of Object.entries(heads) as [Head, Learns][]) {
    const ofHead = rows.length === 0 ? null : await inTurn(learn, labels, rows, parts, classes);
    if (ofHead) said[head] = ofHead;
  }
  return { by: 'cross-validation', positions: rows, truth: rows.map((i) => labels[i] ?? -1), said };
}

/** [rows, K]: what is said of each row by the model that has not learned from its part. */
async function inTurn(learn: Learns, labels: Int32Array, rows: Int32Array, parts: Int32Array[], classes: number) {
  const said = new Float32Array(rows.length * classes);
  for (const part of parts) {
    const rest = labels.slice();
    for (const row of part) rest[row] = -1;
    const values = await learn(rest, part);
    if (!values) return null;
    part.forEach((row, i) => said.set(values.subarray(i * classes, (i + 1) * classes), rows.indexOf(row) * classes));
  }
  return said;
}

/** Parts of the rows; each has its even share of each class. */
export function stratifiedParts(rows: Int32Array, labels: Int32Array, classes: number, seed: number): Int32Array[] {
  const count = partsFor(rows.length);
  const ordered = Array.from({ length: classes }, (_, k) =>
    Array.from(
      shuffle(
        rows.filter((row) => labels[row] === k),
        randomStream(seed, 6, k),
      ),
    ),
  ).flat();
  return Array.from({ length: count }, (_, part) => Int32Array.from(ordered.filter((_row, i) => i % count === part)));
}
