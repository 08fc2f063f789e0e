import { describe, expect, test } from 'vitest';
import { expectedCalibrationError, fitTemperature } from '../../../src/engine/measuring/calibrate.ts';
import { atTemperature } from '../../../src/shared/statistics.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';
import { receiptOf, type Measured } from '../../../src/engine/measuring/receipt.ts';

/** Photos of three classes whose true probabilities are softmax(l); what is said is softmax(sharper · l). */
function said(n: number, sharper: number): { probabilities: Float32Array; truth: number[] } {
  const random = randomStream(5);
  const logits = new Float32Array(3 * n);
  fillNormal(logits, random, 1.5);
  const probabilities = new Float32Array(3 * n);
  const truth = [];
  for (let i = 0; i < n; i++) {
    const row = Array.from(logits.subarray(3 * i, 3 * i + 3));
    const softmax = (scale: number) => {
      const e = row.map((l) => Math.exp(scale * l));
      return e.map((value) => value / e.reduce((sum, x) => sum + x, 0));
    };
    const [a = 0, b = 0] = softmax(1);
    const dice = random();
    truth.push(dice < a ? 0 : dice < a + b ? 1 : 2);
    probabilities.set(softmax(sharper), 3 * i);
  }
  return { probabilities, truth };
}

describe('temperature', () => {
  test('finds by how much a head is too sure, and mends it', () => {
    const { probabilities, truth } = said(4000, 3);
    const temperature = fitTemperature(probabilities, truth, 3);
    expect(temperature).toBeGreaterThan(2.7);
    expect(temperature).toBeLessThan(3.3);
    expect(expectedCalibrationError(probabilities, truth, 3)).toBeGreaterThan(0.15);
    expect(expectedCalibrationError(atTemperature(probabilities, 3, temperature), truth, 3)).toBeLessThan(0.02);
  });

  test('is never below 1, and none at all as long as there are fewer than five mistakes', () => {
    const timid = said(2000, 0.4);
    expect(fitTemperature(timid.probabilities, timid.truth, 3)).toBe(1);
    const few = Float32Array.from({ length: 40 }, (_, i) => (i % 2 ? 0.001 : 0.999));
    const truth = Array.from({ length: 20 }, (_, i) => (i < 4 ? 1 : 0));
    expect(fitTemperature(few, truth, 2)).toBeNull();
    expect(fitTemperature(few, [1, ...truth.slice(0, 4), ...truth.slice(5)], 2)).toBeGreaterThan(1.5);
  });
});

test('the calibration error is the gap between confidence and accuracy, weighted by bin', () => {
  // Two photos at 0.9, one right: a gap of 0.4. Two at 0.6, both right: again 0.4.
  const probabilities = Float32Array.of(0.9, 0.1, 0.9, 0.1, 0.6, 0.4, 0.6, 0.4);
  expect(expectedCalibrationError(probabilities, [0, 1, 0, 0], 2)).toBeCloseTo(0.4, 6);
});

describe('the receipt', () => {
  const truth = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
  const positions = Int32Array.from(truth.keys());
  const sure = (answers: number[]) => Float32Array.from(answers.flatMap((k) => (k ? [0.1, 0.9] : [0.9, 0.1])));
  const measured: Measured = {
    by: 'held-out',
    positions,
    truth,
    said: { ssgan: sure(truth), 'labels-only': sure([0, 1, 0, 1, 0, 1, 0, 0, 1, 0]) },
  };
  const facts = { measured, classes: 2, labelled: 50, active: 'ssgan', ssganBegan: true } as const;

  test('counts every head on the same photos and says what the unlabelled ones added', () => {
    const receipt = receiptOf(facts);
    expect(receipt).toMatchObject({
      measuredBy: 'held-out',
      active: 'ssgan',
      temperature: null, // It made no mistake, which tells nothing of how sure to be.
      note: null,
      logistic: null,
      propagation: null,
    });
    expect(receipt.ssgan).toMatchObject({ accuracy: 1, n: 10 });
    expect(receipt.labelsOnly).toMatchObject({ accuracy: 0.7, n: 10 });
    expect(receipt.gain?.difference).toBeCloseTo(0.3, 10);
    expect(receipt.gain!.low).toBeLessThan(0.3);
  });

  test('says so when a head is ahead by too little to be the one in use', () => {
    const better = sure(truth);
    const worse = sure([0, 1, 0, 1, 0, 1, 0, 0, 1, 1]);
    const note = (active: 'ssgan' | 'labels-only', ssgan: Float32Array, labelsOnly: Float32Array) =>
      receiptOf({ ...facts, active, measured: { ...measured, said: { ssgan, 'labels-only': labelsOnly } } }).note;
    expect(note('ssgan', worse, better)).toBe(
      'The network trained on the labels alone was ahead by 2 of 10 photos, too small a lead to be chosen over the SSGAN.',
    );
    expect(note('labels-only', worse, better)).toBeNull();
    expect(note('ssgan', worse, worse)).toBeNull();
  });

  test('without measured photos has no number, and says how many labels are missing', () => {
    const receipt = receiptOf({ ...facts, measured: null, labelled: 12 });
    expect(receipt).toMatchObject({ ssgan: null, labelsOnly: null, gain: null, measuredBy: null, temperature: null });
    expect(receipt.note).toMatch(/fewer than 40 labels.*from pixels.*from 40 labels on it can be measured/);
  });

  test('by cross-validation has a number for each head that learned from parts of the labels, and says so', () => {
    const said = { logistic: sure(truth), propagation: sure(truth), ssgan: sure(truth) };
    const crossed: Measured = { by: 'cross-validation', positions, truth, said };
    const receipt = receiptOf({ ...facts, measured: crossed, labelled: 10 });
    expect(receipt).toMatchObject({ measuredBy: 'cross-validation', labelsOnly: null, gain: null });
    for (const head of ['ssgan', 'logistic', 'propagation'] as const) expect(receipt[head]?.n).toBe(10);
    expect(receipt.note).toMatch(/on each part of the labels in turn.*fewer steps/);
    const unfinished = { logistic: said.logistic, propagation: said.propagation };
    const late = receiptOf({ ...facts, measured: { ...crossed, said: unfinished }, labelled: 10 });
    expect(late.ssgan).toBeNull();
    expect(late.note).toMatch(/for the SSGAN there was no time left/);
  });

  test('has no temperature below 20 labels, nor for a head that was not measured', () => {
    const halfWrong = sure(truth.map((label, i) => (i < 5 ? 1 - label : label)));
    const crossed: Measured = { by: 'cross-validation', positions, truth, said: { logistic: halfWrong } };
    const temperature = (labelled: number, active: 'ssgan' | 'logistic') =>
      receiptOf({ ...facts, measured: crossed, labelled, active }).temperature;
    expect(temperature(19, 'logistic')).toBeNull();
    expect(temperature(20, 'ssgan')).toBeNull();
    expect(temperature(20, 'logistic')).toBeGreaterThan(1);
  });
});
