// What the window says of what happened: a scan or a run that ended, photos that were labelled. Pure; no DOM.

import { accuracyInUse, type RunSummary } from '../../shared/training.ts';
import { labelFromCode, type ClassId, type Counts, type PhotoClass, type ScanProgress } from '../../shared/types.ts';
import { photosInWords } from '../ui/words.ts';

/** "3 new photos, 2 gone": what a scan found; "Nothing new." when all is as it was. */
export function scanInWords({ added, removed, changed }: ScanProgress): string {
  const gone = added > 0 ? `${removed.toLocaleString()} gone` : `${photosInWords(removed)} gone`;
  const parts = [
    ...(added > 0 ? [added === 1 ? '1 new photo' : `${added.toLocaleString()} new photos`] : []),
    ...(removed > 0 ? [gone] : []),
  ];
  if (parts.length > 0) return `${parts.join(', ')}.`;
  if (changed === 0) return 'Nothing new.';
  const files = changed === 1 ? '1 changed file was' : `${changed.toLocaleString()} changed files were`;
  return `Nothing new; ${files} read again.`;
}

/** "Run 3 has ended: 88 % right." */
export function runEndInWords(run: RunSummary): string {
  if (run.status === 'failed') return `Run ${run.id} failed.`;
  const found = accuracyInUse(run);
  return `Run ${run.id} has ended${found ? `: ${Math.round(100 * found.accuracy)} % right` : ''}.`;
}

/** "2 photos labelled Cat. 158 unlabelled." `labels`: the codes that the photos have now. */
export function labelledInWords(
  labels: readonly number[],
  { unlabelled }: Counts,
  classOf: (id: ClassId) => PhotoClass | null,
): string {
  const [first] = labels;
  const label = labels.every((code) => code === first) ? labelFromCode(first ?? 0) : undefined;
  return `${photosInWords(labels.length)} ${wordsOf(label)}. ${unlabelled.toLocaleString()} unlabelled.`;

  function wordsOf(shared: typeof label): string {
    if (shared === undefined) return 'changed';
    if (shared === null) return 'without a label';
    return shared === 'excluded' ? 'left out' : `labelled ${classOf(shared)?.name}`;
  }
}
