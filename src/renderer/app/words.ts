// What the window says of what happened: a scan that ended, photos that were labelled. Pure; no DOM.

import { labelFromCode, type ClassId, type Counts, type PhotoClass, type ScanProgress } from '../../shared/types.ts';
import { count, plural } from '../../shared/words.ts';

/** "3 new photos, 2 gone": what a scan found; "Nothing new." when all is as it was. */
export function scanInWords({ added, removed, changed }: ScanProgress): string {
  const parts = [
    ...(added > 0 ? [plural(added, ['# new photo', '# new photos'])] : []),
    ...(removed > 0 ? [`${added > 0 ? count(removed) : plural(removed, ['# photo', '# photos'])} gone`] : []),
  ];
  if (parts.length > 0) return `${parts.join(', ')}.`;
  if (changed === 0) return 'Nothing new.';
  return `Nothing new; ${plural(changed, ['# changed file was', '# changed files were'])} read again.`;
}

/** "2 photos labelled Cat. 158 unlabelled." `labels`: the codes that the photos have now. */
export function labelledInWords(
  labels: readonly number[],
  { unlabelled }: Counts,
  classOf: (id: ClassId) => PhotoClass | null,
): string {
  const [first] = labels;
  const label = labels.every((code) => code === first) ? labelFromCode(first ?? 0) : undefined;
  return `${plural(labels.length, ['# photo', '# photos'])} ${wordsOf(label)}. ${count(unlabelled)} unlabelled.`;

  function wordsOf(shared: typeof label): string {
    if (shared === undefined) return 'changed';
    if (shared === null) return 'without a label';
    return shared === 'excluded' ? 'left out' : `labelled ${classOf(shared)?.name}`;
  }
}
