// What the window shows: one of the views, and in the Label view which photos.

import type { ReceiptPart } from '../../shared/correction-receipt.ts';
import type { PhotoFilter, PhotoId, PileId, RunId } from '../../shared/types.ts';

export type View = 'label' | 'train' | 'review';
/**
 * What the Label view shows: photos by a filter, of a pile, of a receipt, or in an order of their own; the piles; or
 * the files that couldn't be read.
 */
export type Shown =
  PhotoFilter | OfPile | OfReceipt | Reguessed | Picked | InOrder | These | { kind: 'piles' } | { kind: 'problems' };
/** Those that were picked on the map. */
type Picked = { kind: 'picked' };
/** Labels that a point of the learning curve has learned from. */
export type These = { kind: 'learned'; photoIds: PhotoId[] };
type OfPile = { kind: 'pile'; pile: PileId };
/** Behind a number of what a run made of the labels since the run before. */
type OfReceipt = { kind: 'receipt'; run: RunId; part: ReceiptPart };
/** Photos that the last labels made look like another class; `labels`: how many there were by then. */
type Reguessed = { kind: 'reguessed'; labels: number };
/** Photos in another order than the library's: those worth a label, or those like one of them. */
export type InOrder = { kind: 'suggested' } | { kind: 'alike'; id: PhotoId };

export const isInOrder = (shown: Shown): shown is InOrder => shown.kind === 'suggested' || shown.kind === 'alike';

type Predicted = Extract<PhotoFilter, { kind: 'predicted' | 'confusion' | 'confident' | 'resorted' | 'audited' }>;

/** The run whose figures these photos come from; null when they come from none. */
export function figuresRun(shown: Shown): RunId | null {
  if (shown.kind === 'confusion' || shown.kind === 'confident') return shown.runId;
  return shown.kind === 'resorted' ? shown.later : null;
}

/**
 * Photos that only main can tell: which they are depends on what is predicted, on how they came to be labelled, or on
 * how they look.
 */
export const needsMain = (shown: Shown): shown is InOrder | OfPile | OfReceipt | Reguessed | Predicted =>
  ['predicted', 'confusion', 'confident', 'resorted', 'audited', 'pile', 'receipt', 'reguessed'].includes(shown.kind) ||
  isInOrder(shown);
