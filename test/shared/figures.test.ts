// The figures of a run against values worked out by hand.

import { expect, test } from 'vitest';
import {
  calibrationError,
  calibrationErrorByChance,
  confusionOf,
  figuresByClass,
  reliabilityBins,
  rightPhotos,
  type MeasuredPhotos,
} from '../../src/shared/figures.ts';
import { randomStream } from '../../src/shared/random.ts';
import { wilson } from '../../src/shared/statistics.ts';
import type { ClassId, PhotoId } from '../../src/shared/types.ts';

const [cat, dog, hen, owl] = [1, 2, 3, 4] as [ClassId, ClassId, ClassId, ClassId];

const measured = (pairs: [truth: ClassId, predicted: ClassId, confidence?: number][]): MeasuredPhotos => ({
  photoIds: pairs.map((_, i) => (i + 1) as PhotoId),
  truth: pairs.map(([truth]) => truth),
  predicted: pairs.map(([, predicted]) => predicted),
  confidences: pairs.map(([, , confidence = 1]) => confidence),
  gone: 0,
});

test('of some photos alone the classes stay, and only they are counted', () => {
  const found = measured([
    [cat, cat],
    [cat, dog],
    [dog, dog],
  ]);
  const some = confusionOf(found, [cat, dog, hen], (id) => id === 2);
  expect(some).toEqual({
    classIds: [cat, dog],
    counts: [
      [0, 1],
      [0, 0],
    ],
  });
});

test('rows are what photos are, columns what they are taken for, in the order of the classes', () => {
  const found = measured([
    [cat, cat],
    [cat, cat],
    [cat, dog],
    [dog, dog],
    [hen, dog],
  ]);
  expect(confusionOf(found, [owl, dog, cat, hen])).toEqual({
    classIds: [dog, cat, hen],
    counts: [
      [1, 0, 0],
      [1, 2, 0],
      [1, 0, 0],
    ],
  });
});

test('precision and recall are of what is called a class and of what is one, with Wilson’s intervals', () => {
  // Called dog: 3, of which 1 is. Dogs: 1, found. Cats: 3, of which 2 are found. No photo is called hen.
  const found = measured([
    [cat, cat],
    [cat, cat],
    [cat, dog],
    [dog, dog],
    [hen, dog],
  ]);
  const [cats, dogs, hens] = figuresByClass(confusionOf(found, [cat, dog, hen]));
  expect(cats).toMatchObject({ right: 2, precision: { accuracy: 1, n: 2 }, recall: { accuracy: 2 / 3, n: 3 } });
  expect(dogs).toMatchObject({ right: 1, precision: wilson(1, 3), recall: wilson(1, 1) });
  expect(hens).toEqual({ classId: hen, right: 0, precision: null, recall: wilson(0, 1) });
});

test('a bin holds what is so sure, its lower bound but not its upper one, and the last one holds 1 too', () => {
  const confidences = [0.6, 0.69, 0.7, 0.95, 1];
  const bins = reliabilityBins(confidences, [true, false, true, true, false]);
  expect(bins.map(({ from, to, right }) => [from, to, right.n, right.accuracy])).toEqual([
    [0.6, 0.7, 2, 0.5],
    [0.7, 0.8, 1, 1],
    [0.9, 1, 2, 0.5],
  ]);
  expect(bins[0]!.stated).toBeCloseTo(0.645, 12);
});

test('every confidence lies inside the very bounds of its bin, however it is rounded', () => {
  for (let i = 0; i <= 1000; i++) {
    for (const confidence of [i / 1000, Math.fround(i / 1000)]) {
      const [bin] = reliabilityBins([confidence], [true]);
      expect(confidence >= bin!.from && (confidence < bin!.to || bin!.to === 1), String(confidence)).toBe(true);
    }
  }
});

test('the calibration error is the mean distance of what is stated and what is right', () => {
  // Half sure of four of which three are right: 0.25 apart. 0.9 sure of one that is wrong: 0.9 apart.
  const found = measured([
    [cat, cat, 0.5],
    [cat, cat, 0.5],
    [cat, cat, 0.5],
    [cat, dog, 0.5],
    [dog, cat, 0.9],
  ]);
  const bins = reliabilityBins(found.confidences, rightPhotos(found));
  expect(calibrationError(bins)).toBeCloseTo((4 * 0.25 + 0.9) / 5, 12);
});

test('confidences that are all true come to about the error that chance makes', () => {
  const random = randomStream(7, 1);
  const errors = Array.from({ length: 200 }, () => {
    const confidences = Array.from({ length: 60 }, () => 0.5 + random() / 2);
    const right = confidences.map((p) => random() < p);
    return [calibrationError(reliabilityBins(confidences, right)), calibrationErrorByChance(confidences)] as const;
  });
  const mean = (k: 0 | 1) => errors.reduce((sum, pair) => sum + pair[k], 0) / errors.length;
  expect(mean(1)).toBeGreaterThan(0.03);
  expect(Math.abs(mean(0) - mean(1))).toBeLessThan(0.1 * mean(1));
});
