// How many of the photos that nobody has labelled are wrongly predicted, as far as random checks tell.

import type { ClassId, Label, PhotoId } from './types.ts';

export interface ErrorsLeft {
  /** Photos that were without a label when the run began, and still wait. */
  left: number;
  /** Random checks that count, and how many of them found an error. */
  checks: number;
  wrong: number;
  /** Errors among `left`, with a 95 % interval; null without a check. */
  errors: { estimate: number; low: number; high: number } | null;
  /** Half the width that the interval has after ten more checks like those before; null where there are not ten. */
  narrowedTo: number | null;
}

/** A random check that is decided. */
export interface CheckedPhoto {
  photoId: PhotoId;
  /** File name, as in `PhotoPage`. */
  name: string;
  predicted: ClassId;
  /** What it is, in the person's word; null where it was set aside, or only said not to be of that class. */
  label: Label;
  /** Null where that is not known: it was set aside. */
  wrong: boolean | null;
}

/** Photos between one random check of the review list and the next, the check included. */
export const CHECK_EVERY = 8;

/** Few enough errors to stop: under 1 % of the photos left, even at the upper end of the interval. */
export const isSafeToStop = ({ left, errors }: ErrorsLeft): boolean => errors !== null && errors.high < 0.01 * left;
