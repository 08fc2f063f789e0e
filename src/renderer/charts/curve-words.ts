// What the curves of a run say, in one plain sentence each. Found from the curves of real runs (npm run bench:curves);
// test/renderer/charts/recorded holds some of them. Pure.

import type { TrainingMetrics } from '../../shared/training.ts';

export interface Watching {
  /** What the real and the fake term of the loss weigh. */
  weight: number;
  /** The whole run's time, labels-only network and all. */
  budgetSeconds: number;
  /** It still learns. */
  live: boolean;
}

/** Who is ahead in the game of classifier and generator. */
export type Game = 'too-early' | 'balance' | 'generator' | 'classifier' | 'classifier-always';

/** Until the two terms have grown to their weight, at a tenth of the stage, they say little. */
const GROWN_AT = 0.15;
const LEAST_POINTS = 20;
/** Of the newest points. */
const WINDOW = 0.25;
/**
 * Runs on digits and on the sample library lay at 0.5 to 1.0 from there on; one of six minutes on 160 photos, which its
 * classifier came to know by heart, went down to 0.26 and up again; one whose generator was hardly steered to 0.13.
 */
const LEVELS = { always: 0.1, ahead: 0.35, fooled: 1.05 };

/**
 * The mean loss of telling real photos from drawn ones, as a share of what guessing costs: 0 never wrong, 1 no better
 * than a guess. It is −log D and −log(1 − D), halved and weighted; a guess, D = ½, costs w/2·ln 2 each
 * (Salimans et al. 2016, section 5). Null without either.
 */
export function confusion(points: readonly TrainingMetrics[], weight: number): number | null {
  const both = points.flatMap(({ unlabelledLoss, generatedLoss }) =>
    unlabelledLoss === null || generatedLoss === null ? [] : [unlabelledLoss + generatedLoss],
  );
  return both.length === 0 ? null : meanOf(both) / (weight * Math.LN2);
}

export function gameOf(all: readonly TrainingMetrics[], { weight, budgetSeconds }: Watching): Game {
  const points = all.filter(({ stage }) => stage === 'ssgan');
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < LEAST_POINTS) return 'too-early';
  if (last.seconds - first.seconds < GROWN_AT * (budgetSeconds - first.seconds)) return 'too-early';
  const share = confusion(points.slice(-Math.ceil(WINDOW * points.length)), weight);
  if (share === null) return 'too-early';
  if (share > LEVELS.fooled) return 'generator';
  if (share > LEVELS.ahead) return 'balance';
  return share > LEVELS.always ? 'classifier' : 'classifier-always';
}

/** Null where there is nothing to say yet. */
export function lossSentence(points: readonly TrainingMetrics[], watching: Watching): string | null {
  const { live } = watching;
  switch (gameOf(points, watching)) {
    case 'too-early':
      return live ? 'It is early: the lines may go anywhere yet.' : null;
    case 'balance':
      return live ? 'Classifier and generator are in balance.' : 'Classifier and generator were in balance.';
    case 'generator':
      return live
        ? 'The generator is ahead: its pictures often pass for photos. The classifier catches up as a rule.'
        : 'The generator was ahead at the end: its pictures often passed for photos.';
    case 'classifier':
      return live
        ? 'The classifier is ahead: normal. The pictures get better slowly.'
        : 'The classifier was ahead at the end. With more time the pictures may get better.';
    case 'classifier-always':
      return live
        ? 'The classifier always wins: the pictures will hardly get better. Sorting does not need good pictures.'
        : 'The classifier always won, so the pictures hardly got better. Sorting does not need good pictures.';
  }
}

/** Single measurements on few photos jump: the mean of so many. */
const SMOOTHED = 5;
const LEAST_MEASURED = 10;
/** A rise counts from half a point on. */
const RISE = 0.005;
/** For so much of the stage, and so many seconds, it must not have risen before that is said. */
const STILL = { share: 0.3, seconds: 45 };

/** How the held-out accuracy goes: null while that can't be told. */
export function accuracySentence(all: readonly TrainingMetrics[], { live }: Pick<Watching, 'live'>): string | null {
  const measured = all.flatMap(({ stage, seconds, heldOutAccuracy }) =>
    stage === 'ssgan' && heldOutAccuracy !== null ? [{ seconds, accuracy: heldOutAccuracy }] : [],
  );
  const [first, last] = [measured[0], measured.at(-1)];
  if (!first || !last || measured.length < LEAST_MEASURED) return null;
  let best = -Infinity;
  let roseAt = first.seconds;
  for (let end = SMOOTHED; end <= measured.length; end++) {
    const mean = meanOf(measured.slice(end - SMOOTHED, end).map(({ accuracy }) => accuracy));
    if (mean < best + RISE) continue;
    best = mean;
    roseAt = measured[end - 1]?.seconds ?? roseAt;
  }
  const still = last.seconds - roseAt;
  if (still >= Math.max(STILL.seconds, STILL.share * (last.seconds - first.seconds))) {
    return live
      ? `It has not risen for ${timeOf(still)}: more time may not help.`
      : `It last rose ${timeOf(still)} before the end: more time would hardly help.`;
  }
  if (live) return 'It is still learning.';
  return still < 0.1 * (last.seconds - first.seconds) ? 'It was still rising at the end: more time may help.' : null;
}

const timeOf = (seconds: number): string => {
  if (seconds < 90) return `${Math.round(seconds / 5) * 5} seconds`;
  return `${Math.round(seconds / 60)} minutes`;
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
