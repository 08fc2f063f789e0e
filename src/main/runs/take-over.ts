// Whether a run that has just ended may take the place of the model in use without being asked. A result is never taken
// away in silence: what was stopped, what has no number beside one that has, and what is clearly worse, waits for a
// person's word.

import { unpairedDifference } from '../../shared/statistics.ts';
import { accuracyInUse, type RunSummary } from '../../shared/training.ts';

type Ended = Pick<RunSummary, 'status' | 'receipt' | 'backbone' | 'repeats'>;

export function mayTakeOver(ended: Ended, inUse: Ended | null): boolean {
  if (inUse === null) return true;
  // It knows the labels of then, and was made to be compared.
  if (ended.repeats !== null) return false;
  if (ended.status !== 'finished') return false;
  const [next, now] = [accuracyInUse(ended), accuracyInUse(inUse)];
  // Beside one without a number the newer one knows more labels, but pixels know less of a photo than a backbone.
  if (now === null) return ended.backbone !== null || inUse.backbone === null;
  return next !== null && unpairedDifference(next, now).high >= 0;
}
