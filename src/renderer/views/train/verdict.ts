// The receipt in words: is the SSGAN better than the labels alone, or is it too close to call? Pure; no DOM.

import type { Accuracy, Receipt } from '../../../shared/types.ts';
import { percent, plural, wholePercent } from './words.ts';

export interface Difference {
  /** SSGAN minus labels only, as shares. */
  points: number;
  low: number;
  high: number;
}

/** Difference of two shares with its 95 % interval from the two Wilson intervals (Newcombe 1998, method 10). Both were
 *  measured on the same photos, so the true interval is, if anything, narrower. */
export function difference(a: Accuracy, b: Accuracy): Difference {
  const points = a.accuracy - b.accuracy;
  return {
    points,
    low: points - Math.hypot(a.accuracy - a.low, b.high - b.accuracy),
    high: points + Math.hypot(a.high - a.accuracy, b.accuracy - b.low),
  };
}

export type Winner = 'ssgan' | 'labels-only' | 'open';

export function winner({ labelsOnly, ssgan }: Receipt): Winner {
  if (!labelsOnly || !ssgan) return 'open';
  const { low, high } = difference(ssgan, labelsOnly);
  if (low > 0) return 'ssgan';
  return high < 0 ? 'labels-only' : 'open';
}

const withInterval = ({ accuracy, low, high }: Accuracy): string =>
  `${percent(accuracy)} (${wholePercent(low)}–${wholePercent(high)})`;

/** The whole receipt as one sentence, or its note when there is no number. */
export function receiptSentence(receipt: Receipt): string {
  const { labelsOnly, ssgan, note } = receipt;
  const measured = ssgan ?? labelsOnly;
  if (!measured) return note ?? 'Nothing was held out of training, so there is no number.';
  const where = `On ${plural(measured.n, 'labelled photo')} kept out of training: `;
  if (!ssgan || !labelsOnly) return `${where}${ssgan ? 'SSGAN' : 'labels only'} ${withInterval(measured)}.`;
  const points = plural(Math.abs(wholePercent(ssgan.accuracy) - wholePercent(labelsOnly.accuracy)), 'point');
  const verdict = {
    ssgan: `the unlabelled photos helped, by ${points}.`,
    'labels-only': `the labels alone did better, by ${points}.`,
    open: 'too close to call.',
  }[winner(receipt)];
  return `${where}SSGAN ${withInterval(ssgan)}, labels only ${withInterval(labelsOnly)}: ${verdict}`;
}
