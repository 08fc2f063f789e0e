// What is taken away: which format, what is said of which photos, and what came of it.

import type { Failure } from './errors.ts';
import type { Search } from './search.ts';
import type { LabelSource, PhotoFilter, PhotoId } from './types.ts';

/** Labels; predictions for photos without one; or labels, and predictions for the others. */
export const exportWhats = ['labels', 'predictions', 'both'] as const;
export type ExportWhat = (typeof exportWhats)[number];

/** How photos get into a folder. */
export const placings = ['copy', 'hardlink', 'symlink', 'move'] as const;
export type Placing = (typeof placings)[number];

/** How a format writes: how photos get into its folder, or what is written where they lie. */
export const exportWays = [...placings, 'sidecars', 'photos'] as const;
export type ExportWay = (typeof exportWays)[number];

/** Which photos: all, those of a filter that also meet a search, or these. */
export type PhotoChoice =
  { of: 'all' } | { of: 'found'; filter: PhotoFilter; search: Search } | { of: 'these'; photoIds: PhotoId[] };

export interface ExportWish {
  /** Id of a format. */
  format: string;
  what: ExportWhat;
  /** Predictions count from this confidence on, 0 to 1. */
  least: number;
  photos: PhotoChoice;
  /** One of the format's ways; of no matter to a format that has none. */
  how: ExportWay;
}

/** Everything that is known, of all photos. */
export const everything: Omit<ExportWish, 'format'> = { what: 'both', least: 0, photos: { of: 'all' }, how: 'copy' };

export interface ListedFormat {
  id: string;
  title: string;
  about: string;
  /** 'in-place': it writes where the photos lie, and needs no folder. */
  kind: 'file' | 'folder' | 'in-place';
  /** None where there is no choice. */
  ways: readonly ExportWay[];
}

/** Photos, or files of theirs, that are not written. */
export interface LeftOut {
  /** Why, as a sentence. */
  reason: string;
  photos: number;
  /** Paths of the first of them, relative to the library's folder. */
  first: string[];
}

export interface ExportPreview {
  /** How many photos are written. */
  photos: number;
  /** Of each class, the most first; photos with a mark in place of a class are of none. */
  classes: { name: string; photos: number }[];
  leftOut: LeftOut[];
  /** The first three. */
  rows: { path: string; class: string | null; source: LabelSource | 'prediction' | null; confidence: number | null }[];
  /** What the new file or folder is called unless it is given another name; empty for what is written in place. */
  name: string;
  /** What to know before: sentences. */
  notes: string[];
}

export interface ExportReport {
  kind: 'export' | 'revert';
  /** Photos that were written, or files that were moved back. */
  done: number;
  leftOut: LeftOut[];
  notes: string[];
  /** Absolute path of the new file or folder; of a revert and of what is written in place, the folder of photos. */
  where: string;
  /** Absolute path of the list of what was moved; null where nothing was. */
  manifest: string | null;
}

export type ExportState =
  | { status: 'idle' }
  | { status: 'working'; kind: ExportReport['kind']; done: number; total: number }
  | { status: 'done'; report: ExportReport }
  /** Nothing of it was left; 'cancelled' is one of the codes. */
  | { status: 'failed'; kind: ExportReport['kind']; failure: Failure };

/** Photos that an export has moved, and that can be moved back. */
export interface ListedMove {
  /** Name of its list, and absolute path of that. */
  id: string;
  manifest: string;
  /** ISO 8601. */
  startedAt: string;
  /** Absolute path of the folder into which they were moved. */
  where: string;
  files: number;
}

export const LONGEST_EXPORT_NAME = 120;
