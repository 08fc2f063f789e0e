// What the heads get right where no label can be held out: each part of the labels by models like those of the run that
// have learned from all the others. The photos of that part stay in the pool without their labels. Photos that are
// nearly the same are of one part: what has learned from one has seen the others.

import type { Head } from '../../shared/training.ts';
import type { Measured } from '../measuring/receipt.ts';
import { measurable } from '../measuring/held-out.ts';
import { randomStream, shuffle } from '../../shared/random.ts';

/** One part at a time; with fewer labels than this, one label at a time. */
const FOLDS = 5;

/** Labels, and which photos are nearly the same. */
export interface GroupedLabels {
  /** [count] class position 0..classes-1, or -1. */
  labels: Int32Array;
  classes: number;
  /** [count] a number that those share that are nearly the same. */
  bursts: ArrayLike<number>;
}

/** In how many parts the labels of these rows are cross-validated. */
export const partsFor = (rows: Int32Array, bursts: ArrayLike<number>): number =>
  Math.min(FOLDS, new Set(Array.from(rows, (row) => bursts[row] ?? 0)).size);

/** A way to learn: from labels [count] class or -1 to probabilities [rows, K]; null when it was told to end. */
export type Learns = (labels: Int32Array, rows: Int32Array) => Promise<Float32Array | null>;

/**
 * A head that was told to end in any of its parts is left out. `unmeasured`: positions of labels that are learned from
 * in each part; nothing is measured where there are no others, or where all labels are of one burst.
 */
export async function crossValidate(
  heads: Partial<Record<Head, Learns>>,
  grouped: GroupedLabels,
  seed: number,
  unmeasured?: Int32Array,
): Promise<Measured> {
  const { labels } = grouped;
  const rows = measurable(labels, unmeasured);
  const parts = stratifiedParts(rows, grouped, seed).map((part) => ({ part, rest: labelsWithout(part, grouped) }));
  const said: Measured['said'] = {};
  const canMeasure = rows.length > 0 && parts.every(({ rest }) => rest.some((label) => label >= 0));
  if (canMeasure) {
    for (const [head, learn] of Object.entries(heads) as [Head, Learns][]) {
      const ofHead = await inTurn(learn, rows, parts, grouped.classes);
      if (ofHead) said[head] = ofHead;
    }
  }
  return { by: 'cross-validation', positions: rows, truth: rows.map((i) => labels[i] ?? -1), said };
}

/** The labels without those of a part and of what is nearly the same, looked at or not. */
function labelsWithout(part: Int32Array, { labels, bursts }: GroupedLabels): Int32Array {
  const left = new Set(Array.from(part, (row) => bursts[row] ?? 0));
  return labels.map((label, i) => (label >= 0 && left.has(bursts[i] ?? 0) ? -1 : label));
}

/** [rows, K]: what is said of each row by the model that has not learned from its part. */
async function inTurn(
  learn: Learns,
  rows: Int32Array,
  parts: readonly { part: Int32Array; rest: Int32Array }[],
  classes: number,
) {
  const said = new Float32Array(rows.length * classes);
  for (const { part, rest } of parts) {
    const values = await learn(rest, part);
    if (!values) return null;
    part.forEach((row, i) => said.set(values.subarray(i * classes, (i + 1) * classes), rows.indexOf(row) * classes));
  }
  return said;
}

/**
 * Parts of the rows; each has its even share of each class. What is nearly the same goes to one part as a whole, and
 * counts for the class of its first.
 */
export function stratifiedParts(
  rows: Int32Array,
  { labels, classes, bursts }: GroupedLabels,
  seed: number,
): Int32Array[] {
  const members = Map.groupBy(rows, (row) => bursts[row] ?? 0);
  const firsts = rows.filter((row) => members.get(bursts[row] ?? 0)?.[0] === row);
  const parts = Array.from({ length: partsFor(rows, bursts) }, () => ({ rows: [] as number[], ofClass: 0 }));
  for (let k = 0; k < classes; k++) {
    for (const part of parts) part.ofClass = 0;
    const ofClass = firsts.filter((row) => labels[row] === k);
    for (const first of shuffle(ofClass, randomStream(seed, 6, k))) {
      const burst = members.get(bursts[first] ?? 0) ?? [];
      const part = parts.reduce((a, b) => ((b.ofClass - a.ofClass || b.rows.length - a.rows.length) < 0 ? b : a));
      part.rows.push(...burst);
      part.ofClass += burst.length;
    }
  }
  return parts.map((part) => Int32Array.from(part.rows));
}
