import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Alike, FindPilesRequest, Piles, SuggestRequest, Suggestions } from '../../../src/engine/messages.ts';
import { trainerWith } from '../trainer-with.ts';
import { blobs, featureFile } from './blobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-exploring-'));
afterAll(() => rmSync(folder, { recursive: true }));
const trainer = trainerWith(() => {});

const three = blobs(folder, [150, 90, 60]);

async function find(change: Partial<FindPilesRequest> = {}): Promise<Piles> {
  const request = { kind: 'find-piles', features: three.features, among: null, piles: null, seed: 1 } as const;
  return (await trainer.handle({ ...request, ...change })) as Piles;
}

describe('piles', () => {
  test('are as many as there are groups, the largest first, and each is one group', async () => {
    const found = await find();
    expect(found).toMatchObject({ piles: 3, separates: true });
    expect(found.pileOf).toEqual(three.groupOf);
    expect(found.typical.map((typical) => new Set(Array.from(typical, (i) => three.groupOf[i])))).toEqual([
      new Set([0]),
      new Set([1]),
      new Set([2]),
    ]);
    expect(Math.min(...found.certainty)).toBeGreaterThan(0);
    expect(Math.max(...found.certainty)).toBeLessThanOrEqual(1);
  });

  test('are as many as asked for, and the same again for the same seed', async () => {
    const two = await find({ piles: 2 });
    expect(new Set(two.pileOf)).toEqual(new Set([0, 1]));
    expect(await find({ piles: 2 })).toEqual(two);
  });

  test('among some photos name positions in the whole library', async () => {
    const among = Int32Array.from(three.groupOf.keys()).filter((i) => three.groupOf[i] !== 0);
    const found = await find({ among, piles: 2 });
    expect(found.pileOf).toEqual(three.groupOf.filter((group) => group > 0).map((group) => group - 1));
    expect(Array.from(found.typical[1] ?? [], (i) => three.groupOf[i])).toEqual(new Array(24).fill(2));
  });

  test('say that photos of one cloud have no groups', async () => {
    const one = blobs(folder, [300]);
    const found = await find({ features: one.features });
    expect(found.separates).toBe(false);
    expect(Math.max(...found.sureness)).toBeLessThan(0.9);
    expect((await find({ features: one.features, piles: 2 })).separates).toBe(false);
  });

  test('show each kind of photo in a pile once: a burst counts as one', async () => {
    // Ten of the first group are one photo with a little noise: whoever sees one has seen them all.
    const burst = blobs(folder, [100, 40], 0.08, 2);
    const { values, length } = burst;
    for (let i = 1; i < 10; i++) {
      for (let c = 0; c < length; c++) values[i * length + c] = (values[c] ?? 0) + 1e-3 * ((i * c) % 3);
    }
    const features = featureFile(join(folder, 'burst.f32'), values, length);
    const { typical } = await find({ features, piles: 2 });
    expect(typical[0]).toHaveLength(24);
    expect(typical[0]?.filter((i) => i < 10).length).toBeLessThanOrEqual(1);
  });

  test('of three photos are what was asked for, without a claim', async () => {
    const few = blobs(folder, [2, 1]);
    const found = await find({ features: few.features });
    expect(found).toMatchObject({ piles: 2, separates: false, pileOf: Int32Array.of(0, 0, 1) });
    expect(found.typical.map((typical) => typical.length)).toEqual([2, 1]);
    expect((await find({ features: few.features, piles: 12 })).piles).toBe(3);
  });

  test.for([
    [1, 'A photo alone has nothing'],
    [4, 'exactly the same'],
  ] as const)('of %i photos without a difference are refused in a sentence', async ([count, sentence]) => {
    const same = featureFile(join(folder, `same-${count}.f32`), new Float32Array(count * 8).fill(1), 8);
    await expect(find({ features: same })).rejects.toThrow(sentence);
  });
});

