import { expect, test } from 'vitest';
import type { Bursts } from '../../../src/engine/messages.ts';
import { createBurstFinder, type BurstFinderParts } from '../../../src/main/review/bursts.ts';
import { keepBursts } from '../../../src/main/db/burst-rows.ts';
import type { Db } from '../../../src/main/db/open.ts';
import type { PhotoId } from '../../../src/shared/types.ts';
import { sampleDatabase } from '../db/sample-photos.ts';

/** How many photos stand for others. */
const bursts = (firstOf: ReadonlyMap<PhotoId, PhotoId>) => [...firstOf].filter(([id, first]) => id !== first).length;

const four = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'];

/** All but the last have been looked at; the engine says that the second it is asked of is like the first. */
function sample(answer: () => Promise<Bursts> = async () => ({ first: Int32Array.of(0, 0, 2) })) {
  const asked: number[][] = [];
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
  });
  return { finder, ids, db, asked, openAnother: () => (open = sampleDatabase(four)) };
}

test('the engine is asked once for a list, and for one with less of the same photos not again', async () => {
  const { finder, ids, asked } = sample();
  const [a, b, c, d] = ids as [PhotoId, PhotoId, PhotoId, PhotoId];
  const order = [c, a, d, b];
  expect([...(await finder.firstOf(order))]).toEqual([
    [c, c],
    [a, c],
    [d, d],
    [b, b],
  ]);
  await finder.firstOf(order.slice(1));
  expect(asked).toEqual([[2, 0, 1]]);
});

test('what looks alike by itself is of one burst at once, and joins what the features join', async () => {
  const slow = sample(() => new Promise(() => {}));
  const [a, b, c, d] = slow.ids as [PhotoId, PhotoId, PhotoId, PhotoId];
  const group = (db: Db) => keepBursts(db, { ids: [a, b, c, d], changes: 1 }, Int32Array.of(0, 1, 1, 0));
  group(slow.db);
  expect([...(await slow.finder.firstOf([d, c, b, a])).values()]).toEqual([d, c, c, d]);
  const both = sample();
  group(both.db);
  // a and d, b and c by their looks; b and a by their features.
  expect([...(await both.finder.firstOf([b, a, c, d])).values()]).toEqual([b, b, b, b]);
  expect([...(await both.finder.firstOf([c, d])).values()]).toEqual([c, d]);
});

test('a list does not wait for an engine that is slow, or fails, and another library is another question', async () => {
  const slow = sample(() => new Promise(() => {}));
  const began = performance.now();
  expect(bursts(await slow.finder.firstOf(slow.ids))).toBe(0);
  expect(performance.now() - began).toBeLessThan(3000);
  const failing = sample(async () => {
    throw new Error('The engine is gone.');
  });
  expect(bursts(await failing.finder.firstOf(failing.ids))).toBe(0);

  const { finder, ids, asked, openAnother } = sample();
  await finder.firstOf(ids);
  openAnother();
  await finder.firstOf(ids);
  expect(asked).toHaveLength(2);
});
