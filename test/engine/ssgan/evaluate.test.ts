import { describe, expect, test } from 'vitest';
import { accuracyOf, checkLabels, splitLabels, warnOfLopsided, wilson } from '../../../src/engine/ssgan/evaluate.ts';

describe("Wilson's interval", () => {
  test('has the values of the published tables', () => {
    const eight = wilson(8, 10);
    expect(eight.low).toBeCloseTo(0.4902, 3);
    expect(eight.high).toBeCloseTo(0.9433, 3);
  });

  test('stays inside 0 to 1 when all or none are right', () => {
    expect(wilson(5, 5)).toMatchObject({ accuracy: 1, high: 1 });
    expect(wilson(5, 5).low).toBeCloseTo(0.5655, 3);
    expect(wilson(0, 5).low).toBe(0);
  });
});

test('accuracy counts the rows whose likeliest class is the true one', () => {
  const probabilities = Float32Array.of(0.7, 0.3, 0.2, 0.8, 0.6, 0.4);
  expect(accuracyOf(probabilities, [0, 1, 1], 2)).toMatchObject({ accuracy: 2 / 3, n: 3 });
});

describe('holding out labels', () => {
  const labels = (...counts: number[]) =>
    Int32Array.from([...counts.flatMap((count, k) => Array<number>(count).fill(k)), -1, -1]);

  test('takes a fifth of each class when there are 40 or more', () => {
    const all = labels(30, 20);
    const { training, heldOut } = splitLabels(all, 2, 1);
    expect(Array.from(heldOut, (i) => all[i]).sort()).toEqual([...Array(6).fill(0), ...Array(4).fill(1)]);
    for (const i of heldOut) expect(training[i]).toBe(-1);
    expect(training.filter((label) => label >= 0)).toHaveLength(40);
  });

  test('takes none below 40, and never leaves a class with fewer than 2', () => {
    expect(splitLabels(labels(20, 19), 2, 1).heldOut).toHaveLength(0);
    const { heldOut } = splitLabels(labels(50, 2), 2, 1);
    expect(Array.from(heldOut).every((i) => i < 50)).toBe(true);
  });

  test('is the same for the same seed and another for another', () => {
    const held = (seed: number) => Array.from(splitLabels(labels(100, 100), 2, seed).heldOut);
    expect(held(1)).toEqual(held(1));
    expect(held(1)).not.toEqual(held(2));
  });
});

test('one class, or one label in a class, is refused with what to do', () => {
  expect(() => checkLabels(Int32Array.of(0, 0, 0), 1)).toThrow('nothing to tell apart');
  expect(() => checkLabels(Int32Array.of(0, 0, 1), 2)).toThrow('only 1 labelled photo');
  expect(() => checkLabels(Int32Array.of(0, 0, 1, 1, -1), 2)).not.toThrow();
});

test('labels of which nearly all are one class are warned of, with the numbers', () => {
  const labels = (most: number) => Int32Array.from({ length: 50 }, (_, i) => (i < most ? 1 : 0));
  expect(warnOfLopsided(labels(46), 2)).toContain('46 of 50 labels are of one class');
  expect(warnOfLopsided(labels(40), 2)).toBeNull();
});
