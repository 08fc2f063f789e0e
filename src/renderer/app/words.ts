// What the window says of what happened: a scan that ended, photos that were labelled. Pure; no DOM.

import { markWords } from '../../shared/mark-words.ts';
import {
  isMark,
  labelFromCode,
  type ClassId,
  type Counts,
  type PhotoClass,
  type ScanProgress,
} from '../../shared/types.ts';
import { count, plural } from '../../shared/words.ts';

/** Whether a scan found the folder otherwise than it was, as far as that shows. */
export const hasFound = ({ added, removed, moved }: ScanProgress): boolean => added + removed + moved > 0;

/** What two scans found, one after the other. */
export const together = (first: ScanProgress, next: ScanProgress): ScanProgress => ({
  ...next,
  added: first.added + next.added,
  removed: first.removed + next.removed,
  changed: first.changed + next.changed,
  moved: first.moved + next.moved,
});

/** "3 new photos, 2 gone, 4 moved": what a scan found; "Nothing new." when all is as it was. */
export function scanInWords({ added, removed, changed, moved }: ScanProgress): string {
  const all = [
    { photos: added, forms: ['# new photo', '# new photos'], word: 'new' },
    { photos: removed, forms: ['# photo gone', '# photos gone'], word: 'gone' },
    { photos: moved, forms: ['# photo moved', '# photos moved'], word: 'moved' },
  ] as const;
  const found = all.filter(({ photos }) => photos > 0);
  // Only the first says what of.
  const parts = found.map(({ photos, forms, word }, i) =>
    i === 0 ? plural(photos, forms) : `${count(photos)} ${word}`,
  );
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
    if (shared === 'none') return 'labelled none of these';
    return isMark(shared) ? markWords[shared] : `labelled ${classOf(shared)?.name}`;
  }
}
