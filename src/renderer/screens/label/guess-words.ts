// What the window says of its guesses and suggestions. Pure; no DOM.

import type { GuessChange, LiveState, SuggestionReason } from '../../../shared/live.ts';
import { plural } from '../../../shared/words.ts';
import { rightInWords } from '../../ui/numbers.ts';

/** "About 97 in 100 right (88–100), from 12 labels." Null while nothing is guessed. */
export function worthInWords({ predictions, estimate, labels, run }: LiveState): string | null {
  if (!predictions) return null;
  if (!estimate)
    return `How often this is right can’t be measured yet, from ${plural(labels, ['# label', '# labels'])}.`;
  const [right, on] = [rightInWords(estimate), plural(estimate.n, ['# label', '# labels'])];
  return run === null ? `${right}, from ${on}.` : `${right}, measured on ${on}.`;
}

/** "Your last 5 labels changed", and "38 guesses" that open their photos. */
export const changeInWords = ({ labels, photos }: GuessChange): { since: string; guesses: string } => ({
  since: `Your last ${labels === 1 ? 'label' : plural(labels, ['# label', '# labels'])} changed`,
  guesses: photos.length === 0 ? 'no guess' : plural(photos.length, ['# guess', '# guesses']),
});

/** Beside a suggested photo. */
export const reasonInWords = {
  typical: 'typical',
  unlike: 'unlike what you labelled',
  unsure: 'not sure',
  audit: 'a random check',
} as const satisfies Record<SuggestionReason, string>;
