// What more labels would bring, from what fewer bring: errors fall with their number by an inverse power law (Figueroa,
// Zeng-Treitler, Kandula & Ngo 2012, "Predicting sample size required for classification performance").

import { randomStream } from '../../shared/random.ts';
import { wilson } from '../../shared/statistics.ts';
import type { Forecast } from '../../shared/learning-curve.ts';

/** Errors e(n) = floor + scale · n^−decay of n labels, in shares of 1. */
export interface PowerLaw {
  floor: number;
  scale: number;
  decay: number;
}

/** Exponents that are tried; learning curves of few labels lie between. */
const DECAYS = Array.from({ length: 20 }, (_, i) => (i + 1) / 10);

/**
 * The power law of least squared error, floor and scale not below 0, each size weighted by itself, as the long run is
 * what is asked for (Figueroa et al. 2012).  sizes: labels, ascending; errors: shares of 1.
 */
export function fitPowerLaw(sizes: readonly number[], errors: readonly number[]): PowerLaw {
  let best: PowerLaw & { cost: number } = { floor: 0, scale: 0, decay: 1, cost: Infinity };
  for (const decay of DECAYS) {
    const [floor, scale] = nonNegativeLine(
      sizes.map((n) => n ** -decay),
      errors,
      sizes,
    );
    const law = { floor, scale, decay };
    const cost = sizes.reduce((sum, n, j) => sum + n * ((errors[j] ?? 0) - errorsAt(law, n)) ** 2, 0);
    if (cost < best.cost) best = { ...law, cost };
  }
  const { floor, scale, decay } = best;
  return { floor, scale, decay };
}

export const errorsAt = ({ floor, scale, decay }: PowerLaw, labels: number): number => floor + scale * labels ** -decay;

/** [a, b] >= 0 of a + b x with the least weighted squares. */
function nonNegativeLine(x: readonly number[], y: readonly number[], weights: readonly number[]): [number, number] {
  const sum = (term: (i: number) => number) => x.reduce((total, _, i) => total + (weights[i] ?? 0) * term(i), 0);
  const [xs, ys] = [(i: number) => x[i] ?? 0, (i: number) => y[i] ?? 0];
  const all = sum(() => 1);
  const [meanX, meanY] = [sum(xs) / all, sum(ys) / all];
  const spread = sum((i) => (xs(i) - meanX) ** 2);
  const b = spread > 0 ? sum((i) => (xs(i) - meanX) * (ys(i) - meanY)) / spread : 0;
  if (b <= 0) return [Math.max(0, meanY), 0];
  const a = meanY - b * meanX;
  return a >= 0 ? [a, b] : [0, sum((i) => xs(i) * ys(i)) / sum((i) => xs(i) ** 2)];
}

/** Photos and draws of them that the intervals rest on. */
const RESAMPLES = 400;

/**
 * What each number of labels in `ahead` is to bring.
 *
 * The interval of a gain is that of a bootstrap over the photos that were measured (Efron 1979), each resample with a
 * power law of its own. That of the accuracy adds the Wilson interval of what all labels bring, by the squares of the
 * distances (MOVER; Zou & Donner 2008, "Construction of confidence limits about effect measures").
 *
 * @param sizes how many labels were learned from, ascending
 * @param wrong [photos, sizes] row-major: in what share of the draws a photo was mistaken, 0 to 1
 */
export function forecast(
  sizes: readonly number[],
  wrong: Float64Array,
  ahead: readonly number[],
  seed: number,
): Forecast[] {
  const photos = wrong.length / sizes.length;
  const all = Array.from({ length: photos }, (_, i) => i);
  const law = fitPowerLaw(sizes, errorsOf(all, wrong, sizes.length));
  const now = 1 - errorsAt(law, photos);
  const certain = wilson(now * photos, photos);
  const random = randomStream(seed, 41);
  const laws = Array.from({ length: RESAMPLES }, () => {
    const drawn = all.map(() => Math.floor(random() * photos));
    return fitPowerLaw(sizes, errorsOf(drawn, wrong, sizes.length));
  });
  // Shares of so few photos come in steps: half of one either way (continuity correction).
  const step = 0.5 / photos;
  const gainOf = (one: PowerLaw, labels: number) => errorsAt(one, photos) - errorsAt(one, labels);
  return ahead.map((labels) => {
    const difference = gainOf(law, labels);
    const [low, high] = inner95(laws.map((one) => gainOf(one, labels)));
    const gain = { difference, low: Math.min(low, difference) - step, high: Math.max(high, difference) + step };
    return {
      labels,
      accuracy: now + difference,
      low: Math.max(0, now + difference - Math.hypot(now - certain.low, difference - gain.low)),
      high: Math.min(1, now + difference + Math.hypot(certain.high - now, gain.high - difference)),
      gain,
    };
  });
}

/** Mean share of mistakes at each size over these photos. */
function errorsOf(photos: readonly number[], wrong: Float64Array, sizes: number): number[] {
  return Array.from(
    { length: sizes },
    (_, j) => photos.reduce((sum, i) => sum + (wrong[i * sizes + j] ?? 0), 0) / photos.length,
  );
}

/** The 2.5 % and the 97.5 % point. */
function inner95(values: number[]): [number, number] {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.025), at(0.975)];
}
