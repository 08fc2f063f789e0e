import { expect, test } from 'vitest';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';
import { kernelInceptionDistance, type Vectors } from './kernel-inception-distance.ts';

function cloud(count: number, length: number, seed: number, shift = 0): Vectors {
  const values = new Float32Array(count * length);
  fillNormal(values, randomStream(seed), 1);
  return { values: values.map((value) => value + shift), count, length };
}

test('two clouds of one kind are about 0 apart, and the further off one is, the further they are apart', () => {
  const [a, same, near, far] = [cloud(200, 8, 1), cloud(200, 8, 2), cloud(200, 8, 3, 0.5), cloud(200, 8, 4, 1)];
  const of = (b: Vectors) => kernelInceptionDistance(a, b).mean;
  expect(Math.abs(of(same))).toBeLessThan(0.1);
  expect(of(near)).toBeGreaterThan(0.5);
  expect(of(far)).toBeGreaterThan(2 * of(near));
});

test('over all subsets it is what the formula says of the whole', () => {
  // k(x, y) = (xy + 1)³ over {0, 1} and {2, 3}: the pairs within give 1 and 343, those between 1, 1, 27 and 64.
  const vectors = (...values: number[]) => ({ values: Float32Array.from(values), count: 2, length: 1 });
  const { mean, deviation } = kernelInceptionDistance(vectors(0, 1), vectors(2, 3), 2);
  expect(mean).toBeCloseTo(1 + 343 - 2 * ((1 + 1 + 27 + 64) / 4), 6);
  expect(deviation).toBe(0);
});
