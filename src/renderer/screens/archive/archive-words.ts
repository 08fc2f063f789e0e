// What is said of archives.

import type { ArchiveCard, ConflictChoice, MergePreview } from '../../../shared/archive.ts';
import { count, plural } from '../../../shared/words.ts';

export const choicesInWords: Record<ConflictChoice, string> = {
  mine: 'Keep mine',
  theirs: 'Take theirs',
  unsure: 'Leave unsure',
};

const enumerated = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

const partsOf = (parts: readonly [number, [one: string, many: string]][]): string =>
  enumerated(parts.flatMap(([n, forms]) => (n > 0 ? [plural(n, forms)] : [])));

export const cardInWords = ({ photos, labelled, classes, runs }: ArchiveCard): string =>
  partsOf([
    [labelled, ['# label', '# labels']],
    [classes.length, ['# class', '# classes']],
    [runs, ['# run', '# runs']],
  ]) + ` for ${plural(photos, ['# photo', '# photos'])}`;

/** What would come into a library that has labels. */
export function mergeInWords({ added, same, newClasses, runs, views, absent }: MergePreview): string[] {
  const comes = partsOf([
    [added, ['# label', '# labels']],
    [newClasses.length, ['# class', '# classes']],
    [runs, ['# run', '# runs']],
    [views, ['# view', '# views']],
  ]);
  return [
    comes === '' ? 'Nothing new would come.' : `${comes} would come.`,
    ...(same > 0 ? [`${plural(same, ['# label is', '# labels are'])} here already.`] : []),
    ...(absent > 0
      ? [`${plural(absent, ['# photo is', '# photos are'])} not in this folder; what was said waits.`]
      : []),
  ];
}

export function mergedInWords({ added, conflicts }: MergePreview, choice: ConflictChoice): string {
  const came = choice === 'theirs' ? added + conflicts : added;
  const left = choice === 'unsure' && conflicts > 0 ? ` ${count(conflicts)} are left unsure.` : '';
  return `${plural(came, ['# label', '# labels'])} came with the archive.${left}`;
}
