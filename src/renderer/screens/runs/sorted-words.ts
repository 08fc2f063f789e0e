// What a run made of the photos, in a person's words. Pure; no DOM.

import { isSkewed } from '../../../shared/measured-on.ts';
import { accuracyInUse, type RunSummary, type SortedClass } from '../../../shared/training.ts';
import { count, plural } from '../../../shared/words.ts';
import { rightInWords } from '../../ui/numbers.ts';

const total = (sorted: readonly SortedClass[], of: 'photos' | 'unsure'): number =>
  sorted.reduce((sum, one) => sum + one[of], 0);

/** "Sorted 387 photos: 201 Cat, 186 Dog." `nameOf`: the name of today. */
export function sortedSentence(sorted: readonly SortedClass[], nameOf: (one: SortedClass) => string): string {
  const parts = sorted.map((one) => `${count(one.photos)} ${nameOf(one)}`);
  return `Sorted ${plural(total(sorted, 'photos'), ['# photo', '# photos'])}: ${parts.join(', ')}.`;
}

/** "It is not sure of 23." */
export function unsureSentence(sorted: readonly SortedClass[]): string {
  const unsure = total(sorted, 'unsure');
  return unsure === 0 ? 'It doubts none of them.' : `It is not sure of ${count(unsure)}.`;
}

/** "About 97 in 100 right (88–100), measured on 20 labels."; why there is no number when there is none. */
export function accuracySentence({ receipt, measuredOn }: Pick<RunSummary, 'receipt' | 'measuredOn'>): string | null {
  const found = accuracyInUse({ receipt });
  if (!found) return receipt?.note ?? null;
  const sample = isSkewed(measuredOn) ? ', which are no random sample' : '';
  return `${rightInWords(found)}, measured on ${plural(found.n, ['# label', '# labels'])}${sample}.`;
}
