// What was done, as the history lists it. Pure data.

/**
 * Who or what spoke: a person by hand, in review, or about classes alone; one who took the list of what to label, or
 * the model's word for many at once; one who gave the nearly same the same label; a pile that was named; a table or the
 * names of folders; or one who took back something earlier.
 */
export const authors = [
  'hand',
  'review',
  'classes',
  'suggested',
  'accepted',
  'alike',
  'pile',
  'import',
  'taking-back',
] as const;
export type Author = (typeof authors)[number];

/** One thing that was done; undo takes it back whole. */
export interface HistoryEntry {
  /** Later ones are greater. */
  id: number;
  /** As a phrase: "Label 3 photos as Cat". */
  description: string;
  author: Author;
  /** How many photos it was about. */
  photos: number;
  /** ISO 8601. */
  at: string;
  /** 'undone': it can be redone; 'taken-back': a later one takes it back. */
  state: 'done' | 'undone' | 'taken-back';
}

/** A part of the history, the newest first. */
export interface HistoryPage {
  /** How many there are in all. */
  total: number;
  /** How many of them, the newest, are undone. */
  undone: number;
  entries: HistoryEntry[];
}

/** The most entries that are listed at once. */
export const MOST_ENTRIES = 200;
