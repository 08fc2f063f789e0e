import { expect, test } from 'vitest';
import { receiptOf, type Measured } from '../../../src/engine/measuring/receipt.ts';
import { summarise } from '../../../src/main/cli/run-summary.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import type { Receipt, RunSummary } from '../../../src/shared/training.ts';
import type { MeasuredOn } from '../../../src/shared/measured-on.ts';
import type { RunId } from '../../../src/shared/types.ts';

const facts = { classes: 2, active: 'ssgan', ssganBegan: true } as const;

/** A run whose SSGAN and whose labels-only network were right on so many of the same ten photos. */
function measured(ssgan: number, labelsOnly: number): Receipt {
  const truth = Array<number>(10).fill(0);
  const right = (n: number) => Float32Array.from(truth.flatMap((_, i) => (i < n ? [0.9, 0.1] : [0.1, 0.9])));
  const said = { ssgan: right(ssgan), 'labels-only': right(labelsOnly) };
  const all: Measured = { by: 'held-out', positions: Int32Array.from(truth.keys()), truth, said };
  return receiptOf({ ...facts, measured: all, labelled: 50 });
}

function lines(receipt: Receipt, measuredOn: MeasuredOn = { hand: 10 }): string[] {
  const run: RunSummary = {
    ...{ id: 3 as RunId, startedAt: '2026-01-01T00:00:00Z', status: 'finished', error: null, notices: [] },
    ...{ note: '', pinned: false, repeats: null },
    ...{ options: defaultOptions('quick'), backbone: null, startedFrom: null, steps: 900, seconds: 60 },
    ...{ labelled: 50, photos: 400, device: null, receipt, usable: true, measuredOn },
  };
  return summarise(run);
}

test('says what the unlabelled photos added, or what they cost', () => {
  expect(lines(measured(9, 6)).join()).toMatch(/The unlabelled photos added 30\.0 points \([+-][\d.]+ to \+[\d.]+\)\./);
  expect(lines(measured(6, 8)).join()).toMatch(/The unlabelled photos cost 20\.0 points \(-[\d.]+ to [+-][\d.]+\)\./);
});

test('names the head in use, and why another one that is ahead is not', () => {
  expect(lines(measured(9, 6)).at(-1)).toBe('In use: SSGAN, its confidences uncalibrated.');
  expect(lines(measured(6, 8)).slice(-2)).toEqual([
    'In use: SSGAN, its confidences uncalibrated.',
    'The network trained on the labels alone was ahead by 2 of 10 photos, too small a lead to be chosen over the SSGAN.',
  ]);
});

test('says why there is no number', () => {
  const said = lines(receiptOf({ ...facts, measured: null, labelled: 12 }));
  expect(said.at(-1)).toMatch(/from 40 labels on it can be measured/);
  expect(said.join()).not.toMatch(/accuracy,|points/);
});

test('an interval never leaves out the share that it is about', () => {
  expect(lines(measured(10, 0)).join('\n')).toContain('SSGAN: 100.0 % (72.2 % to 100.0 %, 10 photos)');
  expect(lines(measured(10, 0)).join('\n')).toContain('labels alone: 0.0 % (0.0 % to 27.8 %, 10 photos)');
});

test('confidences are called checked only when there were mistakes enough to check them', () => {
  const receipt = measured(9, 6); // One mistake.
  expect(receipt.temperature).toBeNull();
  const inUse = (temperature: number | null) => lines({ ...receipt, temperature }).at(-1);
  expect(inUse(null)).toMatch(/uncalibrated\.$/);
  expect(inUse(1)).toMatch(/checked and left as they are\.$/);
  expect(inUse(1.42)).toMatch(/calibrated \(temperature 1\.4\)\.$/);
});

test('says which of the photos that measured it the model had picked, and nothing when it had picked none', () => {
  const said = /on photos you labelled, not on the whole library: of these 10, 3 were picked in review/;
  expect(lines(measured(9, 6), { hand: 6, review: 3, suggested: 1 }).join()).toMatch(said);
  expect(lines(measured(9, 6), { hand: 6, import: 4 }).join()).not.toContain('library');
});
