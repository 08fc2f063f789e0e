// What the window says of its guesses and suggestions. Pure; no DOM.

import type { LiveState, SuggestionReason } from '../../../shared/live.ts';
import { plural } from '../../../shared/words.ts';

const inHundred = (share: number): number => Math.round(share * 100);

/** "About 97 in 100 right (88–100), from 12 labels." Null while nothing is guessed. */
export function worthInWords({ predictions, estimate, labels, run }: LiveState): string | null {
  if (!predictions) return null;
  if (!estimate) return `How often this is right can’t be measured yet, from ${plural(labels, 'label')}.`;
  const { accuracy, low, high, n } = estimate;
  const measured = run === null ? 'from' : 'measured on';
  const range = `${inHundred(low)}–${inHundred(high)}`;
  return `About ${inHundred(accuracy)} in 100 right (${range}), ${measured} ${plural(n, 'label')}.`;
}

/** Beside a suggested photo. */
export const reasonInWords = {
  typical: 'typical',
  unlike: 'unlike what you labelled',
  unsure: 'not sure',
  audit: 'a random check',
} as const satisfies Record<SuggestionReason, string>;
