import { expect, it } from 'vitest';
import {
  offerInWords,
  previewInWords,
  someOf,
  unmatchedInWords,
} from '../../../../../src/renderer/screens/label/import/import-words.ts';
import { nameOfMark } from '../../../../../src/shared/label-import.ts';
import type { ImportPreview } from '../../../../../src/shared/label-import.ts';

it('names a few and counts the rest', () => {
  expect(someOf(['cat'], 1)).toBe('cat');
  expect(someOf(['cat', 'dog'], 2)).toBe('cat and dog');
  expect(someOf(['cat', 'dog', 'cow'], 3)).toBe('cat, dog and cow');
  expect(someOf(['cat', 'dog', 'cow', 'hen'], 1200)).toBe('cat, dog, cow and 1,197 more');
});

it('says what was found, and where', () => {
  const classes = { classes: ['cat', nameOfMark('excluded'), nameOfMark('none')], classCount: 3, photos: 1 };
  expect(offerInWords({ source: { from: 'file', path: 'labels.csv' }, ...classes })).toBe(
    'labels.csv lies in the folder, with labels for 1 photo: cat, Excluded and None of these.',
  );
  const keywords = { classes: ['cat', 'none'], classCount: 2, photos: 1 };
  expect(offerInWords({ source: { from: 'keywords' }, ...keywords })).toBe('Your photos carry keywords: cat and none.');
});

it('says what an import would do', () => {
  const preview = (numbers: Partial<ImportPreview>) =>
    previewInWords({ changed: 0, corrected: 0, same: 0, conflicts: 0, ...numbers } as ImportPreview, false);
  expect(preview({})).toBe('No photo gets a label.');
  expect(preview({ changed: 1, same: 1 })).toBe('1 photo gets a label, 1 has it already.');
  expect(preview({ changed: 1200, same: 3, conflicts: 2 })).toBe(
    '1,200 photos get a label, 3 have it already, 2 keep their own.',
  );
  expect(preview({ changed: 4, corrected: 3 })).toBe(
    '4 photos get a label, 3 of them because another program changed the keyword.',
  );
  expect(unmatchedInWords(1, { from: 'table', number: 1 })).toBe('1 row without effect');
});
