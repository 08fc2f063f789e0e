// Pictures that a person brings into the window, and folders that are sorted without becoming a library.

import type { PredictedPicture } from './predicted.ts';
import type { PhotoId } from './types.ts';

/** In the library's folder, for pictures that get a class in the window. */
// @wc-ignore
export const ADDED_FOLDER = 'Added by Whisker';

/** More is no picture that somebody drops; such a file is opened with its folder. */
export const MOST_PICTURE_BYTES = 64 * 2 ** 20;
/** Of one piece, in base64: with the rest of the call what the web host takes at most. */
export const MOST_PIECE_CHARACTERS = 4_000_000;
export const PIECE_BYTES = (MOST_PIECE_CHARACTERS / 4) * 3;

/** What is said of a picture that was handed in. */
export interface HandedPicture {
  /** Null where no run is in use; `why` then says so in one sentence. */
  predicted: PredictedPicture | null;
  why: string | null;
  /** The photo of the library with the same content. */
  known: PhotoId | null;
  /** Whether the folder that it would be added to is there already. */
  hasFolder: boolean;
}

/** A file of another folder: what it is predicted as. `path` is relative to that folder. */
export interface SortedFile {
  /** For `sortedUrl`. */
  index: number;
  path: string;
  class: string;
  /** 0 to 1. */
  confidence: number;
}

/** A folder that is being sorted, or was. */
export interface FolderSorting {
  job: number;
  folder: string;
  name: string;
  phase: 'listing' | 'predicting' | 'done' | 'stopped' | 'failed';
  /** Files that were looked at, of all. */
  done: number;
  total: number;
  predicted: number;
  problems: number;
  calibrated: boolean;
  /** How many went into each class, the most first. */
  classes: { name: string; count: number }[];
  /** One sentence, when it failed. */
  error: string | null;
}

/** A part of what was found, the least sure first: that is what is worth a look. */
export interface SortedPage {
  files: SortedFile[];
  /** How many there are in all. */
  total: number;
}
