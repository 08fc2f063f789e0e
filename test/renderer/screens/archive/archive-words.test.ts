import { expect, test } from 'vitest';
import { cardInWords, mergedInWords, mergeInWords } from '../../../../src/renderer/screens/archive/archive-words.ts';
import type { MergePreview } from '../../../../src/shared/archive.ts';

const card = { name: 'pets', madeAt: '2026-11-27T03:00:00Z', photos: 1200, labelled: 1, classes: ['Cat', 'Dog'] };
const nothing: MergePreview = {
  ...{ added: 0, same: 0, conflicts: 0, rows: [], absent: 0, newClasses: [], runs: 0, views: 0 },
};

test('what an archive holds, and what would come of it, counts what there is and nothing else', () => {
  expect(cardInWords({ ...card, runs: 3, bytes: 1 })).toBe('1 label, 2 classes and 3 runs for 1,200 photos');
  expect(cardInWords({ ...card, labelled: 0, classes: [], runs: 1, bytes: 1 })).toBe('1 run for 1,200 photos');
  expect(mergeInWords({ ...nothing, added: 12, newClasses: ['Owl'], runs: 2, views: 1, same: 1, absent: 3 })).toEqual([
    '12 labels, 1 class, 2 runs and 1 view would come.',
    '1 label is here already.',
    '3 photos are not in this folder; what was said waits.',
  ]);
  expect(mergeInWords({ ...nothing, same: 5 })).toEqual(['Nothing new would come.', '5 labels are here already.']);
});

test('what came depends on what was chosen for photos that are labelled otherwise', () => {
  const preview = { ...nothing, added: 5, conflicts: 2 };
  expect(mergedInWords(preview, 'mine')).toBe('5 labels came with the archive.');
  expect(mergedInWords(preview, 'theirs')).toBe('7 labels came with the archive.');
  expect(mergedInWords(preview, 'unsure')).toBe('5 labels came with the archive. 2 are left unsure.');
});
