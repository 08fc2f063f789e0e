import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankPredictions } from '../../../src/main/predictions/suspicion.ts';
import type { RankInput } from '../../../src/main/predictions/suspicion.ts';
import type { Accuracy } from '../../../src/shared/training.ts';

const flat = (rows: number[][]) => new Float32Array(rows.flat());

/** What the active network leaves open. */
const ownDoubts = (rows: number[][]) => Float32Array.from(rows, (row) => 1 - Math.max(...row));

/** Ranks rows of the active network beside rows of the other, if any; doubts are the active one's unless given. */
const rank = (rows: number[][], others: number[][] | null = null, more: Partial<RankInput> = {}) => [
  ...rankPredictions({
    probabilities: flat(rows),
    otherProbabilities: others && flat(others),
    doubts: ownDoubts(rows),
    classCount: rows[0]!.length,
    ...more,
  }),
];

/** Enough sure photos of both classes that none is rare. */
const crowd = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? [0.99, 0.01] : [0.01, 0.99]));
const rankAmong = (rows: number[][], others: number[][] | null = null) =>
  rank([...rows, ...crowd], others && [...others, ...crowd]).slice(0, rows.length);

const accuracy = (share: number, n: number): Accuracy => ({ accuracy: share, low: 0, high: 1, n });

test('a sure prediction on which both networks agree is not suspicious; a coin flip is, about one in two', () => {
  const [sure, flip] = rankAmong(
    [
      [0.98, 0.02],
      [0.52, 0.48],
    ],
    [
      [0.97, 0.03],
      [0.5, 0.5],
    ],
  );
  expect(sure).toMatchObject({ predicted: 0, runnerUp: 1, other: 0, reasonCode: 'confident' });
  expect(sure!.suspicion).toBeLessThan(0.06);
  expect(flip).toMatchObject({ predicted: 0, runnerUp: 1, reasonCode: 'low-margin' });
  expect(flip!.suspicion).toBeCloseTo(0.5, 1);
  expect(flip!.margin).toBeCloseTo(0.04);
});

test('what the other network contradicts says so, and what is doubted more comes first', () => {
  const rows = [
    [0.99, 0.01],
    [0.99, 0.01],
    [0.7, 0.3],
  ];
  const others = [
    [0.05, 0.95],
    [0.9, 0.1],
    [1, 0],
  ];
  const [contradicted, agreed, calmed] = rank(rows, others, { doubts: Float32Array.of(0.02, 0.001, 0.01) });
  expect(contradicted).toMatchObject({ predicted: 0, other: 1, reasonCode: 'models-disagree' });
  expect(agreed).toMatchObject({ other: 0, reasonCode: 'confident' });
  expect(contradicted!.suspicion).toBeGreaterThan(calmed!.suspicion);
  expect(calmed!.suspicion).toBeGreaterThan(agreed!.suspicion);
  expect(calmed!.confidence).toBeCloseTo(0.7);
});

test('of many classes, a leader far from certain is uncertain rather than a coin flip', () => {
  const crowdOfFive = Array.from({ length: 100 }, (_, i) =>
    Array.from({ length: 5 }, (_, k) => (k === i % 5 ? 0.96 : 0.01)),
  );
  const [spread] = rank([[0.4, 0.3, 0.1, 0.1, 0.1], ...crowdOfFive]);
  expect(spread).toMatchObject({ predicted: 0, runnerUp: 1, reasonCode: 'uncertain' });
});

test('a boastful network is brought down to what its held-out labels say, without changing who leads', () => {
  const rows = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? [0.995 - i / 1e4, 0.005 + i / 1e4] : [0.01, 0.99]));
  const mean = (list: { suspicion: number }[]) => list.reduce((sum, { suspicion }) => sum + suspicion, 0) / list.length;
  const boast = rank(rows);
  const modest = rank(rows, null, { heldOut: accuracy(0.8, 40) });
  expect(mean(boast)).toBeLessThan(0.03);
  expect(mean(modest)).toBeCloseTo((0.2 * 40 + 1) / 42, 1);
  expect(modest.map(({ predicted, confidence }) => [predicted, confidence])).toEqual(
    boast.map(({ predicted, confidence }) => [predicted, confidence]),
  );
  expect(rank(rows, null, { heldOut: accuracy(1, 0) })).toEqual(boast);
});

test('a network that is modest enough already is left as it is', () => {
  const rows = Array.from({ length: 50 }, () => [0.6, 0.4]);
  expect(rank(rows, null, { heldOut: accuracy(0.9, 30) })).toEqual(rank(rows));
});

test('rows that are no distribution are refused by number, and shapes must fit', () => {
  expect(() =>
    rank([
      [0.5, 0.5],
      [NaN, 1],
    ]),
  ).toThrow('row 1 is not a distribution');
  expect(() => rank([[0.9, 0.9]])).toThrow('row 0 is not a distribution');
  expect(() => rank([[1.5, -0.5]])).toThrow('row 0 is not a distribution');
  expect(() => rank([[1]])).toThrow('classCount');
  expect(() =>
    rank(
      [[0.5, 0.5]],
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
    ),
  ).toThrow('the same photos');
  expect(() => rank([[0.5, 0.5]], null, { doubts: Float32Array.of(0.5, 0.5) })).toThrow('the same photos');
  const nothing = new Float32Array();
  expect([
    ...rankPredictions({ probabilities: nothing, otherProbabilities: null, doubts: nothing, classCount: 2 }),
  ]).toEqual([]);
});

const rowOfThree = fc
  .tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.double({ min: 0.01, max: 1, noNaN: true }))
  .map(([a, b]) => [1, a, b].map((x) => x / (1 + a + b)));

test('the more doubted is the more suspicious, whatever the temperature and the other network say', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(rowOfThree, rowOfThree, rowOfThree, share, (a, b, other, right) => {
      const [one, two] = rank([a, b], [other, other.toReversed()], { heldOut: accuracy(right, 40) });
      for (const { suspicion } of [one!, two!]) expect(suspicion >= 0 && suspicion <= 1).toBe(true);
      const lead = one!.confidence - two!.confidence;
      if (Math.abs(lead) > 1e-6) expect(Math.sign(two!.suspicion - one!.suspicion)).toBe(Math.sign(lead));
    }),
  );
});

test('100,000 photos are judged a few at a time, each in its turn', () => {
  const probabilities = new Float32Array(200_000).map((_, i) => (i % 2 === 0 ? 0.75 : 0.25));
  const startedAt = process.cpuUsage();
  const judging = rankPredictions({
    probabilities,
    otherProbabilities: probabilities,
    doubts: new Float32Array(100_000).fill(0.25),
    classCount: 2,
    heldOut: accuracy(0.6, 50),
  });
  judging.next();
  expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(150);
});
