// Which lines the charts of a run show, and how: colour and dash together, never colour alone.

import type { CurveKey } from './curves.ts';

export interface Line extends CurveKey {
  name: string;
  colour: 'blue' | 'orange' | 'green' | 'purple' | 'grey';
  /** Lengths of stroke and gap in px; empty: solid. */
  dash: readonly number[];
}

export const lossLines: readonly Line[] = [
  { stage: 'ssgan', measure: 'classifierLoss', name: 'Classifier', colour: 'blue', dash: [] },
  { stage: 'ssgan', measure: 'unlabelledLoss', name: 'Unlabelled', colour: 'green', dash: [6, 3] },
  { stage: 'ssgan', measure: 'generatedLoss', name: 'Generated', colour: 'orange', dash: [2, 3] },
  { stage: 'ssgan', measure: 'generatorLoss', name: 'Generator', colour: 'purple', dash: [8, 3, 2, 3] },
  { stage: 'labels-only', measure: 'classifierLoss', name: 'Labels only', colour: 'grey', dash: [4, 4] },
];

/** On a backbone the generator has nothing to learn. */
export const lossLinesOnBackbone = lossLines.filter(({ measure }) => measure !== 'generatorLoss');

export const accuracyLines: readonly Line[] = [
  { stage: 'ssgan', measure: 'heldOutAccuracy', name: 'SSGAN', colour: 'blue', dash: [] },
  { stage: 'labels-only', measure: 'heldOutAccuracy', hold: true, name: 'Labels only', colour: 'grey', dash: [4, 4] },
];

/** Distances of time marks in seconds: what a clock shows as whole. */
export const timeSteps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800];

/** Seconds on the time axis: "40 s", "2:30", "1:05:00". */
export function axisTime(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.round(seconds) % 60];
  const padded = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest)}` : `${minutes}:${padded(rest)}`;
}
