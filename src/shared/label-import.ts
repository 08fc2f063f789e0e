// Labels that are there already, outside Whisker: where they were found, and what importing them would do.

import { marks } from './types.ts';
import type { Mark } from './types.ts';

/** How a source calls a mark among its classes, none of which has a name that begins with a space. */
export const nameOfMark = (mark: Mark): string => ` ${mark}`;
/** Null for the name of a class. */
export const markNamed = (name: string): Mark | null => marks.find((mark) => nameOfMark(mark) === name) ?? null;

/** What says which class photos are. */
export type ImportSource =
  /** The folder that a photo lies in. */
  | { from: 'folders' }
  /** Keywords in the files (XMP, IPTC), or in XMP files beside them. */
  | { from: 'keywords' }
  /** A table in the library's folder, relative to it. */
  | { from: 'file'; path: string }
  /** A table that a page has handed in. */
  | { from: 'table'; number: number };

export interface FoundSource {
  source: ImportSource;
  /** Some of its classes and marks, the commonest first, see `nameOfMark`. */
  classes: string[];
  /** How many there are; of keywords, in a sample of the photos. */
  classCount: number;
  /** Photos of which it says what they are; of keywords, in a sample of the photos. */
  photos: number;
}

export interface FoundLabels {
  /** What looks like labels, the likeliest first; to be offered. */
  offers: FoundSource[];
  /** Tables in the library's folder, relative to it. */
  tables: string[];
  /** Nobody wants to be asked. */
  declined: boolean;
}

/** A table as main has taken it. */
export interface HandedIn {
  number: number;
  name: string;
}

export interface ImportWish {
  source: ImportSource;
  /**
   * Names of classes and marks that stay out, see `nameOfMark`. Null: those that Whisker would leave out; the source
   * is then looked at anew.
   */
  leftOut: string[] | null;
  /** Photos that are labelled otherwise now change, too. */
  replace: boolean;
}

export interface ImportPreview {
  /** What the source names, the commonest first; marks, too, see `nameOfMark`. */
  classes: { name: string; photos: number; isNew: boolean }[];
  /** Classes beyond `MOST_CLASSES`, which stay out. */
  rarer: number;
  leftOut: string[];
  /** Photos that get a label, or another one. */
  changed: number;
  /** Of these, photos whose keyword another program has changed since Whisker wrote it. */
  corrected: number;
  /** Photos that have the label already. */
  same: number;
  /** Photos that are labelled otherwise now. */
  conflicts: number;
  /** What has no effect, such as rows of which no photo is known; and the first of it. */
  unmatched: number;
  firstUnmatched: { file: string; reason: string }[];
}

export const MOST_CLASSES = 200;
/** Of a table that is handed in, uncompressed; and of what carries it. */
export const MOST_TABLE_BYTES = 64 * 2 ** 20;
export const MOST_GZIP_CHARACTERS = 4_000_000;
