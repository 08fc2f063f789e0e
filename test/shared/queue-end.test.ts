import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { queueEnd } from '../../src/shared/queue-end.ts';

test('photos with a chance of one in ten and more are worth a look; the others are wrong as often as their mean', () => {
  expect(queueEnd([0.5, 0.1, 0.03, 0.02, 0.01])).toEqual({ worth: 2, rest: 3, restWrong: expect.closeTo(0.02) });
});

test('a list of doubts alone has nothing after it, and an empty one nothing at all', () => {
  expect(queueEnd([0.4, 0.2])).toEqual({ worth: 2, rest: 0, restWrong: 0 });
  expect(queueEnd([])).toEqual({ worth: 0, rest: 0, restWrong: 0 });
});

test('each photo is on one side of the end, in whatever order they come', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(chance), (chances) => {
      const { worth, rest, restWrong } = queueEnd(chances);
      expect(worth + rest).toBe(chances.length);
      expect(restWrong).toBeLessThan(0.1);
      expect(queueEnd(chances.toReversed())).toEqual({ worth, rest, restWrong: expect.closeTo(restWrong) });
    }),
  );
});
