// The curve through errors, and what it promises, where the answer is known.

import { expect, test } from 'vitest';
import { errorsAt, fitPowerLaw, forecast, type Drawn } from '../../../src/engine/measuring/power-law.ts';
import { sizesUpTo } from '../../../src/engine/features/learning-curve.ts';
import { randomStream } from '../../../src/shared/random.ts';
import { nextLabels } from '../../../src/shared/learning-curve.ts';

const sizes = [10, 20, 40, 80];

test('errors that follow a power law give it back', () => {
  const truth = { floor: 0.05, scale: 1.2, decay: 0.7 };
  const fitted = fitPowerLaw(
    sizes,
    sizes.map((n) => errorsAt(truth, n)),
  );
  expect(fitted.decay).toBeCloseTo(0.7, 6);
  expect(fitted.floor).toBeCloseTo(0.05, 6);
  expect(fitted.scale).toBeCloseTo(1.2, 6);
});

test('errors never grow with labels, and never fall below none', () => {
  expect(fitPowerLaw(sizes, [0.1, 0.12, 0.15, 0.2])).toMatchObject({ scale: 0 });
  const steep = fitPowerLaw(sizes, [0.4, 0.2, 0.1, 0.05]);
  expect(steep.floor).toBeGreaterThanOrEqual(0);
  expect(errorsAt(steep, 10_000)).toBeGreaterThanOrEqual(0);
});

/** Ten draws, each told on a fifth of the photos, every photo twice; each photo has a hardness of its own. */
function drawn(photos: number, law: { floor: number; scale: number; decay: number }, seed: number): Drawn {
  const random = randomStream(seed, 3);
  const hard = Array.from({ length: photos }, () => random());
  const errors = [0, 1].flatMap((repeat) =>
    Array.from({ length: 5 }, (_, fold) => {
      const part = hard.filter((_, i) => (repeat === 0 ? i : Math.floor(i / 5)) % 5 === fold);
      return sizes.map((n) => part.filter((h) => h < errorsAt(law, n)).length / part.length);
    }),
  );
  return { sizes, errors, photos, measuredPerLearned: 1 / 4 };
}

test('the promise for twice as many labels holds about as often as it says, in 95 of 100 made-up libraries', () => {
  const law = { floor: 0.02, scale: 1, decay: 0.6 };
  const photos = 100;
  let kept = 0;
  let gains = 0;
  for (let seed = 0; seed < 100; seed++) {
    const [twice] = forecast(drawn(photos, law, seed), [2 * photos], seed);
    const truth = 1 - errorsAt(law, 2 * photos);
    const gain = errorsAt(law, photos) - errorsAt(law, 2 * photos);
    if (twice!.low <= truth && truth <= twice!.high) kept++;
    if (twice!.gain.low <= gain && gain <= twice!.gain.high) gains++;
  }
  // Chance leaves fewer than 90 of 100 once or twice in a hundred times.
  expect(kept).toBeGreaterThanOrEqual(90);
  expect(gains).toBeGreaterThanOrEqual(90);
});

test('where nothing is mistaken nothing is promised, yet not for certain', () => {
  const errors = Array.from({ length: 10 }, () => sizes.map(() => 0));
  const [now, more] = forecast({ sizes, errors, photos: 50, measuredPerLearned: 1 / 4 }, [50, 100], 1);
  expect(now).toMatchObject({ labels: 50, accuracy: 1, gain: { difference: 0 } });
  expect(more!.low).toBeLessThan(0.95);
  expect(more!.gain.high).toBeGreaterThan(0);
});

test('sizes grow by about 1.4 to the most there are, and the next round number is half of the labels', () => {
  expect(sizesUpTo(80, 4)).toEqual([10, 14, 20, 28, 40, 57, 80]);
  expect(sizesUpTo(24, 20)).toEqual([24]);
  expect([30, 40, 100, 399, 5000].map(nextLabels)).toEqual([10, 20, 50, 100, 2000]);
});
