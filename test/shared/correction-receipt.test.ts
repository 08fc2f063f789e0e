// The receipt's sentences: one line that a person understands, whatever the numbers are.

import { expect, test } from 'vitest';
import {
  changedPhrases,
  checkPhrases,
  inOneLine,
  measuredSentence,
  type CorrectionReceipt,
} from '../../src/shared/correction-receipt.ts';
import { pairedDifference, wilson } from '../../src/shared/statistics.ts';
import type { RunId } from '../../src/shared/types.ts';

const receipt = (change: Partial<CorrectionReceipt>): CorrectionReceipt => ({
  ...{ earlier: 3 as RunId, later: 4 as RunId, fixes: 14, confirmed: 30, added: 0, sameWay: true },
  ...{
    judged: 3900,
    changed: 212,
    checks: { fair: 0, becameRight: 0, becameWrong: 0, learnedFrom: 0 },
    measured: null,
  },
  ...change,
});
const changed = (change: Partial<CorrectionReceipt>) => inOneLine(changedPhrases(receipt(change)));
const checked = (fair: number, becameRight: number, becameWrong: number, learnedFrom = 0) =>
  inOneLine(checkPhrases(receipt({ checks: { fair, becameRight, becameWrong, learnedFrom } })));

test('fixes and confirmations are told apart, and what they changed follows', () => {
  expect(changed({})).toBe('Your 14 fixes and 30 confirmed labels changed 212 of 3,900 photos.');
  expect(changed({ confirmed: 0 })).toBe('Your 14 fixes changed 212 of 3,900 photos.');
  expect(changed({ fixes: 1, confirmed: 1, added: 2, changed: 0, judged: 1 })).toBe(
    'Your 1 fix, 1 confirmed label and 2 labels of new photos changed none of 1 photo.',
  );
  expect(changed({ confirmed: 0, sameWay: false })).toBe(
    'Your 14 fixes, and another way to learn, changed 212 of 3,900 photos.',
  );
});

test('each number opens its photos, and one that is nothing opens none', () => {
  const parts = (change: Partial<CorrectionReceipt>) =>
    [...changedPhrases(receipt(change)), ...checkPhrases(receipt(change))].flatMap(({ part }) => part ?? []);
  expect(parts({})).toEqual(['fixes', 'confirmed', 'changed']);
  const checks = { fair: 12, becameRight: 9, becameWrong: 1, learnedFrom: 0 };
  expect(parts({ added: 1, changed: 0, checks })).toEqual([
    ...['fixes', 'confirmed', 'added'],
    ...['became-right', 'became-wrong'],
  ]);
});

test('random checks say what became right and wrong; those learned from say nothing, and why', () => {
  expect(checked(12, 9, 1)).toBe('Of 12 random checks, 9 became right and 1 wrong.');
  expect(checked(1, 0, 1)).toBe('Of 1 random check, none became right and 1 wrong.');
  expect(checked(12, 0, 0, 3)).toBe('Of 12 random checks none changed between right and wrong.');
  expect(checked(0, 0, 0, 7)).toBe(
    'Whether that is for the better can’t be told yet: it has learned from all 7 random checks. The next ones will tell.',
  );
  expect(checked(0, 0, 0)).toMatch(/^Whether that is for the better can’t be told yet: no photo of a random check/);
});

test('what was measured on the same photos is said with its range, and whether it may be chance', () => {
  expect(measuredSentence(receipt({}))).toBeNull();
  const marks = (right: number) => Array.from({ length: 40 }, (_, i) => i < right);
  const measured = (before: number, after: number) => ({
    before: wilson(before, 40),
    after: wilson(after, 40),
    difference: pairedDifference(marks(after), marks(before)),
  });
  expect(measuredSentence(receipt({ measured: measured(34, 36) }))).toMatch(
    /^On 40 labelled photos, each judged without its label, 34 were right before and 36 are now: the difference may be chance \(−\d+ to \+\d+ points\)\.$/,
  );
  expect(measuredSentence(receipt({ measured: measured(20, 36) }))).toContain('clearly better (+');
  expect(measuredSentence(receipt({ measured: measured(36, 20) }))).toContain('clearly worse (−');
});
