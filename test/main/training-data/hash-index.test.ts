import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { HashIndex } from '../../../src/main/training-data/hash-index.ts';

const sha = (n: number) => hash('sha256', String(n));

test('every hash is found at its row, also when there are more than there was room for, and no other is', () => {
  const index = new HashIndex();
  for (let n = 0; n < 5000; n++) index.add(sha(n));
  expect(index.length).toBe(5000);
  for (let n = 0; n < 5000; n++) expect(index.rowOf(sha(n))).toBe(n);
  expect(index.rowOf(sha(5000))).toBeUndefined();
  expect(index.rowOf('')).toBeUndefined();
});

test('hashes that begin alike are told apart, and one that comes again is at its newest row', () => {
  const index = new HashIndex();
  const alike = Array.from({ length: 50 }, (_, n) => '00'.repeat(30) + n.toString(16).padStart(4, '0'));
  for (const one of alike) index.add(one);
  expect(alike.map((one) => index.rowOf(one))).toEqual([...alike.keys()]);
  index.add(alike[7]!);
  expect(index.rowOf(alike[7]!)).toBe(50);
});
