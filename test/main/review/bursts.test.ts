import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Bursts } from '../../../src/engine/messages.ts';
import { createBurstFinder, type BurstFinderParts } from '../../../src/main/review/bursts.ts';
import type { PhotoId } from '../../../src/shared/types.ts';

const ids = [11, 12, 13, 14] as PhotoId[];

/** Photos 11 to 13 have been looked at; the engine says that the second it is asked of is like the first. */
function sample(answer: () => Promise<Bursts> = async () => ({ first: Int32Array.of(0, 0, 2) })) {
  const asked: number[][] = [];
  const told: string[] = [];
  const logged: string[] = [];
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
    events: { emit: (name) => void told.push(name) },
    log: (level, text, detail) => void logged.push(`${level} ${text} ${detail}`),
  });
  return { finder, asked, told, logged, openAnother: () => (open = { db: {} }) };
}

test('a list does not wait: the engine is asked once, tells when it knows, and less of the same is no question', async () => {
  const { finder, asked, told } = sample();
  const order = [ids[2]!, ids[0]!, ids[3]!, ids[1]!];
  expect(finder.firstOf(order).size).toBe(0);
  // While it is at work, a photo is decided and the list asked for again.
  expect(finder.firstOf(order.slice(1)).size).toBe(0);
  await expect.poll(() => told).toEqual(['review.regrouped']);
  expect([...finder.firstOf(order)]).toEqual([
    [13, 13],
    [11, 13],
    [14, 14],
    [12, 12],
  ]);
  finder.firstOf(order.slice(1));
  await nextTurn();
  expect(asked).toEqual([[2, 0, 1]]);
  expect(told).toHaveLength(1);
});

test('where no two are nearly the same the list is as it was, and nothing is told', async () => {
  const { finder, told } = sample(async () => ({ first: Int32Array.of(0, 1, 2) }));
  finder.firstOf(ids);
  await expect.poll(() => finder.firstOf(ids).size).toBe(4);
  expect(told).toEqual([]);
});

test('an engine that fails is asked again the next time, and the log says why', async () => {
  const { finder, asked, logged } = sample(async () => {
    throw new Error('The engine is gone.');
  });
  expect(finder.firstOf(ids).size).toBe(0);
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
  const { finder, asked, told, openAnother } = sample(() => new Promise((done) => answers.push(() => done({ first }))));
  finder.firstOf(ids);
  await expect.poll(() => asked.length).toBe(1);
  openAnother();
  finder.firstOf(ids);
  await expect.poll(() => asked.length).toBe(2);
  answers[0]!();
  await nextTurn();
  expect(told).toEqual([]);
  expect(finder.firstOf(ids).size).toBe(0);
  answers[1]!();
  await expect.poll(() => told).toHaveLength(1);
  expect(finder.firstOf(ids).get(ids[1]!)).toBe(ids[0]);
});
