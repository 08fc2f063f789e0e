// What the window shows: one of the views, and in the Label view which photos.

import type { PhotoFilter, PhotoId } from '../../shared/types.ts';

export type View = 'label' | 'train' | 'review';
/** What the Label view shows: photos by a filter or in an order of their own, or the files that couldn't be read. */
export type Shown = PhotoFilter | InOrder | { kind: 'problems' };
/** Photos in another order than the library's: those worth a label, or those like one of them. */
export type InOrder = { kind: 'suggested' } | { kind: 'alike'; id: PhotoId };

export const isInOrder = (shown: Shown): shown is InOrder => shown.kind === 'suggested' || shown.kind === 'alike';

/** Photos that only main can tell: which they are depends on what is predicted, or on how they look. */
export const needsMain = (shown: Shown): shown is InOrder | Extract<PhotoFilter, { kind: 'predicted' | 'confusion' }> =>
  shown.kind === 'predicted' || shown.kind === 'confusion' || isInOrder(shown);
