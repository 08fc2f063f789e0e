// A folder that is sorted, in a person's words.

import type { FolderSorting } from '../../../shared/handed-in.ts';
import { count, plural } from '../../../shared/words.ts';

export function sortingInWords({ phase, done, total, predicted, problems, error }: FolderSorting): string {
  const odd = problems === 0 ? '' : ` ${plural(problems, ['# file is', '# files are'])} no picture that can be read.`;
  switch (phase) {
    case 'listing':
      return 'Looking for pictures…';
    case 'predicting':
      return `${count(done)} of ${plural(total, ['# file', '# files'])} looked at.${odd}`;
    case 'stopped':
      return `Stopped after ${count(done)} of ${plural(total, ['# file', '# files'])}.${odd}`;
    case 'failed':
      return error ?? 'This folder could not be sorted.';
    case 'done':
      return predicted === 0
        ? `There is no picture in this folder.${odd}`
        : `${plural(predicted, ['# picture', '# pictures'])} sorted.${odd}`;
  }
}