describe('suggestions', () => {
  const suggest = async (change: Partial<SuggestRequest> = {}): Promise<Suggestions> =>
    (await trainer.handle({
      ...{ kind: 'suggest', features: three.features, labels: three.groupOf.map(() => -1), classes: 3 },
      bursts: Int32Array.from(three.groupOf.keys()),
      ...{ probabilities: null, without: new Int32Array(), count: 8, seed: 1 },
      ...change,
    })) as Suggestions;

  test('begin with photos of every group', async () => {
    const { positions, reasons } = await suggest();
    expect(positions).toHaveLength(8);
    const groups = Array.from(positions.subarray(0, 4), (i) => three.groupOf[i]);
    expect(new Set(groups)).toEqual(new Set([0, 1, 2]));
    expect(reasons.filter((reason) => reason === 'audit')).toHaveLength(1);
  });

  test('never name a labelled photo or one that was put off', async () => {
    const without = Int32Array.from({ length: 100 }, (_, i) => i);
    const labels = three.groupOf.map((group, i) => (i >= 200 ? group : -1));
    const { positions } = await suggest({ without, labels, count: 20 });
    expect(positions).toHaveLength(20);
    expect(positions.every((i) => i >= 100 && i < 200)).toBe(true);
    expect(new Set(positions).size).toBe(20);
  });

  test('begin where nothing is labelled, and say so', async () => {
    const labels = three.groupOf.map((group, i) => (group !== 2 && i % 10 === 0 ? group : -1));
    const { positions, reasons } = await suggest({ labels, count: 2, seed: 3 });
    const first = reasons.findIndex((reason) => reason !== 'audit');
    expect(three.groupOf[positions[first] ?? 0]).toBe(2);
    expect(reasons[first]).toBe('unlike');
  });

  test('prefer what the model doubts, and say so', async () => {
    const labels = three.groupOf.map((group, i) => (i % 30 === 0 ? group : -1));
    const doubted = new Set([40, 160, 250]);
    const probabilities = new Float32Array(3 * labels.length);
    three.groupOf.forEach((group, i) => {
      for (let k = 0; k < 3; k++) probabilities[i * 3 + k] = doubted.has(i) ? 1 / 3 : Number(k === group);
    });
    const { positions, reasons } = await suggest({ labels, probabilities, count: 8 });
    const unsure = Array.from(positions).filter((_, i) => reasons[i] === 'unsure');
    expect(unsure.length).toBeGreaterThan(0);
    expect(unsure.every((i) => doubted.has(i))).toBe(true);
  });

  test('draw one in eight at random from all photos, whatever the model says of it', async () => {
    const drawn: number[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const { positions, reasons } = await suggest({ count: 16, seed });
      expect(reasons.filter((reason) => reason === 'audit')).toHaveLength(2);
      drawn.push(...Array.from(positions).filter((_, i) => reasons[i] === 'audit'));
    }
    const shares = [0, 1, 2].map((group) => drawn.filter((i) => three.groupOf[i] === group).length / drawn.length);
    // Half, three and two tenths of the photos; four deviations of 80 draws are 0.22, 0.2 and 0.18.
    [0.5, 0.3, 0.2].forEach((share, group) => expect(Math.abs((shares[group] ?? 0) - share)).toBeLessThan(0.23));
  });

  test('name one photo of a burst', async () => {
    const { values, length } = blobs(folder, [40, 40], 0.08, 3);
    for (let i = 1; i < 30; i++) values.copyWithin(i * length, 0, length);
    const features = featureFile(join(folder, 'still.f32'), values, length);
    const bursts = Int32Array.from({ length: 80 }, (_, i) => i);
    const none = new Int32Array(80).fill(-1);
    const { positions, reasons } = await suggest({ features, labels: none, bursts, count: 30 });
    expect(positions.filter((i, at) => i < 30 && reasons[at] !== 'audit').length).toBeLessThanOrEqual(1);
  });

  test('name one photo of a burst that is known, whatever the features say, and none when one has a label', async () => {
    // Bursts of five, over all groups.
    const bursts = Int32Array.from(three.groupOf.keys(), (i) => i % 60);
    const labels = three.groupOf.map((group, i) => (i < 20 ? group : -1));
    const { positions } = await suggest({ bursts, labels, count: 60 });
    const named = Array.from(positions, (i) => bursts[i] ?? -1);
    expect(new Set(named).size).toBe(named.length);
    expect(named.length).toBeGreaterThan(15);
    const { positions: typical, reasons } = await suggest({ bursts, labels, count: 60 });
    const chosen = Array.from(typical).filter((_, at) => reasons[at] !== 'audit');
    expect(chosen.every((i) => (bursts[i] ?? 0) >= 20)).toBe(true);
  });
});

test('photos alike are those of the same group, most alike first, without the photo itself', async () => {
  const request = { kind: 'find-alike', features: three.features, position: 260, count: 20 } as const;
  const { positions, similarities } = (await trainer.handle(request)) as Alike;
  expect(Array.from(positions, (i) => three.groupOf[i])).toEqual(new Array(20).fill(2));
  expect(positions).not.toContain(260);
  expect(Array.from(similarities)).toEqual(Array.from(similarities).sort((a, b) => b - a));
});

test('photos alike can be looked for among some, and there the most alike come first too', async () => {
  const among = Int32Array.from([0, 1, 2, 250, 251, 260]);
  const request = { kind: 'find-alike', features: three.features, position: 260, among, count: 3 } as const;
  const { positions } = (await trainer.handle(request)) as Alike;
  const groups = Array.from(positions, (i) => three.groupOf[i]);
  expect(Array.from(positions).every((i) => among.includes(i) && i !== 260)).toBe(true);
  expect(groups.slice(0, 2)).toEqual([2, 2]);
  expect(groups[2]).not.toBe(2);
});
