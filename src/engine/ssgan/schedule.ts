// How the rate and the weights of the terms change over a run. Time, not a number of steps, says how far a run is.

import type { Ramp } from '../../shared/objective.ts';

const WARM_UP_STEPS = 50;

/** Share of the full rate, 0 to 1, at a step and at a share of the run. */
export type Schedule = (step: number, fraction: number) => number;

/** Linear warm-up over 50 steps, cosine to 0 at the end of the run. */
export const cosine: Schedule = (step, fraction) =>
  Math.min(1, (step + 1) / WARM_UP_STEPS) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, fraction)));

export const constant: Schedule = () => 1;

/** The full rate for two thirds of the run, then linear to 0. */
export const flatThenLinear: Schedule = (_step, fraction) => Math.min(1, 3 * (1 - Math.min(1, fraction)));

/** 0 until `from`, 1 from `to` on, linear between; all shares of the run. */
export const grown = (fraction: number, [from, to]: Ramp): number =>
  Math.min(1, Math.max(0, (fraction - from) / (to - from)));
