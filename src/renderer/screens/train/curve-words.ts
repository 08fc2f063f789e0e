// What the learning curve promises, in a person's words. Pure; no DOM.

import type { Forecast, LearningCurve } from '../../../shared/learning-curve.ts';
import { count, plural } from '../../../shared/words.ts';
import { intervalWords } from '../../ui/numbers.ts';

type Measured = Extract<LearningCurve, { status: 'measured' }>;

/** A promise this vague is none. */
const VAGUE = 0.06;
/** Less than this is hardly worth a label. */
const HARDLY = 0.005;

/** What a round number of labels more would bring. */
export function promise({ labelled, forecasts }: Measured): string {
  const [, next] = forecasts;
  if (!next) return 'There are too few labels to say what more would bring.';
  const more = plural(next.labels - labelled, ['# more label', '# more labels']);
  const { difference, low, high } = next.gain;
  const range = `${photos(Math.max(0, low))} to ${photos(high)}`;
  if (high - low > VAGUE)
    return `There are too few labels to say: ${more} would get ${range} more photos in 100 right.`;
  if (difference < HARDLY) return `More labels would hardly help: ${more} would get ${range} more photos in 100 right.`;
  return `${more} would get about ${photos(difference)} more ${photos(difference) === '1' ? 'photo' : 'photos'} in 100 right (${range}).`;
}

/** What the labels there are bring, and twice as many. */
export function standing({ labelled, forecasts }: Measured): string {
  const [now, , twice] = forecasts;
  if (!now || !twice) return '';
  const right = ({ accuracy, low, high }: Forecast) =>
    `about ${Math.round(100 * accuracy)} in 100 right (${intervalWords({ low, high })})`;
  return `With your ${plural(labelled, ['# label', '# labels'])} a quick learner gets ${right(now)}, with ${count(twice.labels)} ${right(twice)}.`;
}

export const pointWords = ({ labels, accuracy }: Measured['points'][number]): string =>
  `${plural(labels, ['# label', '# labels'])}: ${Math.round(100 * accuracy.accuracy)}% right (${intervalWords(accuracy)})`;

/** A share as photos in a hundred: whole ones, but never none where there is something. */
function photos(share: number): string {
  const size = 100 * share;
  if (size === 0) return '0';
  return size < 9.95 ? String(Math.round(10 * size) / 10) : String(Math.round(size));
}
