// The words of the piles. Pure; no DOM.

import type { Pile, PileChange } from '../../../../shared/piles.ts';
import { count, plural } from '../../../../shared/words.ts';

/**
 * How surely its photos are one pile, in plain words. Of a cluster that comes out of different halves of the data with
 * a Jaccard index of 0.75 or more, Hennig (2007) says that it is stable, under 0.6 that it should not be trusted.
 */
export function sureWords(sureness: number): string {
  if (sureness === 0) return 'too few to be sure of';
  if (sureness >= 0.75) return 'surely one pile';
  return sureness >= 0.6 ? 'probably one pile' : 'a loose pile: look twice';
}

/** "about 201 photos": where one pile ends and the next begins is a guess. */
export const sizeWords = ({ photos }: Pile): string => `about ${plural(photos, ['# photo', '# photos'])}`;

/** "12 labelled, 189 to be predicted" */
export function namedWords({ photos, labelled }: Pile): string {
  const left = photos - labelled;
  return `${count(labelled)} labelled` + (left > 0 ? `, ${count(left)} to be predicted` : '');
}

/** What takes back the last change of how the piles lie. */
export const undoWords: Record<PileChange, string> = {
  split: 'Undo split',
  merge: 'Undo merge',
  'set-aside': 'Undo “not a pile”',
  'put-back': 'Undo “put back”',
};
