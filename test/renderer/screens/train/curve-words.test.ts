import { expect, test } from 'vitest';
import { promise, standing } from '../../../../src/renderer/screens/train/curve-words.ts';
import type { Difference } from '../../../../src/shared/training.ts';

const curve = (gain: Difference) => ({
  status: 'measured' as const,
  labelled: 40,
  draws: 10,
  points: [],
  forecasts: [
    { labels: 40, accuracy: 0.9, low: 0.8, high: 0.96, gain: { difference: 0, low: 0, high: 0 } },
    { labels: 60, accuracy: 0.9 + gain.difference, low: 0.8, high: 0.97, gain },
    { labels: 80, accuracy: 0.93, low: 0.81, high: 0.98, gain },
  ],
});

test('says what more labels bring, that they hardly help, or that it can’t be told', () => {
  expect(promise(curve({ difference: 0.01, low: -0.005, high: 0.03 }))).toBe(
    '20 more labels would get about 1 more photo in 100 right (0 to 3).',
  );
  expect(promise(curve({ difference: 0.012, low: 0.002, high: 0.03 }))).toBe(
    '20 more labels would get about 1.2 more photos in 100 right (0.2 to 3).',
  );
  expect(promise(curve({ difference: 0.001, low: -0.01, high: 0.008 }))).toMatch(/^More labels would hardly help: /);
  expect(promise(curve({ difference: 0.04, low: 0, high: 0.15 }))).toMatch(/^There are too few labels to say: /);
});

test('says what the labels bring by now, and twice as many', () => {
  expect(standing(curve({ difference: 0, low: 0, high: 0 }))).toBe(
    'With your 40 labels a quick learner gets about 90 in 100 right (80–96), with 80 about 93 in 100 right (81–98).',
  );
});
