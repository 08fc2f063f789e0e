// How much more labels are worth: a curve through what was measured with some of them, and what it promises. Pure data.

import type { Accuracy, Difference } from './training.ts';
import type { PhotoId } from './types.ts';

/** What is to be expected of so many labels. */
export interface Forecast {
  labels: number;
  /** 0 to 1, with a 95 % interval for one set of so many labels. */
  accuracy: number;
  low: number;
  high: number;
  /** How much more that is than with the labels there are, in shares of 1, with its 95 % interval. */
  gain: Difference;
}

/** One measured point. */
export interface CurvePoint {
  /** How many labels were learned from. */
  labels: number;
  accuracy: Accuracy;
  /** The labels that one of the draws has learned from. */
  learnedFrom: PhotoId[];
}

/** Accuracy by number of labels; or why it can't be told, and what to do about it. */
export type LearningCurve =
  | {
      status: 'measured';
      /** Labels there are. */
      labelled: number;
      /** How often labels were drawn anew for each point. */
      draws: number;
      points: CurvePoint[];
      /** Of all labels, of a round number more, and of twice as many, in this order. */
      forecasts: Forecast[];
    }
  | { status: 'unknown'; reason: string; remedy: string };

/** Round numbers of labels that somebody may want to set, each about twice the one before. */
const steps = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** A round number of labels to think of next: the largest that is at most half of those there are; 10 at least. */
export const nextLabels = (labelled: number): number =>
  steps.findLast((step) => step <= labelled / 2) ?? steps[0] ?? labelled;
