import { expect, test } from 'vitest';
import { crossValidate, stratifiedParts, type GroupedLabels } from '../../../src/engine/features/cross-validate.ts';

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

/** No two photos are nearly the same. */
const alone = (labels: Int32Array): GroupedLabels => ({ labels, classes: 2, bursts: Int32Array.from(labels.keys()) });

test('labels that nobody has looked at are learned from in every part, and measured in none', async () => {
  const labels = Int32Array.of(0, 0, 0, 1, 1, 1, 0, 1, -1);
  const { given, asked, learn } = noting();
  const measured = await crossValidate({ logistic: learn }, alone(labels), 1, Int32Array.of(6, 7));
  expect(asked.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(given.every((one) => one[6] === 0 && one[7] === 1)).toBe(true);
  expect(measured.truth).toHaveLength(6);
});

test('nothing is measured where nobody has looked at any label', async () => {
  const { asked, learn } = noting();
  const measured = await crossValidate(
    { logistic: learn },
    alone(Int32Array.of(0, 0, 1, 1)),
    1,
    Int32Array.of(0, 1, 2, 3),
  );
  expect(measured).toMatchObject({ truth: new Int32Array(), said: {} });
  expect(asked).toEqual([]);
});

test('what is nearly the same is of one part, and no model that measures it has learned from any of it', async () => {
  const labels = Int32Array.from({ length: 60 }, (_, i) => (i < 55 ? i % 2 : -1));
  // Two or three of a burst, of both classes; fifteen were accepted without a look.
  const bursts = Int32Array.from(labels.keys(), (i) => i % 23);
  const unmeasured = Int32Array.from({ length: 15 }, (_, i) => 40 + i);
  const learn = async (rest: Int32Array, rows: Int32Array) => {
    const asked = new Set(Array.from(rows, (row) => bursts[row]));
    rest.forEach((label, i) => label >= 0 && expect(asked).not.toContain(bursts[i]));
    expect(rest.filter((label) => label >= 0).length).toBeGreaterThan(20);
    return new Float32Array(rows.length * 2).fill(0.5);
  };
  const { said, positions } = await crossValidate({ logistic: learn }, { labels, classes: 2, bursts }, 1, unmeasured);
  expect(said.logistic).toHaveLength(80);
  expect(positions).toHaveLength(40);
});

test('a burst does not leave the other parts without their share of its class', () => {
  const labels = Int32Array.from({ length: 100 }, (_, i) => i % 2);
  const bursts = Int32Array.from(labels.keys(), (i) => (i < 16 ? i % 2 : i));
  const parts = stratifiedParts(Int32Array.from(labels.keys()), { labels, classes: 2, bursts }, 3);
  expect(parts.map((part) => part.length)).toEqual([20, 20, 20, 20, 20]);
  expect(parts.map((part) => part.filter((row) => labels[row] === 0).length)).toEqual([10, 10, 10, 10, 10]);
});

test('nothing is measured where all labels are of one burst', async () => {
  const { asked, learn } = noting();
  const labels = Int32Array.of(0, 0, 1, -1);
  const { said } = await crossValidate({ logistic: learn }, { labels, classes: 2, bursts: [7, 7, 7, 8] }, 1);
  expect([said, asked]).toEqual([{}, []]);
});
