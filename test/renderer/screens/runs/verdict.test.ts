// @vitest-environment node

import { describe, expect, it } from 'vitest';
import {
  confidenceSentence,
  gainSentence,
  measuredSentence,
  receiptRows,
  verdict,
  withInterval,
} from '../../../../src/renderer/screens/runs/verdict.ts';
import { wilson } from '../../../../src/shared/statistics.ts';
import { receiptOf } from '../../fake-learning.ts';

const gained = (difference: number, low: number, high: number) => receiptOf({ gain: { difference, low, high } });

describe('what the unlabelled photos added', () => {
  it('gives the points with their range when the interval leaves no doubt', () => {
    const receipt = gained(0.065, 0.01, 0.12);
    expect(verdict(receipt)).toBe('helped');
    expect(gainSentence(receipt)).toBe('Unlabelled photos added +6.5 points (+1.0 to +12.0).');
  });

  it('says that it may be chance when the interval reaches past zero', () => {
    const receipt = gained(0.1, -0.08, 0.28);
    expect(verdict(receipt)).toBe('open');
    expect(gainSentence(receipt)).toBe(
      'Unlabelled photos added +10.0 points (−8.0 to +28.0). The range reaches past zero, so this may be chance.',
    );
  });

  it('admits as plainly when the labels alone did better', () => {
    const receipt = gained(-0.03, -0.05, -0.01);
    expect(verdict(receipt)).toBe('hurt');
    expect(gainSentence(receipt)).toBe('Unlabelled photos cost 3.0 points (−5.0 to −1.0).');
  });

  it('has a sentence for no difference and none for nothing to compare', () => {
    expect(gainSentence(gained(0, -0.04, 0.04))).toBe(
      'Unlabelled photos made no difference here: 0.0 points (−4.0 to +4.0).',
    );
    expect(gainSentence(receiptOf({ gain: null }))).toBeNull();
  });
});

describe('what it rests on', () => {
  it('lists every head that was measured, and which one was chosen', () => {
    const receipt = receiptOf({ labelsOnly: null, logistic: wilson(23, 24), active: 'logistic' });
    expect(receiptRows(receipt).map(({ head, chosen }) => [head, chosen])).toEqual([
      ['ssgan', false],
      ['logistic', true],
    ]);
  });

  it('names the labels that were held out, or the cross-validation', () => {
    expect(measuredSentence(receiptOf({ ssgan: wilson(1, 1), labelsOnly: null }))).toBe(
      'Measured on 1 labelled photo held out of training.',
    );
    expect(measuredSentence(receiptOf({ measuredBy: 'cross-validation', ssgan: wilson(22, 24) }))).toBe(
      'Measured on each of your 24 labels in turn (cross-validation).',
    );
    expect(measuredSentence(receiptOf({ ssgan: null, labelsOnly: null, measuredBy: null }))).toBeNull();
  });

  it('says whether confidences mean what they say, and how many labels that takes', () => {
    expect(confidenceSentence(receiptOf({ temperature: 1.42 }), 40)).toBe(
      'Confidences are calibrated (temperature 1.4).',
    );
    expect(confidenceSentence(receiptOf({ temperature: 1 }), 40)).toBe(
      'Confidences were checked and left as they are (temperature 1.0).',
    );
    expect(confidenceSentence(receiptOf(), 12)).toBe('Confidences are uncalibrated: checking them takes 20 labels.');
    expect(confidenceSentence(receiptOf({ ssgan: null }), 12)).toBe(
      'Confidences are uncalibrated: checking them takes 40 labels.',
    );
    expect(confidenceSentence(receiptOf({ ssgan: null, labelsOnly: null }), 44)).toBe('Confidences are uncalibrated.');
  });

  it('does not call confidences checked where too few mistakes were made to check them', () => {
    const flawless = receiptOf({ ssgan: wilson(8, 8), temperature: null });
    expect(confidenceSentence(flawless, 44)).toMatch(/uncalibrated: there were too few mistakes/);
  });
});

it('an interval never leaves out the share that it is about', () => {
  expect(withInterval(wilson(20, 20))).toBe('100% (83–100)');
  expect(withInterval(wilson(0, 20))).toBe('0% (0–17)');
  for (let right = 0; right <= 30; right++) {
    const [shown, low, high] = withInterval(wilson(right, 30)).match(/\d+/g)!.map(Number);
    expect(low! <= shown! && shown! <= high!, `${right} of 30`).toBe(true);
  }
});
