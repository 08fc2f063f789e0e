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

const RESAMPLES = 400;

/** What was measured at each size, in several draws. */
export interface Drawn {
  /** How many labels were learned from, ascending. */
  sizes: readonly number[];
  /** Of each draw the share of mistakes at each size, on its own part of the photos. */
  errors: readonly (readonly number[])[];
  /** How many photos were measured in all. */
  photos: number;
  /** Photos that a draw was measured on for each that it could learn from. */
  measuredPerLearned: number;
}

/**
 * What each number of labels in `ahead` is to bring, compared with as many as there are photos.
 *
 * The interval of a gain is that of a bootstrap over the draws (Efron 1979), each resample with a power law of its own.
 * Whole draws are taken, because the mistakes of one have a cause in common: the labels that it has not learned from.
 * Draws share photos, so that the mean of J of them is only as certain as that of 1 / (1/J + measured / learned) that
 * share none (Nadeau & Bengio 2003, "Inference for the generalization error"): so many make a resample.
 *
 * The interval of the accuracy adds that of what all labels bring, by the squares of the distances (MOVER; Zou & Donner
 * 2008, "Construction of confidence limits about effect measures"); it is Wilson's, or that of the same bootstrap where
 * it reaches further.
 */
export function forecast(drawn: Drawn, ahead: readonly number[], seed: number): Forecast[] {
  const { sizes, errors, photos, measuredPerLearned } = drawn;
  const lawOf = (draws: readonly (readonly number[])[]) =>
    fitPowerLaw(
      sizes,
      sizes.map((_, j) => draws.reduce((sum, draw) => sum + (draw[j] ?? 0), 0) / draws.length),
    );
  const law = lawOf(errors);
  const random = randomStream(seed, 41);
  const taken = Math.max(1, Math.round(1 / (1 / errors.length + measuredPerLearned)));
  const laws = Array.from({ length: RESAMPLES }, () =>
    lawOf(Array.from({ length: taken }, () => errors[Math.floor(random() * errors.length)] ?? [])),
  );
  const now = 1 - errorsAt(law, photos);
  const certain = wilson(now * photos, photos);
  const resampled = inner95(laws.map((one) => 1 - errorsAt(one, photos)));
  const level = { low: Math.min(certain.low, resampled[0]), high: Math.max(certain.high, resampled[1]) };
  const gainOf = (one: PowerLaw, labels: number) => errorsAt(one, photos) - errorsAt(one, labels);
  // Shares of so few photos come in steps: half of one either way (continuity correction).
  const step = 0.5 / photos;
  return ahead.map((labels) => {
    const difference = gainOf(law, labels);
    const [low, high] = inner95(laws.map((one) => gainOf(one, labels)));
    const gain = { difference, low: Math.min(low, difference) - step, high: Math.max(high, difference) + step };
    return {
      labels,
      accuracy: now + difference,
      low: Math.max(0, now + difference - Math.hypot(now - level.low, difference - gain.low)),
      high: Math.min(1, now + difference + Math.hypot(level.high - now, gain.high - difference)),
      gain,
    };
  });
}

/** The 2.5 % and the 97.5 % point. */
function inner95(values: number[]): [number, number] {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.025), at(0.975)];
}
