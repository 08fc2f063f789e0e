// How the photos that measured a run had been chosen, and what its accuracy therefore speaks of. Photos met in review
// are the doubtful ones, those accepted in bulk or as typical of a pile the easy ones: none is a random sample of the
// library.

import type { LabelChoice } from './types.ts';

/** Choice -> how many of the photos; those without any are left out. */
export type MeasuredOn = Partial<Record<LabelChoice, number>>;

/** Whether the model had a say in which photos measured it; its accuracy on them is then not the library's. */
export const isSkewed = (measuredOn: MeasuredOn | null): boolean =>
  measuredOn !== null && (measuredOn.review ?? 0) + (measuredOn.suggested ?? 0) + (measuredOn.pile ?? 0) > 0;

/** What a reader of the accuracy must know of its photos, as a sentence; null when there is nothing to say. */
export function skewSentence(measuredOn: MeasuredOn | null): string | null {
  if (measuredOn === null || !isSkewed(measuredOn)) return null;
  const { review = 0, suggested = 0, pile = 0 } = measuredOn;
  const total = Object.values(measuredOn).reduce((sum, n) => sum + n, 0);
  const were = (n: number) => (n === 1 ? 'was' : 'were');
  const reasons = [
    ...(review > 0 ? [`${review} ${were(review)} picked in review because the model was in doubt`] : []),
    ...(suggested > 0 ? [`${suggested} ${were(suggested)} chosen by its suggestions`] : []),
    ...(pile > 0 ? [`${pile} ${were(pile)} shown as typical of a pile`] : []),
  ];
  const why = new Intl.ListFormat('en-GB').format(reasons);
  return `This is the accuracy on photos you labelled, not on the whole library: of these ${total}, ${why}.`;
}
