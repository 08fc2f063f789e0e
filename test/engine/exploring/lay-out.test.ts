import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { layOut as layOutDirectly } from '../../../src/engine/exploring/lay-out.ts';
import { allRows, pointsOf, squaredDistance } from '../../../src/engine/exploring/points.ts';
import { tiesOf } from '../../../src/engine/exploring/umap.ts';
import type { LaidOut, LayOutRequest, TrainerEvent } from '../../../src/engine/messages.ts';
import { trainerWith } from '../trainer-with.ts';
import { blobs, featureFile } from './blobs.ts';
import { trustworthiness } from './trustworthiness.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-map-'));
afterAll(() => rmSync(folder, { recursive: true }));
let events: TrainerEvent[] = [];
const trainer = trainerWith((event) => events.push(event));

const five = blobs(folder, [60, 50, 40, 30, 20], 0.1);
const truth = pointsOf(five.values, five.groupOf.length);

async function layOut(change: Partial<LayOutRequest> = {}): Promise<Float32Array> {
  const request = { kind: 'lay-out', features: five.features, method: 'alike', known: null, seed: 1 } as const;
  return ((await trainer.handle({ ...request, ...change })) as LaidOut).places;
}

const onMap = (places: Float32Array) => pointsOf(places, places.length / 2);

/** Share of the photos whose nearest on the map is of their group. */
function shareBesideTheirOwn(places: Float32Array): number {
  const map = onMap(places);
  const right = Array.from(allRows(map.count)).filter((i) => {
    const others = Array.from(allRows(map.count)).filter((j) => j !== i);
    const nearest = others.reduce((best, j) =>
      squaredDistance(map, i, map, j) < squaredDistance(map, i, map, best) ? j : best,
    );
    return five.groupOf[nearest] === five.groupOf[i];
  });
  return right.length / map.count;
}

test('photos that are alike lie together, far better than by their two main components', async () => {
  const [alike, quick] = [await layOut(), await layOut({ method: 'quick' })];
  expect(shareBesideTheirOwn(alike)).toBe(1);
  expect(shareBesideTheirOwn(quick)).toBeLessThan(0.95);
  const trust = trustworthiness(truth, onMap(alike), 12);
  expect(trust).toBeGreaterThan(0.94);
  expect(trust).toBeGreaterThan(trustworthiness(truth, onMap(quick), 12) + 0.05);
});

test('the same photos and seed make the same map, and another seed another', async () => {
  const [one, again, other] = [await layOut(), await layOut(), await layOut({ seed: 2 })];
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});

test('places are within 1 of the middle, and progress is told up to the end', async () => {
  events = [];
  const places = await layOut();
  expect(places.every((value) => Math.abs(value) <= 1.00001)).toBe(true);
  expect(Math.max(...places.map(Math.abs))).toBeCloseTo(1, 5);
  const told = events.flatMap((event) => (event.event === 'progress' ? [event.fraction] : []));
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(1);
});

test('photos that come later lie with their kind, and the others stay where they are', async () => {
  const before = await layOut();
  const isNew = (i: number) => i % 10 === 3;
  const known = before.map((value, at) => (isNew(Math.floor(at / 2)) ? NaN : value));
  const after = await layOut({ known });
  expect(after.filter((_, at) => !isNew(Math.floor(at / 2)))).toEqual(
    before.filter((_, at) => !isNew(Math.floor(at / 2))),
  );
  expect(after.some(Number.isNaN)).toBe(false);
  expect(shareBesideTheirOwn(after)).toBeGreaterThan(0.99);
});

test('of a library too large to be tied together, the photos beyond lie with their kind, too', async () => {
  const request = { features: five.features, method: 'alike', known: null, seed: 1 } as const;
  const { places } = await layOutDirectly(request, () => {}, 120);
  expect(places.some(Number.isNaN)).toBe(false);
  expect(shareBesideTheirOwn(places)).toBeGreaterThan(0.99);
});

test('two photos have two places, and photos that look the same are refused', async () => {
  const two = blobs(folder, [1, 1]);
  const places = await layOut({ features: two.features });
  expect(places).toHaveLength(4);
  expect(places.every(Number.isFinite)).toBe(true);
  expect(places.slice(0, 2)).not.toEqual(places.slice(2));
  const same = featureFile(join(folder, 'same.f32'), new Float32Array(40).fill(1), 4);
  await expect(layOut({ features: same })).rejects.toMatchObject({ code: 'bad-input' });
});

test('the ties of a point add up as the paper has it, and both ends agree', () => {
  // Three points on a line; each has all three as neighbours, itself first.
  const cosines = Float32Array.of(1, 0.9, 0.5, 1, 0.9, 0.8, 1, 0.8, 0.5);
  const indices = Int32Array.of(0, 1, 2, 1, 0, 2, 2, 1, 0);
  const { heads, tails, weights } = tiesOf({ each: 3, indices, cosines });
  expect([...heads].map((head, t) => [head, tails[t]])).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
  // With two neighbours log2 is 1: the nearest has all of it, and the other next to nothing.
  expect(weights[0]).toBeCloseTo(1, 3);
  expect(weights[1]).toBeLessThan(0.01);
  expect(weights[2]).toBeCloseTo(1, 2);
});
