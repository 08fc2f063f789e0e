// @vitest-environment node

import { describe, expect, it } from 'vitest';
import { difference, receiptSentence, winner } from '../../../src/renderer/views/train/verdict.ts';
import type { Accuracy } from '../../../src/shared/types.ts';

/** Wilson score interval at 95 %, written out again here so that the sentences are tested on true intervals. */
function wilson(right: number, n: number): Accuracy {
  const z = 1.959964;
  const p = right / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { accuracy: p, low: centre - half, high: centre + half, n };
}

describe('the receipt in words', () => {
  it('says "too close to call" when the difference could be nothing', () => {
    const receipt = { labelsOnly: wilson(15, 20), ssgan: wilson(17, 20), note: null };
    expect(winner(receipt)).toBe('open');
    expect(receiptSentence(receipt)).toBe(
      'On 20 labelled photos kept out of training: SSGAN 85% (64–95), labels only 75% (53–89): too close to call.',
    );
  });

  it('says by how much the unlabelled photos helped when the interval leaves no doubt', () => {
    const receipt = { labelsOnly: wilson(60, 100), ssgan: wilson(90, 100), note: null };
    expect(winner(receipt)).toBe('ssgan');
    expect(receiptSentence(receipt)).toContain('the unlabelled photos helped, by 30 points.');
  });

  it('admits when the labels alone did better', () => {
    const receipt = { labelsOnly: wilson(90, 100), ssgan: wilson(60, 100), note: null };
    expect(receiptSentence(receipt)).toContain('the labels alone did better, by 30 points.');
  });

  it('gives the note when nothing could be held out', () => {
    const note = 'Too few labels to keep any out of training.';
    expect(receiptSentence({ labelsOnly: null, ssgan: null, note })).toBe(note);
  });

  it('speaks of one network when only one was measured', () => {
    expect(receiptSentence({ labelsOnly: null, ssgan: wilson(1, 1), note: null })).toBe(
      'On 1 labelled photo kept out of training: SSGAN 100% (21–100).',
    );
  });

  it('reproduces the published example of the interval of a difference (Newcombe 1998: 56/70 and 48/80)', () => {
    const { points, low, high } = difference(wilson(56, 70), wilson(48, 80));
    expect(points).toBeCloseTo(0.2, 6);
    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
  });
});
