// What tables, folders and keywords ask for: one request a photo and class, and a reason for each that can't be met.

import { ADDED_FOLDER } from '../../shared/handed-in.ts';
import { presentFiles } from '../db/present-files.ts';
import type { Db } from '../db/open.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { markNamed, nameOfMark } from '../../shared/label-import.ts';
import type { Mark, PhotoId } from '../../shared/types.ts';
import { classKey, cleanClassName } from './classes.ts';
import type { LabelRow } from './label-csv.ts';
import { createFileMatcher } from './match-files.ts';

export interface Row {
  row: number;
  file: string;
}

/** Of keywords that Whisker wrote into a file, or that others have changed there since. */
interface Own {
  isWhiskers?: boolean;
  /** Key of the class or mark that Whisker wrote, and that another program has replaced by what is asked for. */
  corrects?: string;
}

/** What a row asks for: the class of that name, or the mark. */
export type LabelRequest = Row & Own & { photoId: PhotoId } & ({ className: string } | { mark: Mark });
/** A mark is its own key and name, see `nameOfMark`. */
export type NamedRequest = Row & Own & { photoId: PhotoId; key: string; name: string };
export type Refusal = Row & { reason: string };

/** Of the rows of a table. */
export function requestsOfTable(db: Db, rows: readonly LabelRow[]): (LabelRequest | Refusal)[] {
  const match = createFileMatcher(db);
  return rows.map(({ row, file, class: className, mark, predicted }) => {
    const found = match(file);
    if ('reason' in found) return { row, file, reason: found.reason };
    if (predicted) return { row, file, reason: 'The class is a prediction, not a label.' };
    if (mark) return { row, file, photoId: found.photoId, mark };
    if (className.trim() === '') return { row, file, reason: 'The row names no class.' };
    return { row, file, photoId: found.photoId, className };
  });
}

/** The folder that a photo lies in names its class; those directly in the library's folder have none. */
export const requestsOfFolders = (db: Db): LabelRequest[] =>
  presentFiles(db).flatMap(({ path, photoId }, index) => {
    const className = path.split('/').at(-2);
    // What was brought from elsewhere lies there, of whatever class it is.
    if (className === undefined || className === ADDED_FOLDER || photoId === null) return [];
    return [{ row: index + 1, file: path, photoId, className }];
  });

/** Names that differ only in case or in spaces are one class. */
export const named = (requests: readonly (LabelRequest | Refusal)[]): (NamedRequest | Refusal)[] =>
  requests.map((request) => {
    if ('reason' in request) return request;
    if ('mark' in request) {
      const { mark, ...rest } = request;
      return { ...rest, key: nameOfMark(mark), name: nameOfMark(mark) };
    }
    const { className, ...rest } = request;
    try {
      const name = cleanClassName(className);
      return { ...rest, key: classKey(name), name };
    } catch (error) {
      if (!(error instanceof WhiskerError)) throw error;
      return { row: rest.row, file: rest.file, reason: error.message };
    }
  });

export interface Settled {
  /** Rows that name one photo and what it is: a class, or a mark with an empty one. */
  matched: (Row & { class: string; mark?: Mark })[];
  unmatched: Refusal[];
  /** Photos by the class or mark that they get, by its key. */
  groups: Map<string, Group>;
}

export interface Group {
  name: string;
  photoIds: Set<PhotoId>;
  /** Of some of them the key of the class or mark that it corrects. */
  corrects: Map<PhotoId, string>;
}

/**
 * Sorts requests into those that count, grouped by class, and those that don't. Photos that requests contradict each
 * other about are not guessed.
 */
export function settle(requests: readonly (NamedRequest | Refusal)[]): Settled {
  const settled: Settled = { matched: [], unmatched: [], groups: new Map() };
  /** Of each photo the first request, and the first that says otherwise. */
  const said = new Map<PhotoId, { first: NamedRequest; rival: NamedRequest | null }>();
  for (const request of requests) {
    if ('reason' in request) continue;
    const before = said.get(request.photoId);
    if (!before) said.set(request.photoId, { first: request, rival: null });
    else if (before.first.key !== request.key) before.rival ??= request;
  }
  for (const request of requests) {
    const { row, file } = request;
    if ('reason' in request) {
      settled.unmatched.push({ row, file, reason: request.reason });
      continue;
    }
    const { first, rival: other } = said.get(request.photoId) ?? { first: null, rival: null };
    const rival = first && first.key !== request.key ? first : other;
    if (rival) {
      settled.unmatched.push({ row, file, reason: contradiction(request, rival) });
      continue;
    }
    const mark = markNamed(request.key);
    settled.matched.push(mark ? { row, file, class: '', mark } : { row, file, class: request.name });
    const group = settled.groups.get(request.key) ?? { name: request.name, photoIds: new Set(), corrects: new Map() };
    group.photoIds.add(request.photoId);
    if (request.corrects !== undefined) group.corrects.set(request.photoId, request.corrects);
    settled.groups.set(request.key, group);
  }
  return settled;
}

/** Keywords of one photo are one row. */
const contradiction = (request: NamedRequest, rival: NamedRequest): string =>
  request.row === rival.row
    ? `It is called both ${request.name} and ${rival.name}.`
    : `Row ${rival.row} (${rival.file}) says otherwise of the same photo.`;
