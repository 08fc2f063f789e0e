// @vitest-environment node

import { expect, test } from 'vitest';
import { copiedSentence, nearnessSentence } from '../../../../src/renderer/screens/runs/nearest-words.ts';
import type { NearestToDrawing } from '../../../../src/shared/drawings.ts';
import type { PhotoId } from '../../../../src/shared/types.ts';

const found = (distance: number, nearer = 0, more: Partial<NearestToDrawing> = {}): NearestToDrawing => ({
  ...{ photos: [{ photoId: 1 as PhotoId, distance }], betweenPhotos: { low: 0.05, median: 0.2 }, nearer, drawings: 64 },
  ...more,
});

test.each([
  [0.01, 'nearer to this photo than 95 in 100 photos'],
  [0.1, 'about as near'],
  [0.22, 'a little further from this photo than'],
  [0.5, '2.5 times as far from this photo as'],
  [4, '20 times as far'],
])('a drawing %f away', (distance, words) => {
  expect(nearnessSentence(found(distance))).toContain(words);
});

test('few photos say nothing of what is near', () => {
  expect(nearnessSentence(found(0.1, 0, { betweenPhotos: null }))).toBeNull();
  expect(copiedSentence(found(0.1, 0, { betweenPhotos: null }))).toBeNull();
  expect(nearnessSentence(found(0.1, 0, { photos: [] }))).toBeNull();
});

test('it has copied only where more drawings are near than chance would have', () => {
  expect(copiedSentence(found(1, 0))).toBe(
    'None of the 64 drawings are nearer to a photo than photos usually are to each other: ' +
      'nothing suggests that it has copied your photos.',
  );
  expect(copiedSentence(found(1, 1))).toContain('1 of the 64 drawings is nearer');
  // Of 64 throws of a coin 41 or more are heads 16 times in 1,000, 42 or more 8 times.
  expect(copiedSentence(found(1, 41))).toContain('nothing suggests');
  expect(copiedSentence(found(1, 42))).toContain('copied in part');
  expect(copiedSentence(found(1, 64))).toContain('copied in part');
});
