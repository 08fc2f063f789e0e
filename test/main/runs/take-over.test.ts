// Which run may take the place of the model in use without a person's word.

import { expect, test } from 'vitest';
import { mayTakeOver } from '../../../src/main/runs/take-over.ts';
import { wilson } from '../../../src/shared/statistics.ts';
import type { RunId } from '../../../src/shared/types.ts';
import type { Accuracy, BackboneInfo, Receipt, RunStatus } from '../../../src/shared/training.ts';

const receipt = (ssgan: Accuracy | null): Receipt => ({
  ssgan,
  labelsOnly: null,
  logistic: null,
  propagation: null,
  measuredBy: ssgan && 'held-out',
  gain: null,
  active: 'ssgan',
  temperature: null,
  note: null,
});
const onBackbone: BackboneInfo = {
  name: 'MobileNet',
  format: 'layers',
  sha256: 'ab'.repeat(32),
  inputRange: 'minus-one-to-one',
  inputPx: 224,
  features: 256,
  bytes: 1000,
  takenFrom: 'pool',
};
const run = (right: Accuracy | null, status: RunStatus = 'finished', backbone: BackboneInfo | null = null) => ({
  status,
  receipt: receipt(right),
  backbone,
  repeats: null as RunId | null,
});

test.each([
  ['the first one', run(null, 'stopped'), null, true],
  ['one that was stopped', run(wilson(20, 20), 'stopped'), run(wilson(10, 20)), false],
  ['one without a number beside one that has one', run(null), run(wilson(18, 20)), false],
  ['one that is clearly worse', run(wilson(24, 40)), run(wilson(38, 40)), false],
  ['one that may be as good', run(wilson(17, 20)), run(wilson(18, 20)), true],
  ['one that is better', run(wilson(38, 40)), run(wilson(24, 40)), true],
  ['one with a number beside one without', run(wilson(12, 20)), run(null), true],
  ['the next of its kind, neither measured', run(null), run(null), true],
  [
    'one from pixels after one on a backbone that has no number',
    run(wilson(24, 40)),
    run(null, 'finished', onBackbone),
    false,
  ],
  ['one that repeats another', { ...run(wilson(38, 40)), repeats: 1 as RunId }, run(wilson(24, 40)), false],
  ['one on a backbone after one from pixels, neither measured', run(null, 'finished', onBackbone), run(null), true],
])('%s', (_, ended, inUse, expected) => {
  expect(mayTakeOver(ended, inUse)).toBe(expected);
});
