// What photos are searched for, and the order in which they are shown. Pure data and its few rules.

import type { ClassId, Label, LabelChoice, PhotoId, RunId } from './types.ts';

/** From one value to another; null: as far as there is any. */
export interface Span<Value> {
  from: Value | null;
  to: Value | null;
}

/** Photos for which each of these is so, whichever are there. */
export interface Search {
  /**
   * Words of one of its paths, in any order and without regard to case or accents; each may be the beginning of one.
   * Letters and digits are words of their own, and a number may be given without its zeros: 12 is in DSC0123.
   * `MOST_NAME` characters at most.
   */
  name?: string;
  /** Folder in which it lies, or below; relative to the library's, with `/` between names. */
  folder?: string;
  /** Its label; null: it has none. */
  label?: Label;
  /** What it is predicted as: by what is in use now, or by the run that is named. */
  predicted?: ClassId;
  /** How it came to be labelled. */
  chosen?: LabelChoice;
  /** How sure the prediction is, 0 to 1; up to but not including `to`, unless that is 1. */
  confidence?: Span<number>;
  /** A run that has predicted it; how sure photos are is asked of this run then, too. */
  run?: RunId;
  /** Days by the camera's clock, both included: YYYY-MM-DD. */
  taken?: Span<string>;
  /** Format of the file, as in `PhotoDetail`. */
  type?: string;
  /** Size of the file in bytes; up to but not including `to`. */
  bytes?: Span<number>;
  /** A part of it can't be read. */
  damaged?: true;
  /** What was done with it: a number of the history. */
  action?: number;
}
export type Condition = keyof Search;

export const MOST_NAME = 200;

export const conditions = [
  'name',
  'folder',
  'label',
  'predicted',
  'chosen',
  'confidence',
  'run',
  'taken',
  'type',
  'bytes',
  'damaged',
  'action',
] as const satisfies readonly Condition[];

export const sortKeys = ['added', 'path', 'taken', 'confidence', 'size', 'alike'] as const;
export type SortKey = (typeof sortKeys)[number];

/**
 * By when it came to the library, path, camera's clock, sureness of the prediction, size of the file, or likeness to a
 * photo. Photos of which that is not known come last either way, as they came.
 */
export type Sort =
  { by: Exclude<SortKey, 'alike'>; descending: boolean } | { by: 'alike'; id: PhotoId; descending: boolean };

/** The library's own order. */
export const asAdded: Sort = { by: 'added', descending: false };

export const LONGEST_VIEW_NAME = 60;

/** A search and an order under a name. */
export interface SavedView {
  id: number;
  name: string;
  search: Search;
  sort: Sort;
  /** How many photos it shows. */
  photos: number;
}

/** What the fields of a search can be filled with. */
export interface SearchChoices {
  /** Every folder that holds photos, itself or further down. */
  folders: string[];
  types: string[];
}

export const isEmptySearch = (search: Search): boolean => conditions.every((key) => search[key] === undefined);

export const isAsAdded = ({ by, descending }: Sort): boolean => by === 'added' && !descending;

/** The search with a condition changed, or taken out where there is no value. */
export function withCondition<Key extends Condition>(search: Search, key: Key, value: Search[Key] | undefined): Search {
  if (value !== undefined) return { ...search, [key]: value };
  const others = { ...search };
  delete others[key];
  return others;
}

/**
 * The words of a name that can be searched for: what lies between spaces and holds a letter, a digit or a symbol. Signs
 * alone are no words.
 */
export const wordsOf = (name: string): string[] =>
  name.split(/[\s\p{Cc}]+/u).filter((word) => /[\p{L}\p{N}\p{Co}\p{So}]/u.test(word));
