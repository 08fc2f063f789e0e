// A library as one file: what goes into it, what it says of itself, and what becomes of a folder's own labels when it
// is opened there.

/** What can be made again from the photos, and goes into an archive only when that is asked for. */
export const archiveParts = ['thumbs', 'features'] as const;
export type ArchivePart = (typeof archiveParts)[number];

/** Bytes that each takes. `library`: labels, classes, history, views, runs and their models. */
export type ArchiveSizes = Record<'library' | ArchivePart, number>;

/** What an archive says of itself. */
export interface ArchiveCard {
  /** Name of the library. */
  name: string;
  /** ISO 8601. */
  madeAt: string;
  photos: number;
  labelled: number;
  classes: string[];
  runs: number;
  /** Of the file. */
  bytes: number;
}

/** What a photo gets that has one label here and another one in the archive. */
export const conflictChoices = ['mine', 'theirs', 'unsure'] as const;
export type ConflictChoice = (typeof conflictChoices)[number];

export interface Conflict {
  /** Path of the photo, here or where the archive was made. */
  file: string;
  /** Names of the classes or marks. */
  mine: string;
  theirs: string;
}

/** What an archive would do to a library that has labels, classes or runs of its own. */
export interface MergePreview {
  /** Photos that would get the archive's label, have it already, or have another one. */
  added: number;
  same: number;
  conflicts: number;
  /** The first of them, `MOST_SHOWN_CONFLICTS` at most. */
  rows: Conflict[];
  /** Labelled photos of the archive that are not in this folder; their labels wait for them. */
  absent: number;
  newClasses: string[];
  runs: number;
  views: number;
}

export const MOST_SHOWN_CONFLICTS = 100;

export interface ArchivePreview {
  card: ArchiveCard;
  /** Null: the folder's library is empty, and the archive's takes its place with its whole history. */
  merge: MergePreview | null;
}
