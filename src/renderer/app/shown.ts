// What the window shows: one of the views, and in the Label view which photos.

import type { PhotoFilter } from '../../shared/types.ts';

export type View = 'label' | 'train' | 'review';
/** What the Label view shows: photos by a filter, or the list of files that couldn't be read. */
export type Shown = PhotoFilter | { kind: 'problems' };

/** Photos that only main can tell: which they are depends on what a run predicted. */
export const needsMain = (shown: Shown): shown is Extract<PhotoFilter, { kind: 'predicted' | 'confusion' }> =>
  shown.kind === 'predicted' || shown.kind === 'confusion';
