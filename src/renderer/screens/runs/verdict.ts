// The receipt in words: what the unlabelled photos added, what that was measured on, who speaks and how far to trust
// it. Pure; no DOM.

import {
  accuracyInUse,
  inReceipt,
  labelsNeeded,
  type Accuracy,
  type Head,
  type Receipt,
  type RunSummary,
} from '../../../shared/training.ts';
import { plural } from '../../../shared/words.ts';
import { intervalWords, percent } from '../../ui/numbers.ts';

export const headNames: Record<Head, string> = {
  ssgan: 'SSGAN',
  'labels-only': 'Labels only',
  logistic: 'Logistic regression',
  propagation: 'Graph propagation',
};

export interface ReceiptRow {
  head: Head;
  accuracy: Accuracy;
  /** It made the run's predictions. */
  chosen: boolean;
}

/** What was measured, always in the same order. */
export function receiptRows(receipt: Receipt): ReceiptRow[] {
  return (['ssgan', 'labels-only', 'logistic', 'propagation'] as const).flatMap((head) => {
    const accuracy = receipt[inReceipt[head]];
    return accuracy ? [{ head, accuracy, chosen: head === receipt.active }] : [];
  });
}

/** "85% (64–95)": the share and its 95 % interval. */
export const withInterval = (found: Accuracy): string => `${percent(found.accuracy)} (${intervalWords(found)})`;

/** "Run 3 (88%, 71–96)": a model and what is known of it, to set beside another. */
export function modelWords(run: RunSummary): string {
  const found = accuracyInUse(run);
  if (!found) return `Run ${run.id} (not measured)`;
  return `Run ${run.id} (${percent(found.accuracy)}, ${intervalWords(found)})`;
}

export type Verdict = 'helped' | 'hurt' | 'open';

/** An interval that reaches 0 leaves it open. */
export function verdict({ gain }: Receipt): Verdict {
  if (!gain || (gain.low <= 0 && gain.high >= 0)) return 'open';
  return gain.low > 0 ? 'helped' : 'hurt';
}

/** "Unlabelled photos added +6.5 points (+1.0 to +12.0)."; null when there is nothing to compare. */
export function gainSentence(receipt: Receipt): string | null {
  const { gain } = receipt;
  if (!gain) return null;
  const range = `points (${points(gain.low)} to ${points(gain.high)})`;
  const size = points(gain.difference);
  if (size === '0.0') return `Unlabelled photos made no difference here: 0.0 ${range}.`;
  const said = `Unlabelled photos ${gain.difference > 0 ? `added ${size}` : `cost ${size.slice(1)}`} ${range}.`;
  return verdict(receipt) === 'open' ? `${said} The range reaches past zero, so this may be chance.` : said;
}

/** A share as signed points, with a real minus. */
function points(share: number): string {
  const size = Math.abs(100 * share).toFixed(1);
  if (size === '0.0') return size;
  return `${share > 0 ? '+' : '−'}${size}`;
}

/** What the accuracies were measured on; null when nothing was. */
export function measuredSentence(receipt: Receipt): string | null {
  const n = receiptRows(receipt)[0]?.accuracy.n;
  if (n === undefined || receipt.measuredBy === null) return null;
  return receipt.measuredBy === 'held-out'
    ? `Measured on ${plural(n, ['# labelled photo', '# labelled photos'])} held out of training.`
    : `Measured on each of your ${plural(n, ['# label', '# labels'])} in turn (cross-validation).`;
}

/** `labelled`: how many labels the run had. */
export function confidenceSentence(receipt: Receipt, labelled: number): string {
  const { temperature } = receipt;
  if (temperature === 1) return 'Confidences were checked and left as they are (temperature 1.0).';
  if (temperature !== null) return `Confidences are calibrated (temperature ${temperature.toFixed(1)}).`;
  const measured = receiptRows(receipt).some(({ chosen }) => chosen);
  // A head that was not measured waits until some labels can be held out.
  const needed = measured ? labelsNeeded.toCalibrate : labelsNeeded.toHoldOut;
  if (labelled < needed) return `Confidences are uncalibrated: checking them takes ${needed} labels.`;
  return measured
    ? 'Confidences are uncalibrated: there were too few mistakes to tell how far they can be trusted.'
    : 'Confidences are uncalibrated.';
}
