// What the marks are called wherever a photo carries one.

import type { Mark } from './types.ts';

export const markNames: Record<Mark, string> = {
  excluded: 'Excluded',
  none: 'None of these',
  unsure: 'Unsure',
};

/** In the middle of a sentence. */
export const markWords: Record<Mark, string> = {
  excluded: 'left out',
  none: 'none of these',
  unsure: /* @wc-include */ 'unsure',
};
