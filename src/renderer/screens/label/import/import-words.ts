// What is said of labels that are there already. Pure.

import { markNamed } from '../../../../shared/label-import.ts';
import type { FoundSource, ImportPreview, ImportSource } from '../../../../shared/label-import.ts';
import { markNames } from '../../../../shared/mark-words.ts';
import { count, plural } from '../../../../shared/words.ts';

/** "cat, dog and 3 more" */
export function someOf(names: readonly string[], all: number, most = 3): string {
  const shown = names.slice(0, most);
  const rest = all - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${count(rest)} more`;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** A sentence about what was found. */
export function offerInWords({ source, classes, classCount, photos }: FoundSource): string {
  const names = someOf(classes.map(className), classCount);
  switch (source.from) {
    case 'folders':
      return `Your photos lie in folders that look like classes: ${names}.`;
    case 'keywords':
      return `Your photos carry keywords: ${names}.`;
    case 'file':
      return `${source.path} lies in the folder, with labels for ${plural(photos, ['# photo', '# photos'])}: ${names}.`;
    case 'table':
      return `A table has labels for ${plural(photos, ['# photo', '# photos'])}: ${names}.`;
  }
}

/** What a class or a mark of a source is called. */
export function className(name: string): string {
  const mark = markNamed(name);
  return mark ? markNames[mark] : name;
}

/** What an import would do, as the first line says it. */
export function previewInWords({ changed, corrected, same, conflicts }: ImportPreview, replace: boolean): string {
  const parts = [
    changed === 0 ? 'No photo gets a label' : `${plural(changed, ['# photo gets', '# photos get'])} a label`,
    ...(corrected > 0 ? [`${count(corrected)} of them because another program changed the keyword`] : []),
    ...(same > 0 ? [`${count(same)} ${same === 1 ? 'has' : 'have'} it already`] : []),
    ...(conflicts > 0 && !replace ? [`${count(conflicts)} ${conflicts === 1 ? 'keeps its' : 'keep their'} own`] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** What has no effect, by where it comes from. */
export function unmatchedInWords(unmatched: number, { from }: ImportSource): string {
  if (from === 'keywords') return `${plural(unmatched, ['# keyword', '# keywords'])} without effect`;
  if (from === 'folders') return `${plural(unmatched, ['# file', '# files'])} whose photo lies in several of these`;
  return `${plural(unmatched, ['# row', '# rows'])} without effect`;
}
