// The words of the way to review that looks at the person's own labels. Pure; no DOM.

import type { DoubtfulLabel } from '../../../shared/types.ts';
import { markNames } from '../../../shared/mark-words.ts';
import { count } from '../../../shared/words.ts';
import type { LabelDecision } from './doubtful-labels.svelte.ts';

/** "6 of 400 labels look wrong" */
export const doubtfulWords = (left: number, looked: number): string =>
  `${left === 0 ? 'None' : count(left)} of ${count(looked)} labels ${left > 1 ? 'look' : 'looks'} wrong`;

/** "Of the 10 labelled photos most like it, 9 are Cat and 1 is Dog." */
export function alikeWords({ of, looksLike, label }: DoubtfulLabel['alike'], names: { other: string; own: string }) {
  if (looksLike === of) return `All ${count(of)} labelled photos most like it are ${names.other}.`;
  const own = label === 0 ? 'none is' : label === 1 ? '1 is' : `${count(label)} are`;
  const other = looksLike === 1 ? '1 is' : `${count(looksLike)} are`;
  return `Of the ${count(of)} labelled photos most like it, ${other} ${names.other} and ${own} ${names.own}.`;
}

/** What became of a label; the question while nothing has. */
export function labelQuestion(decision: LabelDecision | null): string {
  switch (decision) {
    case null:
      return 'Is this label right?';
    case 'kept':
      return 'Kept; it is not asked about again';
    case 'changed':
      return 'Changed';
    case 'excluded':
    case 'none':
    case 'unsure':
      return markNames[decision];
    case 'removed':
      return 'The label was removed';
  }
}
