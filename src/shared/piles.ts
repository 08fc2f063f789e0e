// Piles: the photos of a library sorted into groups that look alike to a pretrained network, before anybody has named
// anything. What a screen is told of them, and what it may ask.

import type { Failure } from './errors.ts';
import type { ClassId, PhotoId, PileId } from './types.ts';

export interface Pile {
  id: PileId;
  /** All photos in it but those that were excluded, are of none of the classes, or are gone. */
  photos: number;
  /** How many of them have a class. */
  labelled: number;
  /** Up to `TYPICAL_KEPT` without a label, the most typical first. */
  typical: PhotoId[];
  /** How surely this is one pile, 0 to 1. */
  sureness: number;
  /** The class that most of the photos got which were shown when it was named, and those photos; null without any. */
  named: { classId: ClassId; photoIds: PhotoId[] } | null;
}

/** Photos shown of a pile, which get its name unless they are taken out. */
export const TYPICAL_SHOWN = 12;
/** As many again, to move up when some are taken out. */
export const TYPICAL_KEPT = 24;
/** Of fewer photos no piles are made. */
export const FEWEST_FOR_PILES = 6;
export const MOST_PILES = 12;

export type PilesState =
  /** `too-few`: less than `FEWEST_FOR_PILES` photos can be looked at. */
  | { status: 'none'; reason: 'no-network' | 'too-few' }
  /** The network has not looked at enough photos yet, or the piles are being sorted. */
  | { status: 'looking' }
  | { status: 'failed'; failure: Failure }
  | SortedPiles;

export type PileChange = 'split' | 'merge' | 'set-aside' | 'put-back';

export interface SortedPiles {
  status: 'ready';
  piles: Pile[];
  /** As many piles as the person asked for; null: as many as the photos themselves suggest. */
  asked: number | null;
  /** The most that can be asked for. */
  most: number;
  /** Whether there is a gap between the piles that photos without groups would not show. */
  separates: boolean;
  /** Photos that the network has looked at since: they are in no pile yet. */
  since: number;
  /** Photos of piles that were set aside. */
  setAside: number;
  /** What was done to the piles last since they were sorted; null when nothing was. */
  undo: PileChange | null;
}
