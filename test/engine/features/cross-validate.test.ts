import { expect, test } from 'vitest';
import { crossValidate } from '../../../src/engine/features/cross-validate.ts';

/** Says of every row what class most of the labels that it is given are of, and keeps what it was given. */
function noting() {
  const given: Int32Array[] = [];
  const asked: number[] = [];
  const learn = async (labels: Int32Array, rows: Int32Array) => {
    given.push(labels);
    asked.push(...rows);
    return new Float32Array(rows.length * 2).fill(0.5);
  };
  return { given, asked, learn };
}

test('labels that nobody has looked at are learned from in every part, and measured in none', async () => {
  const labels = Int32Array.of(0, 0, 0, 1, 1, 1, 0, 1, -1);
  const { given, asked, learn } = noting();
  const measured = await crossValidate({ logistic: learn }, labels, 2, 1, Int32Array.of(6, 7));
  expect(asked.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(given.every((one) => one[6] === 0 && one[7] === 1)).toBe(true);
  expect(measured.truth).toHaveLength(6);
});

test('nothing is measured where nobody has looked at any label', async () => {
  const { asked, learn } = noting();
  const measured = await crossValidate({ logistic: learn }, Int32Array.of(0, 0, 1, 1), 2, 1, Int32Array.of(0, 1, 2, 3));
  expect(measured).toMatchObject({ truth: new Int32Array(), said: {} });
  expect(asked).toEqual([]);
});
