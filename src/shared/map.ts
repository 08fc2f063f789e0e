// The map: where each photo lies in two dimensions by what it looks like to a pretrained network. Pure data.

import type { Failure } from './errors.ts';
import type { PhotoId } from './types.ts';

/** Fewer photos make no map. */
export const FEWEST_FOR_MAP = 3;

export type MapState =
  /** `too-few`: less than `FEWEST_FOR_MAP` photos can be looked at. */
  | { status: 'none'; reason: 'no-network' | 'too-few' }
  /** The network has not looked at enough photos yet. */
  | { status: 'looking' }
  | { status: 'failed'; failure: Failure }
  | LaidOutPhotos;

/** As columns: at 100,000 photos an object each would be felt. */
export interface LaidOutPhotos {
  status: 'ready';
  ids: PhotoId[];
  /** x and y of each in turn, -1 to 1, in ten-thousandths. */
  places: number[];
  /** 'quick': by their two main differences, until 'alike' is there: those that are alike lie together. */
  method: 'quick' | 'alike';
  /** How far laying out anew is, 0 to 1; null when it is done. */
  fraction: number | null;
}

/** How likely each prediction of the run in use is wrong, 0 to 1, of the photos without a label; as columns. */
export interface Suspicions {
  ids: PhotoId[];
  suspicions: number[];
}
