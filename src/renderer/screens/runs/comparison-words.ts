// What a run changed, set beside another run, in a person's words. Pure; no DOM.

import { unpairedDifference } from '../../../shared/statistics.ts';
import { accuracyInUse, type RunComparison, type RunSummary } from '../../../shared/training.ts';
import { plural } from '../../../shared/words.ts';
import { withInterval } from './verdict.ts';

export const changedPhotos = ({ changes }: RunComparison): number =>
  changes.reduce((sum, { photos }) => sum + photos, 0);

/** "212 of 3,900 unlabelled photos are sorted differently." */
export function changedSentence(comparison: RunComparison): string {
  const { photos } = comparison;
  const changed = changedPhotos(comparison);
  if (photos === 0) return 'There is no unlabelled photo that both have judged.';
  if (changed === 0) return `Both sort ${plural(photos, ['# unlabelled photo', '# unlabelled photos'])} alike.`;
  const all = plural(photos, ['# unlabelled photo', '# unlabelled photos']);
  return plural(changed, [`# of ${all} is sorted differently.`, `# of ${all} are sorted differently.`]);
}

type Measured = Pick<RunSummary, 'id' | 'receipt'>;

/**
 * "Run 3 has 92% right (85–96), this one 96% (91–98); the difference may be chance." Null unless both were measured.
 */
export function accuracyChange(earlier: Measured, later: Measured): string | null {
  const [before, now] = [accuracyInUse(earlier), accuracyInUse(later)];
  if (!before || !now) return null;
  const { low, high } = unpairedDifference(now, before);
  const verdict = low > 0 ? 'clearly better' : high < 0 ? 'clearly worse' : null;
  const end = verdict === null ? 'the difference may be chance' : `that is ${verdict}`;
  return `Run ${earlier.id} was measured at ${withInterval(before)}, this one at ${withInterval(now)}; ${end}.`;
}

/** The run that one is first set beside: the one whose weights it began with, else the newest before it. */
export function usualRival<Run extends Pick<RunSummary, 'id' | 'usable'>>(
  run: Pick<RunSummary, 'id' | 'startedFrom'>,
  runs: readonly Run[],
): Run | null {
  const others = rivals(run, runs);
  return (
    others.find(({ id }) => id === run.startedFrom) ?? others.find(({ id }) => id < run.id) ?? others.at(-1) ?? null
  );
}

/** Runs that it can be set beside, newest first. */
export const rivals = <Run extends Pick<RunSummary, 'id' | 'usable'>>(
  run: Pick<RunSummary, 'id'>,
  runs: readonly Run[],
): Run[] => runs.filter(({ id, usable }) => usable && id !== run.id);
