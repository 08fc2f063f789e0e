import { expect, test } from 'vitest';
import { highest } from '../../../src/engine/exploring/highest.ts';

test('the highest come first, the earlier one of equals, and no more than there are', () => {
  const values = Float32Array.of(3, 9, 1, 9, 5, 5, 5);
  expect([...highest(values, 2)]).toEqual([1, 3]);
  expect([...highest(values, 4)]).toEqual([1, 3, 4, 5]);
  expect([...highest(values, 50)]).toEqual([1, 3, 4, 5, 6, 0, 2]);
  expect(highest(new Float32Array(), 3)).toHaveLength(0);
});
