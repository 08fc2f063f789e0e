import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inOrder } from '../../src/shared/in-order.ts';

async function all<T>(answers: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const answer of answers) taken.push(answer);
  return taken;
}

test('answers come in the order of their questions, however long each takes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5)), fc.integer({ min: 1, max: 8 }), async (waits, most) => {
      const questions = waits.map((ms, i) => ({ ms, i }));
      const said = await all(inOrder(questions, most, ({ ms, i }) => sleep(ms, i)));
      expect(said).toEqual(questions.map(({ i }) => i));
    }),
    { numRuns: 30 },
  );
});

test('no more are under way than were allowed, and none is read before there is room', async () => {
  let read = 0;
  let under = 0;
  let most = 0;
  async function* questions() {
    for (; read < 50; read++) yield read;
  }
  const answers = inOrder(questions(), 4, async (n) => {
    most = Math.max(most, ++under);
    await sleep(1);
    under--;
    return n;
  });
  await answers.next();
  await sleep(30);
  expect(read).toBeLessThanOrEqual(6);
  expect(await all(answers)).toHaveLength(49);
  expect(most).toBe(4);
});

test('an answer is given as soon as it is there, while the next question is still awaited', async () => {
  const never = Promise.withResolvers<void>();
  async function* questions() {
    yield 1;
    await never.promise;
  }
  const answers = inOrder(questions(), 4, async (n) => n);
  expect(await answers.next()).toEqual({ value: 1, done: false });
  never.resolve();
  expect(await answers.next()).toMatchObject({ done: true });
});

test('the first failure in order is thrown, after the answers before it', async () => {
  const taken: number[] = [];
  const failing = async () => {
    const answers = inOrder([3, 2, 1, 0], 4, async (n) => {
      await sleep(n);
      if (n === 2) throw new Error('two');
      return n;
    });
    for await (const answer of answers) taken.push(answer);
  };
  await expect(failing()).rejects.toThrow('two');
  expect(taken).toEqual([3]);
});

test('a failure of the questions themselves is thrown', async () => {
  async function* questions() {
    yield 1;
    throw new Error('no more');
  }
  await expect(all(inOrder(questions(), 2, async (n) => n))).rejects.toThrow('no more');
});
