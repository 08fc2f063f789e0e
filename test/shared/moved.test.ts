import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moved } from '../../src/shared/moved.ts';

test('one entry comes to its place, and the others keep their order', () => {
  const list = ['a', 'b', 'c', 'd'];
  expect(moved(list, 0, 2)).toEqual(['b', 'c', 'a', 'd']);
  expect(moved(list, 3, 0)).toEqual(['d', 'a', 'b', 'c']);
  expect(moved(list, 1, 99)).toEqual(['a', 'c', 'd', 'b']);
  expect(moved(list, 1, -5)).toEqual(['b', 'a', 'c', 'd']);
  expect(moved(list, 9, 0)).toEqual(list);
});

test('moving it back is as if nothing had been', () => {
  const cases = fc.uniqueArray(fc.nat(), { minLength: 1 }).chain((list) => {
    const place = fc.nat({ max: list.length - 1 });
    return fc.tuple(fc.constant(list), place, place);
  });
  fc.assert(
    fc.property(cases, ([list, from, to]) => {
      expect(moved(moved(list, from, to), to, from)).toEqual(list);
    }),
  );
});
