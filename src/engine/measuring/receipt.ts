// The receipt of a run, from pixels and from features alike: what each head got right on the same photos, what the
// unlabelled photos added, and how far confidences can be trusted.

import { atTemperature, mostLikely, pairedDifference, wilson } from '../../shared/statistics.ts';
import { labelsNeeded, type Accuracy, type Head, type Receipt } from '../../shared/training.ts';
import type { MeasuredRows } from '../messages.ts';
import { fitTemperature } from './calibrate.ts';

/** What heads that had not learned from some labelled photos said of them. */
export interface Measured {
  by: 'held-out' | 'cross-validation';
  /** Where the photos are. */
  positions: Int32Array;
  /** Class of each of the photos. */
  truth: ArrayLike<number>;
  /** [photos, K] probabilities of each head that was measured. */
  said: Partial<Record<Head, Float32Array>>;
}

interface ReceiptInput {
  measured: Measured | null;
  classes: number;
  /** How many labels there are. */
  labelled: number;
  active: Head;
  /** False when a stop or the budget came before the SSGAN began. */
  ssganBegan: boolean;
}

export function receiptOf({ measured, classes, labelled, active, ssganBegan }: ReceiptInput): Receipt {
  const right = (head: Head) => measured && rightOnes(measured, head, classes);
  const accuracy = (head: Head) => accuracyOfMarks(right(head));
  const [ssgan, labelsOnly] = [right('ssgan'), right('labels-only')];
  const said = measured?.said[active];
  return {
    ssgan: accuracy('ssgan'),
    labelsOnly: accuracy('labels-only'),
    logistic: accuracy('logistic'),
    propagation: accuracy('propagation'),
    measuredBy: measured?.by ?? null,
    gain: ssgan && labelsOnly ? pairedDifference(ssgan, labelsOnly) : null,
    active,
    temperature:
      measured && said && labelled >= labelsNeeded.toCalibrate ? fitTemperature(said, measured.truth, classes) : null,
    note: noteOn({ measured, classes, labelled, active, ssganBegan }),
  };
}

/** What the head in use says of each measured photo; null where it was not measured. */
export function measuredRows(
  measured: Measured | null,
  { active, temperature }: Pick<Receipt, 'active' | 'temperature'>,
  classes: number,
): MeasuredRows | null {
  const said = measured?.said[active];
  if (!measured || !said) return null;
  const probabilities = atTemperature(said, classes, temperature);
  const { positions } = measured;
  const predicted = positions.map((_, row) => mostLikely(probabilities, row, classes));
  const confidences = Float32Array.from(predicted, (k, row) => probabilities[row * classes + k] ?? 0);
  return { positions, predicted, confidences };
}

function noteOn({ measured, classes, labelled, active, ssganBegan }: ReceiptInput): string | null {
  if (!ssganBegan) return 'The run ended before it began to learn from all photos; it needs more minutes.';
  if (measured?.by === 'held-out') return noteOnLead(measured, active, classes);
  const tooFew = labelled < labelsNeeded.toHoldOut;
  const why = tooFew
    ? `With fewer than ${labelsNeeded.toHoldOut} labels all of them are learned from`
    : 'Too few labels can be set aside: each class keeps two, and those that an earlier model learned from can measure nothing';
  const remedy = tooFew
    ? `from ${labelsNeeded.toHoldOut} labels on it can be measured`
    : 'label more photos, or start from scratch, to measure it';
  if (!measured) {
    return `${why}, so that none is left to measure what is learned from pixels with: ${remedy}.`;
  }
  const inTurn =
    'What you see was measured on each part of the labels in turn, by the same learning from all the others';
  return measured.said.ssgan
    ? `${why}. ${inTurn}, where the SSGAN took fewer steps.`
    : `${why}. ${inTurn}; for the SSGAN there was no time left.`;
}

const asSubject: Record<Head, string> = {
  ssgan: 'The SSGAN',
  'labels-only': 'The network trained on the labels alone',
  logistic: 'The logistic regression',
  propagation: 'The graph propagation',
};

/** Why a head with more right answers is not the one in use: the lead is too small for `isClearlyBetter`. */
function noteOnLead(measured: Measured, active: Head, classes: number): string | null {
  const correct = (head: Head) => rightOnes(measured, head, classes)?.filter(Boolean).length ?? 0;
  const heads: Head[] = ['ssgan', 'labels-only', 'logistic', 'propagation'];
  const ahead = heads.reduce((a, b) => (correct(b) > correct(a) ? b : a));
  const lead = correct(ahead) - correct(active);
  if (lead === 0) return null;
  const photos = `${lead} of ${measured.truth.length} photos`;
  const other = asSubject[active].replace(/^The/, 'the');
  return `${asSubject[ahead]} was ahead by ${photos}, too small a lead to be chosen over ${other}.`;
}

/** For each measured photo: was the head's most likely class the true one? Null for a head that was not measured. */
export function rightOnes({ said, truth }: Measured, head: Head, classes: number): boolean[] | null {
  const probabilities = said[head];
  return probabilities ? Array.from(truth, (label, row) => mostLikely(probabilities, row, classes) === label) : null;
}

const accuracyOfMarks = (right: boolean[] | null): Accuracy | null =>
  right && wilson(right.filter(Boolean).length, right.length);
