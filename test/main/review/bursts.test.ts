import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Bursts } from '../../../src/engine/messages.ts';
import { createBurstFinder, type BurstFinderParts } from '../../../src/main/review/bursts.ts';
import { keepBursts } from '../../../src/main/db/burst-rows.ts';
import type { PhotoId } from '../../../src/shared/types.ts';
import { sampleDatabase } from '../db/sample-photos.ts';

const four = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'];
type Four = [PhotoId, PhotoId, PhotoId, PhotoId];

/** How many photos are said to be nearly the same as one before. */
const repeated = (firstOf: ReadonlyMap<PhotoId, PhotoId>) => [...firstOf].filter(([id, first]) => id !== first).length;

/** All but the last have been looked at; the engine says that the second it is asked of is like the first. */
function sample(answer: () => Promise<Bursts> = async () => ({ first: Int32Array.of(0, 0, 2) })) {
  const asked: number[][] = [];
  const told: string[] = [];
  const logged: string[] = [];
  const { db, ids } = sampleDatabase(four);
  let open = { db };
  const finder = createBurstFinder({
    library: { require: () => open as ReturnType<BurstFinderParts['library']['require']> },
    features: { now: async () => ({ ids: ids.slice(0, 3), features: {} }) } as unknown as BurstFinderParts['features'],
    explorer: {
      ask: ((request: { positions: Int32Array }) => {
        asked.push([...request.positions]);
        return answer();
      }) as unknown as BurstFinderParts['explorer']['ask'],
    },
    events: { emit: (name) => void told.push(name) },
    log: (level, text, detail) => void logged.push(`${level} ${text} ${detail}`),
  });
  const openAnother = () => (open = sampleDatabase(four));
  return { finder, db, ids: ids as Four, asked, told, logged, openAnother };
}

test('a list does not wait: the engine is asked once, tells when it knows, and less of the same is no question', async () => {
  const { finder, ids, asked, told } = sample();
  const [a, b, c, d] = ids;
  const order = [c, a, d, b];
  expect(repeated(finder.firstOf(order))).toBe(0);
  // While it is at work, a photo is decided and the list asked for again.
  expect(repeated(finder.firstOf(order.slice(1)))).toBe(0);
  await expect.poll(() => told).toEqual(['review.regrouped']);
  expect([...finder.firstOf(order)]).toEqual([
    [c, c],
    [a, c],
    [d, d],
    [b, b],
  ]);
  finder.firstOf(order.slice(1));
  await nextTurn();
  expect(asked).toEqual([[2, 0, 1]]);
  expect(told).toHaveLength(1);
});

test('what looks alike by itself is of one burst at once, and joins what the features join', async () => {
  const { finder, db, ids, told } = sample();
  const [a, b, c, d] = ids;
  keepBursts(db, { ids, changes: 1 }, Int32Array.of(0, 1, 1, 0));
  expect([...finder.firstOf([b, a, c, d]).values()]).toEqual([b, a, b, a]);
  await expect.poll(() => told).toEqual(['review.regrouped']);
  // a and d, b and c by their looks; b and a by their features.
  expect([...finder.firstOf([b, a, c, d]).values()]).toEqual([b, b, b, b]);
  expect([...finder.firstOf([c, d]).values()]).toEqual([c, d]);
});

test('where no two are nearly the same the list is as it was, and nothing is told', async () => {
  const { finder, ids, asked, told } = sample(async () => ({ first: Int32Array.of(0, 1, 2) }));
  finder.firstOf(ids);
  await expect.poll(() => asked.length).toBe(1);
  await nextTurn();
  expect(repeated(finder.firstOf(ids))).toBe(0);
  expect(asked).toHaveLength(1);
  expect(told).toEqual([]);
});

test('an engine that fails is asked again the next time, and the log says why', async () => {
  const { finder, ids, asked, logged } = sample(async () => {
    throw new Error('The engine is gone.');
  });
  expect(repeated(finder.firstOf(ids))).toBe(0);
  await expect
    .poll(() => logged)
    .toEqual([expect.stringMatching(/^warning .*nearly the same.* The engine is gone\.$/)]);
  await nextTurn();
  finder.firstOf(ids);
  await expect.poll(() => asked.length).toBe(2);
});

test('another library is another question, and an answer for the one before tells nothing', async () => {
  const answers: (() => void)[] = [];
  const first = Int32Array.of(0, 0, 2);
  const { finder, ids, asked, told, openAnother } = sample(
    () => new Promise((done) => answers.push(() => done({ first }))),
  );
  finder.firstOf(ids);
  await expect.poll(() => asked.length).toBe(1);
  openAnother();
  finder.firstOf(ids);
  await expect.poll(() => asked.length).toBe(2);
  answers[0]!();
  await nextTurn();
  expect(told).toEqual([]);
  expect(repeated(finder.firstOf(ids))).toBe(0);
  answers[1]!();
  await expect.poll(() => told).toHaveLength(1);
  expect(finder.firstOf(ids).get(ids[1])).toBe(ids[0]);
});
