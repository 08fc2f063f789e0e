// What the window shows: one of the views, and in the Label view which photos.

import type { PhotoFilter, PhotoId, PileId } from '../../shared/types.ts';

export type View = 'label' | 'train' | 'review';
/**
 * What the Label view shows: photos by a filter, of a pile, or in an order of their own; the piles; or the files that
 * couldn't be read.
 */
export type Shown = PhotoFilter | OfPile | Picked | InOrder | { kind: 'piles' } | { kind: 'problems' };
/** Those that were picked on the map. */
type Picked = { kind: 'picked' };
type OfPile = { kind: 'pile'; pile: PileId };
/** Photos in another order than the library's: those worth a label, or those like one of them. */
export type InOrder = { kind: 'suggested' } | { kind: 'alike'; id: PhotoId };

export const isInOrder = (shown: Shown): shown is InOrder => shown.kind === 'suggested' || shown.kind === 'alike';

type Predicted = Extract<PhotoFilter, { kind: 'predicted' | 'confusion' | 'resorted' }>;

/** Photos that only main can tell: which they are depends on what is predicted, or on how they look. */
export const needsMain = (shown: Shown): shown is InOrder | OfPile | Predicted =>
  ['predicted', 'confusion', 'resorted', 'pile'].includes(shown.kind) || isInOrder(shown);
