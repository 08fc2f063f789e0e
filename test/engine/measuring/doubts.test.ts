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
  const trust = trustIn(receipt({ ssgan: wilson(38, 40), propagation: wilson(39, 40), logistic: wilson(34, 40) }));
  // Errors by Laplace's rule: 3, 2 and 7 in 42.
  expect(trust).toEqual({ propagation: 1, logistic: expect.closeTo((3 / 7) ** 4) });
  expect(trustIn(receipt({ propagation: wilson(39, 40) }))).toEqual({});
  expect(trustIn(receipt({ ssgan: wilson(38, 40) }))).toEqual({});
});

test('alone the active head is doubted as much as it leaves open', () => {
  const said = Float32Array.of(0.9, 0.1, 0.3, 0.7);
  expect([...doubtsOf(said, {}, {}, 2)]).toEqual([expect.closeTo(0.1), expect.closeTo(0.3)]);
  expect([...doubtsOf(said, { logistic: said }, {}, 2)]).toEqual([expect.closeTo(0.1), expect.closeTo(0.3)]);
});

test('a trusted head that is as sure calms the doubt by its odds, one that contradicts leaves it as it stands', () => {
  const active = Float32Array.of(0.9, 0.1, 0.9, 0.1);
  const [agreed, contradicted] = doubtsOf(active, { logistic: Float32Array.of(0.8, 0.2, 0.2, 0.8) }, { logistic: 1 }, 2);
  // Odds of 1 : 9 times 1 : 4.
  expect(agreed).toBeCloseTo(1 / 37);
  expect(contradicted).toBeCloseTo(0.1);
  const [half] = doubtsOf(active, { logistic: Float32Array.of(0.8, 0.2, 0.2, 0.8) }, { logistic: 0.5 }, 2);
  expect(half).toBeCloseTo(1 / 19);
});

const row = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([a, b]) => [1, a, b].map((x) => x / (1 + a + b)));

test('no head makes a photo more doubtful than the active one has it, and every doubt is between 0 and 1', () => {
  fc.assert(
    fc.property(row, row, fc.double({ min: 0, max: 1, noNaN: true }), (active, other, weight) => {
      const said = { propagation: Float32Array.from(other.toReversed()) };
      const [doubt] = doubtsOf(Float32Array.from(active), said, { propagation: weight }, 3);
      expect(doubt! > 0 && doubt! < 1).toBe(true);
      expect(doubt!).toBeLessThanOrEqual(Math.max(1e-4, 1 - Math.max(...active)) + 1e-6);
    }),
  );
});

test('what a head says beyond one in ten thousand counts as no more than that', () => {
  const [boast, sure] = doubtsOf(Float32Array.of(1, 0, 0.9999, 0.0001), {}, {}, 2);
  expect(boast).toBeCloseTo(sure!, 6);
});
