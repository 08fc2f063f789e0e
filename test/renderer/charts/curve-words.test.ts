// @vitest-environment node

// What is said of curves: of made-up ones, one for each sentence, and of recorded ones. The recordings are runs of
// bench:curves from pixels: digits (2.5 minutes, 100 labels of 10,000), the sample library (2.5 and 6 minutes, 40
// labels of 160), and digits whose generator learns next to nothing of what photos look like.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracySentence, confusion, gameOf, lossSentence } from '../../../src/renderer/charts/curve-words.ts';
import { realFakeWeights } from '../../../src/shared/objective.ts';
import type { TrainingMetrics } from '../../../src/shared/training.ts';

const WEIGHT = realFakeWeights.quick;
const CHANCE = (WEIGHT / 2) * Math.LN2;
const watching = { weight: WEIGHT, budgetSeconds: 180, live: true };

const point = (seconds: number, more: Partial<TrainingMetrics> = {}): TrainingMetrics => ({
  ...{ stage: 'ssgan', step: seconds, seconds, classifierLoss: 0.1, unlabelledLoss: CHANCE, generatedLoss: CHANCE },
  ...{ generatorLoss: 1, heldOutAccuracy: null, ...more },
});

/** A stage from second 20 to 180 whose two terms are this share of what a guess costs. */
const game = (share: number, until = 180) =>
  Array.from({ length: until - 20 }, (_, i) =>
    point(20 + i, { unlabelledLoss: share * CHANCE, generatedLoss: share * CHANCE }),
  );

type Row = [number, number, number, number, number, number, number | null];
function recorded(name: string): TrainingMetrics[] {
  const file = new URL(`recorded/${name}.json`, import.meta.url);
  const rows: Row[] = JSON.parse(readFileSync(file, 'utf8'));
  return rows.map(([step, seconds, classifierLoss, unlabelledLoss, generatedLoss, generatorLoss, heldOutAccuracy]) => ({
    ...{ stage: 'ssgan', step, seconds, classifierLoss, unlabelledLoss, generatedLoss, generatorLoss, heldOutAccuracy },
  }));
}

describe('the losses', () => {
  test('a guess costs 1, and a classifier that is never wrong 0', () => {
    expect(confusion(game(1), WEIGHT)).toBeCloseTo(1, 10);
    expect(confusion(game(0), WEIGHT)).toBe(0);
    expect(confusion([point(1, { unlabelledLoss: null })], WEIGHT)).toBeNull();
  });

  test.each([
    [1.3, 'generator', 'The generator is ahead'],
    [0.7, 'balance', 'in balance'],
    [0.25, 'classifier', 'The classifier is ahead: normal'],
    [0.03, 'classifier-always', 'The classifier always wins'],
  ] as const)('a share of %f is %s', (share, is, words) => {
    expect(gameOf(game(share), watching)).toBe(is);
    expect(lossSentence(game(share), watching)).toContain(words);
    const past = lossSentence(game(share), { ...watching, live: false });
    expect(past).toMatch(/\b(was|were|won)\b/);
  });

  test('nothing is judged before the terms have grown to their weight', () => {
    expect(gameOf(game(0.01, 43), watching)).toBe('too-early');
    expect(lossSentence(game(0.01, 43), watching)).toContain('early');
    expect(lossSentence(game(0.01, 43), { ...watching, live: false })).toBeNull();
    expect(gameOf([], watching)).toBe('too-early');
  });

  test('only the newest quarter counts', () => {
    const turned = [...game(0.02).slice(0, 120), ...game(0.8).slice(120)];
    expect(gameOf(turned, watching)).toBe('balance');
  });

  test.each([
    ['digits', 'balance'],
    ['sample', 'balance'],
    ['sample-by-heart', 'balance'],
  ] as const)('the recorded run %s is %s at its end', (name, is) => {
    const points = recorded(name);
    expect(gameOf(points, { ...watching, budgetSeconds: points.at(-1)!.seconds })).toBe(is);
  });

  test('no recorded run with a generator that learns is ever told that its classifier always wins', () => {
    for (const name of ['digits', 'sample', 'sample-by-heart']) {
      const points = recorded(name);
      const budgetSeconds = points.at(-1)!.seconds;
      const said = points.map((_, i) => gameOf(points.slice(0, i + 1), { ...watching, budgetSeconds }));
      expect(said).not.toContain('classifier-always');
      expect(said).toContain('balance');
    }
  });

  test('a generator that is hardly steered falls behind, and is said to while it learns', () => {
    const points = recorded('digits-hardly-steered');
    const seen = { weight: 1, budgetSeconds: points.at(-1)!.seconds, live: true };
    expect(points.map((_, i) => gameOf(points.slice(0, i + 1), seen))).toContain('classifier');
  });
});

describe('the held-out accuracy', () => {
  const measured = (accuracyAt: (i: number) => number, count = 60) =>
    Array.from({ length: count }, (_, i) => point(20 + 2 * i, { heldOutAccuracy: accuracyAt(i) }));
  const sentence = (points: TrainingMetrics[], live = true) => accuracySentence(points, { live });

  test('that rises all the time is still learning, and would have gone on', () => {
    const rising = measured((i) => 0.5 + 0.006 * i);
    expect(sentence(rising)).toBe('It is still learning.');
    expect(sentence(rising, false)).toContain('still rising at the end');
  });

  test('that stands still is said to, with the time since', () => {
    const still = measured((i) => (i < 15 ? 0.5 + 0.02 * i : 0.8));
    expect(sentence(still)).toBe('It has not risen for 80 seconds: more time may not help.');
    expect(sentence(still, false)).toContain('before the end');
    const long = still.map((one) => ({ ...one, seconds: 4 * one.seconds }));
    expect(sentence(long)).toContain('for 5 minutes');
  });

  test('that jumps about a level does not count as rising for ever', () => {
    const jumping = measured((i) => (i % 2 ? 0.82 : 0.78));
    expect(sentence(jumping)).toContain('has not risen');
  });

  test('is not judged by a few measurements', () => {
    expect(sentence(measured(() => 0.8, 9))).toBeNull();
    expect(sentence([])).toBeNull();
  });

  test('sentences never fail and never carry NaN, whatever the curves', () => {
    const any = fc.array(
      fc.record({
        seconds: fc.float({ min: 0, max: 4000, noNaN: true }),
        loss: fc.option(fc.float({ min: 0, max: 20, noNaN: true })),
        accuracy: fc.option(fc.float({ min: 0, max: 1, noNaN: true })),
      }),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(any, fc.boolean(), (rows, live) => {
        const points = rows
          .sort((a, b) => a.seconds - b.seconds)
          .map(({ seconds, loss, accuracy }) =>
            point(seconds, { unlabelledLoss: loss, generatedLoss: loss, heldOutAccuracy: accuracy }),
          );
        for (const said of [lossSentence(points, { ...watching, live }), accuracySentence(points, { live })]) {
          expect(said ?? '').not.toMatch(/NaN|undefined|Infinity/);
        }
      }),
    );
  });
});
