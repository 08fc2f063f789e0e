import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { doubtsOf, trustIn } from '../../../src/engine/measuring/doubts.ts';
import type { Receipt } from '../../../src/shared/training.ts';
import { wilson } from '../../../src/shared/statistics.ts';

const receipt = (change: Partial<Receipt>): Receipt => ({
  labelsOnly: null,
  ssgan: null,
  logistic: null,
  propagation: null,
  measuredBy: 'held-out',
  gain: null,
  active: 'ssgan',
  temperature: null,
  note: null,
  ...change,
});

test('a head as good as the active one is heard in full, a worse one hardly, one that was not measured not at all', () => {
  const measured = { labelsOnly: wilson(40, 40), propagation: wilson(39, 40), logistic: wilson(37, 40) };
  // Errors by Laplace's rule: 3, 2 and 4 in 42. The labels-only network is never heard.
  expect(trustIn(receipt({ ssgan: wilson(38, 40), ...measured }))).toEqual({
    propagation: 1,
    logistic: expect.closeTo((3 / 4) ** 8),
  });
  expect(trustIn(receipt({ propagation: wilson(39, 40) }))).toEqual({});
  expect(trustIn(receipt({ ssgan: wilson(38, 40) }))).toEqual({});
});

test('alone the active head is doubted as much as it leaves open', () => {
  const said = Float32Array.of(0.9, 0.1, 0.3, 0.7);
  expect([...doubtsOf(said, {}, {}, 2)]).toEqual([expect.closeTo(0.1), expect.closeTo(0.3)]);
  expect([...doubtsOf(said, { logistic: said }, {}, 2)]).toEqual([expect.closeTo(0.1), expect.closeTo(0.3)]);
});

test('a trusted head multiplies the odds by its own: it calms where it agrees and alarms where it contradicts', () => {
  const active = Float32Array.of(0.9, 0.1, 0.9, 0.1);
  const beside = { logistic: Float32Array.of(0.8, 0.2, 0.2, 0.8) };
  const [agreed, contradicted] = doubtsOf(active, beside, { logistic: 1 }, 2);
  // Odds of 1 : 9 times 1 : 4, and times 4 : 1.
  expect(agreed).toBeCloseTo(1 / 37);
  expect(contradicted).toBeCloseTo(4 / 13);
  const [half] = doubtsOf(active, beside, { logistic: 0.5 }, 2);
  expect(half).toBeCloseTo(1 / 19);
});

const row = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([a, b]) => [1, a, b].map((x) => x / (1 + a + b)));

test('every doubt lies between 0 and 1, and one that is not heard changes none', () => {
  fc.assert(
    fc.property(row, row, fc.double({ min: 0, max: 1, noNaN: true }), (active, other, weight) => {
      const rows = Float32Array.from(active);
      const said = { propagation: Float32Array.from(other.toReversed()) };
      const [doubt] = doubtsOf(rows, said, { propagation: weight }, 3);
      expect(doubt! > 0 && doubt! < 1).toBe(true);
      expect(doubtsOf(rows, said, { propagation: 0 }, 3)).toEqual(doubtsOf(rows, {}, {}, 3));
    }),
  );
});

test('what a head says beyond one in 100,000 counts as no more than that, beside the active one beyond one in 1,000', () => {
  const [boast, sure] = doubtsOf(Float32Array.of(1, 0, 0.99999, 0.00001), {}, {}, 2);
  expect(boast! / sure!).toBeCloseTo(1, 1);
  const open = Float32Array.of(0.5, 0.5, 0.5, 0.5);
  const [boastful, modest] = doubtsOf(open, { logistic: Float32Array.of(1, 0, 0.999, 0.001) }, { logistic: 1 }, 2);
  expect(boastful! / modest!).toBeCloseTo(1, 3);
});
