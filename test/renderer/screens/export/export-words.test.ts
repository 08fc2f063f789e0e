import { expect, test } from 'vitest';
import {
  leastInWords,
  leftOutInWords,
  photosInWords,
  progressInWords,
  rowInWords,
} from '../../../../src/renderer/screens/export/export-words.ts';
import { shownChoice } from '../../../../src/renderer/screens/export/which-photos.ts';
import type { ClassId, PhotoId } from '../../../../src/shared/types.ts';

test('what would be written is counted class by class, a few of many', () => {
  const classes = ['Ant', 'Bee', 'Cat', 'Dog', 'Elk', 'Fox'].map((name, i) => ({ name, photos: 600 - i }));
  expect(photosInWords({ photos: 0, classes: [] })).toBe('No photo to export');
  expect(photosInWords({ photos: 1, classes: [] })).toBe('1 photo');
  expect(photosInWords({ photos: 1200, classes: classes.slice(0, 2) })).toBe('1,200 photos: Ant 600, Bee 599');
  expect(photosInWords({ photos: 3585, classes })).toBe(
    '3,585 photos: Ant 600, Bee 599, Cat 598, Dog 597, 2 other classes',
  );
});

test('a row says whose word it is, and how sure a prediction is', () => {
  const row = { path: 'a.jpg', class: 'Cat', source: 'person', confidence: 0.5 } as const;
  expect(rowInWords(row)).toBe('Cat, said by you');
  expect(rowInWords({ ...row, source: 'prediction', confidence: 0.973 })).toBe('Cat, predicted, 97%');
  expect(rowInWords({ ...row, class: null, source: null })).toBe('no class');
});

test('how sure, what is left out and how far it is', () => {
  expect(leastInWords(0)).toBe('However sure');
  expect(leastInWords(0.9)).toBe('At least 90% sure');
  const leftOut = [1, 2].map((photos) => ({ reason: String(photos), photos, first: [] }));
  expect(leftOutInWords(leftOut)).toBe('3 photos left out');
  expect(progressInWords('export', 0, 0)).toBe('Counting photos…');
  expect(progressInWords('export', 1200, 3000)).toBe('1,200 of 3,000 photos written');
  expect(progressInWords('revert', 1, 2)).toBe('1 of 2 files moved back');
});

test('the photos that are shown go by their filter, or one by one where main has no such filter', () => {
  const ids = [4, 7] as PhotoId[];
  const dogs = { kind: 'class', classId: 2 as ClassId } as const;
  expect(shownChoice({ kind: 'all' }, {}, ids)).toBeNull();
  expect(shownChoice({ kind: 'piles' }, {}, ids)).toBeNull();
  expect(shownChoice({ kind: 'problems' }, {}, ids)).toBeNull();
  expect(shownChoice(dogs, {}, ids)).toEqual({ of: 'found', filter: dogs, search: {} });
  expect(shownChoice({ kind: 'all' }, { name: 'a' }, ids)).toEqual({
    of: 'found',
    filter: { kind: 'all' },
    search: { name: 'a' },
  });
  expect(shownChoice({ kind: 'picked' }, {}, ids)).toEqual({ of: 'these', photoIds: ids });
});
