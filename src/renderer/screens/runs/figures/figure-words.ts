// The figures of a run in a person's words. Pure; no DOM.

import {
  calibrationError,
  calibrationErrorByChance,
  FEWEST_FOR_RELIABILITY,
  type MeasuredPhotos,
  type ReliabilityBin,
} from '../../../../shared/figures.ts';
import { pairedDifference } from '../../../../shared/statistics.ts';
import type { Receipt } from '../../../../shared/training.ts';
import type { ClassId, PhotoFilter } from '../../../../shared/types.ts';
import { plural } from '../../../../shared/words.ts';

/** "80–90%": a bin of confidence. */
export const binWords = ({ from, to }: Pick<ReliabilityBin, 'from' | 'to'>): string =>
  `${Math.round(100 * from)}–${Math.round(100 * to)}%`;

/** What the figures were measured on, and what is missing from them. */
export function figuresSentence({ truth, gone }: MeasuredPhotos, measuredBy: Receipt['measuredBy']): string {
  const photos = plural(truth.length, ['# labelled photo', '# labelled photos']);
  const how =
    measuredBy === 'held-out'
      ? `Counted on ${photos} held out of training, with the labels of then.`
      : `Counted on your ${photos}, each told by models that had not learned from it, with the labels of then.`;
  if (gone === 0) return how;
  const others = plural(gone, [
    '# more photo measured it, but its file or class is no longer here.',
    '# more photos measured it, but their file or class is no longer here.',
  ]);
  return `${how} ${others}`;
}

/** Why there is no diagram, as a sentence; null when there are enough photos to draw one. */
export function whyNoReliability({ truth }: MeasuredPhotos): string | null {
  const n = truth.length;
  if (n >= FEWEST_FOR_RELIABILITY) return null;
  const measured = plural(n, ['# was measured', '# were measured']);
  return `Too few photos to tell whether its confidence means what it says: ${measured}, and it takes ${FEWEST_FOR_RELIABILITY}.`;
}

/** What the diagram says. */
export function reliabilitySentence(bins: readonly ReliabilityBin[], confidences: readonly number[]): string {
  const error = calibrationError(bins);
  const chance = calibrationErrorByChance(confidences);
  const points = (share: number) => (100 * share).toFixed(1);
  const apart = `What it states and what is right lie ${points(error)} points apart on average (expected calibration error)`;
  const noise = `with ${plural(confidences.length, ['# photo', '# photos'])} chance alone would make about ${points(chance)}`;
  if (error <= 1.5 * chance) return `${apart}; ${noise}, so its confidence may well mean what it says.`;
  const n = bins.reduce((sum, { right }) => sum + right.n, 0);
  const boast = bins.reduce((sum, { stated, right }) => sum + right.n * (stated - right.accuracy), 0) / n;
  return `${apart}; ${noise}. It is ${boast > 0 ? 'surer than it is right' : 'right more often than it is sure'}.`;
}

/** Whether the confidences were made to fit the very photos that the diagram shows. */
export const calibrationNote = (temperature: number | null): string =>
  temperature === null
    ? 'Its confidences were not calibrated.'
    : 'Its confidences were calibrated on these same photos, which flatters the diagram a little.';

type FigureFilter = Extract<PhotoFilter, { kind: 'confusion' | 'confident' }>;

/** The photos of a number, as a title: "Run 3: Cat taken for Dog". */
export function titleOfFigure(filter: FigureFilter, nameOf: (id: ClassId) => string): string {
  const run = `Run ${filter.runId}`;
  if (filter.kind === 'confident') return `${run}: ${binWords(filter)} sure`;
  const { truth, predicted } = filter;
  if (truth !== null && predicted !== null) {
    const rightly = truth === predicted;
    return rightly ? `${run}: rightly ${nameOf(truth)}` : `${run}: ${nameOf(truth)} taken for ${nameOf(predicted)}`;
  }
  if (truth !== null) return `${run}: is ${nameOf(truth)}`;
  if (predicted !== null) return `${run}: called ${nameOf(predicted)}`;
  return `${run}: what measured it`;
}

/**
 * On the photos that measured both and have one label in both: "On the 38 photos that measured both, this one is right
 * 2.0 points more often than run 3 (−4.1 to +9.0); that may be chance." Null where there are none.
 */
export function pairedSentence(before: MeasuredPhotos, now: MeasuredPhotos, earlier: number): string | null {
  const at = new Map(before.photoIds.map((id, i) => [id, i]));
  const shared = now.photoIds.flatMap((id, i) => {
    const j = at.get(id);
    return j !== undefined && before.truth[j] === now.truth[i] ? [{ i, j }] : [];
  });
  if (shared.length === 0) return null;
  const { difference, low, high } = pairedDifference(
    shared.map(({ i }) => now.truth[i] === now.predicted[i]),
    shared.map(({ j }) => before.truth[j] === before.predicted[j]),
  );
  const size = (share: number) => Math.abs(100 * share).toFixed(1);
  const points = (share: number) => `${share < 0 ? '−' : '+'}${size(share)}`;
  const often =
    size(difference) === '0.0'
      ? 'as often as'
      : `${size(difference)} points ${difference > 0 ? 'more' : 'less'} often than`;
  const clearly = low > 0 ? 'that is clearly better' : high < 0 ? 'that is clearly worse' : 'that may be chance';
  const verdict = size(difference) === '0.0' ? '' : `; ${clearly}`;
  const photos = plural(shared.length, ['# photo', '# photos']);
  return `On the ${photos} that measured both, this one is right ${often} run ${earlier} (${points(low)} to ${points(high)})${verdict}.`;
}
