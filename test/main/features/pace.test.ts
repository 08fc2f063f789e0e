import { expect, test } from 'vitest';
import { createPace } from '../../../src/main/features/pace.ts';

test('how long it takes follows the batches, without the first one and without what lies between them', async () => {
  let now = 0;
  const pace = createPace(() => now);
  const batch = (photos: number, seconds: number) => pace.time(photos, async () => void (now += seconds));
  await batch(10, 100);
  expect(pace.secondsFor(50)).toBeNull();
  now += 1000;
  await batch(10, 20);
  expect(pace.secondsFor(50)).toBe(100);
  await batch(10, 10);
  expect(pace.secondsFor(10)).toBeCloseTo(0.3 * 10 + 0.7 * 20);
});
