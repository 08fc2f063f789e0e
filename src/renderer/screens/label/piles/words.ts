// The words of the piles. Pure; no DOM.

import type { Pile } from '../../../../shared/piles.ts';
import { count, plural } from '../../../../shared/words.ts';

/** How surely its photos are one pile, in plain words. */
export function sureWords(sureness: number): string {
  if (sureness >= 0.5) return 'clearly alike';
  return sureness >= 0.2 ? 'mostly alike' : 'mixed: look twice';
}

/** "about 201 photos": where one pile ends and the next begins is a guess. */
export const sizeWords = ({ photos }: Pile): string => `about ${plural(photos, 'photo')}`;

/** "12 labelled, 189 to be predicted" */
export function namedWords({ photos, labelled }: Pile): string {
  const left = photos - labelled;
  return `${count(labelled)} labelled` + (left > 0 ? `, ${count(left)} to be predicted` : '');
}
