// A search and an order in a person's words.

import {
  conditions,
  type Condition,
  type Search,
  type Sort,
  type SortKey,
  type Span,
} from '../../../../shared/search.ts';
import { markWords } from '../../../../shared/mark-words.ts';
import { isMark } from '../../../../shared/types.ts';
import type { ClassId, LabelChoice } from '../../../../shared/types.ts';
import { bytesInWords } from '../../../ui/numbers.ts';

/** One condition, as a chip says it. */
export interface ConditionWords {
  key: Condition;
  text: string;
}

type NameOfClass = (id: ClassId) => string;

export const chosenInWords: Record<LabelChoice, string> = {
  hand: 'picked by hand',
  review: 'met in review',
  suggested: 'suggested by Whisker',
  audit: 'a random check',
  pile: 'shown for a pile',
  import: 'from a table or a folder',
  unknown: 'not known',
};

/** The conditions of a search, each as "folder: cats/2019". */
export const inWords = (search: Search, nameOf: NameOfClass): ConditionWords[] =>
  conditions.flatMap((key) => {
    const text = wordsFor(key, search, nameOf);
    return text === null ? [] : [{ key, text }];
  });

function wordsFor(key: Condition, search: Search, nameOf: NameOfClass): string | null {
  switch (key) {
    case 'name':
      return search.name === undefined ? null : `“${search.name.trim()}”`;
    case 'folder':
      return search.folder === undefined ? null : `in ${search.folder}`;
    case 'label':
      if (search.label === undefined) return null;
      if (search.label === null) return 'without a label';
      if (search.label === 'excluded') return 'excluded';
      return isMark(search.label) ? markWords[search.label] : `labelled ${nameOf(search.label)}`;
    case 'predicted':
      return search.predicted === undefined ? null : `predicted ${nameOf(search.predicted)}`;
    case 'chosen':
      return search.chosen === undefined ? null : `label ${chosenInWords[search.chosen]}`;
    case 'confidence':
      return search.confidence
        ? `sure ${spanInWords(search.confidence, (share) => `${Math.round(100 * share)} %`)}`
        : null;
    case 'run':
      return search.run === undefined ? null : `by run ${search.run}`;
    case 'taken':
      return search.taken ? `taken ${daysInWords(search.taken)}` : null;
    case 'type':
      return search.type === undefined ? null : search.type.toUpperCase();
    case 'bytes':
      return search.bytes ? spanInWords(search.bytes, bytesInWords) : null;
    case 'damaged':
      return search.damaged ? 'partly damaged' : null;
    case 'action':
      return search.action === undefined ? null : `in step ${search.action} of the history`;
  }
}

/** "80 % to 95 %", "from 95 %", "under 60 %". */
export function spanInWords<Value>({ from, to }: Span<Value>, say: (value: Value) => string): string {
  if (from === null) return to === null ? 'any' : `under ${say(to)}`;
  return to === null ? `from ${say(from)}` : `${say(from)} to ${say(to)}`;
}

function daysInWords({ from, to }: Span<string>): string {
  if (from === to && from !== null) return `on ${from}`;
  if (from === null) return to === null ? 'any day' : `until ${to}`;
  return to === null ? `from ${from}` : `${from} to ${to}`;
}

/** A name for each order, and what comes first in it: as it is, and turned around. */
export const sortsInWords: Record<SortKey, { name: string; first: [string, string] }> = {
  added: { name: 'Date added', first: ['Oldest first', 'Newest first'] },
  taken: { name: 'Date taken', first: ['Oldest first', 'Newest first'] },
  path: { name: 'Folder and name', first: ['A to Z', 'Z to A'] },
  confidence: { name: 'How sure', first: ['Least sure first', 'Surest first'] },
  size: { name: 'File size', first: ['Smallest first', 'Largest first'] },
  alike: { name: 'Like the selected', first: ['Most alike first', 'Least alike first'] },
};

export const firstInWords = ({ by, descending }: Sort): string => sortsInWords[by].first[descending ? 1 : 0];
