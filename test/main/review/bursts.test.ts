import { expect, test } from 'vitest';
import type { Bursts } from '../../../src/engine/messages.ts';
import { createBurstFinder, type BurstFinderParts } from '../../../src/main/review/bursts.ts';
import type { PhotoId } from '../../../src/shared/types.ts';

const ids = [11, 12, 13, 14] as PhotoId[];

/** Photos 11 to 13 have been looked at; the engine says that the second it is asked of is like the first. */
function sample(answer: () => Promise<Bursts> = async () => ({ first: Int32Array.of(0, 0, 2) })) {
  const asked: number[][] = [];
  let open = { db: {} };
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
  return { finder, asked, openAnother: () => (open = { db: {} }) };
}

test('the engine is asked once for a list, and for one with less of the same photos not again', async () => {
  const { finder, asked } = sample();
  const order = [ids[2]!, ids[0]!, ids[3]!, ids[1]!];
  expect([...(await finder.firstOf(order))]).toEqual([
    [13, 13],
    [11, 13],
    [14, 14],
    [12, 12],
  ]);
  await finder.firstOf(order.slice(1));
  expect(asked).toEqual([[2, 0, 1]]);
});

test('a list does not wait for an engine that is slow, or fails, and another library is another question', async () => {
  const slow = sample(() => new Promise(() => {}));
  const began = performance.now();
  expect((await slow.finder.firstOf(ids)).size).toBe(0);
  expect(performance.now() - began).toBeLessThan(3000);
  const failing = sample(async () => {
    throw new Error('The engine is gone.');
  });
  expect((await failing.finder.firstOf(ids)).size).toBe(0);

  const { finder, asked, openAnother } = sample();
  await finder.firstOf(ids);
  openAnother();
  await finder.firstOf(ids);
  expect(asked).toHaveLength(2);
});
