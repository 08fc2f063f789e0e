// Answers a search in an order. Each condition is one query of an index, and gives the photos that meet it; what meets
// them all is counted here, since SQLite would look each photo of one list up in the other.

import { posix } from 'node:path';
import type { Search, SearchChoices, Sort, Span } from '../../shared/search.ts';
import { wordsOf } from '../../shared/search.ts';
import { isMark } from '../../shared/types.ts';
import type { Label, PhotoId } from '../../shared/types.ts';
import { markColumns } from './labels.ts';
import { prepareColumn } from './open.ts';
import type { Db } from './open.ts';
import type { PredictedBy } from './photos.ts';
import { refusedSql } from './refusals.ts';

export interface Finding {
  search: Search;
  sort: Sort;
  /** Whose predictions count. */
  by: PredictedBy;
  /** The photos by how like they are to the one of the sort, for an order by that. */
  alike?: readonly PhotoId[];
}

type Ids = readonly PhotoId[];

/** One query for the ids of photos, and its values. Photos that are not there, and a photo twice, do no harm. */
export interface Query {
  sql: string;
  values: unknown[];
}

const query = (sql: string, ...values: unknown[]): Query => ({ sql, values });
const run = (db: Db, { sql, values }: Query): Ids => prepareColumn<PhotoId>(db, sql).all(...values);

/** The photos that are there and meet every condition, in the order of the sort. */
export function findPhotos(db: Db, { search, sort, by, alike = [] }: Finding): PhotoId[] {
  const lists = [run(db, there), ...queriesOf(search, by).map((one) => run(db, one)), ...guessed(search, by)];
  // A library's ids are dense, and begin anywhere.
  const first = prepareColumn<number>(db, `SELECT coalesce(min(id), 1) FROM photo`).get() ?? 1;
  const last = prepareColumn<number>(db, `SELECT coalesce(max(id), 0) FROM photo`).get() ?? 0;
  /** How many of the lists, from the first on, have each photo. */
  const met = new Uint8Array(last - first + 1);
  lists.forEach((ids, i) => {
    for (const id of ids) if (met[id - first] === i) met[id - first] = i + 1;
  });
  const found: PhotoId[] = [];
  const take = (id: number) => {
    if (met[id - first] !== lists.length) return;
    met[id - first] = 0;
    found.push(id as PhotoId);
  };
  const ordered = orderedBy(db, sort, by, alike);
  if (sort.descending) for (let i = ordered.length - 1; i >= 0; i--) take(ordered[i] ?? 0);
  else for (const id of ordered) take(id);
  const isNewestFirst = sort.by === 'added' && sort.descending;
  for (let i = 0; i < met.length; i++) take(isNewestFirst ? last - i : first + i);
  return found;
}

const there = query(`SELECT id FROM photo WHERE present = 1`);

/** The queries of the conditions that SQLite answers. */
export function queriesOf(search: Search, by: PredictedBy): Query[] {
  const { name, folder, label, predicted, chosen, confidence, taken, type, bytes, damaged, action } = search;
  const queries: Query[] = [];
  const words = wordsOf(name ?? '');
  if (words.length > 0) queries.push(query(`SELECT rowid >> 32 FROM path_word WHERE path_word MATCH ?`, match(words)));
  if (folder !== undefined) {
    // "0" follows "/".
    const within = [`${folder}/`, `${folder}0`];
    queries.push(query(`SELECT photo_id FROM file WHERE ${placed} AND path >= ? AND path < ?`, ...within));
  }
  if (label !== undefined) queries.push(labelled(label));
  if (chosen !== undefined) queries.push(query(`SELECT photo_id FROM label WHERE chosen = ?`, chosen));
  if (typeof by === 'number' && (predicted !== undefined || confidence)) {
    const { from, to } = closed(confidence);
    const values = [by, predicted ?? null, from, to];
    queries.push(query(predictedSql, ...values));
  }
  if (taken) {
    const days = [`${taken.from ?? '0000-01-01'}T`, `${taken.to ?? '9999-12-31'}T24`];
    queries.push(query(`SELECT id FROM photo WHERE taken_at >= ? AND taken_at < ?`, ...days));
  }
  if (type !== undefined) queries.push(query(`SELECT id FROM photo WHERE present = 1 AND format = ?`, type));
  if (bytes) {
    const sizes = [bytes.from ?? 0, bytes.to ?? Number.MAX_SAFE_INTEGER];
    queries.push(query(`SELECT id FROM photo WHERE present = 1 AND bytes >= ? AND bytes < ?`, ...sizes));
  }
  if (damaged) queries.push(query(`SELECT id FROM photo WHERE damaged = 1`));
  if (action !== undefined) queries.push(query(actionSql, action, action, action));
  return queries;
}

const placed = `photo_id IS NOT NULL AND missing = 0`;

const markedSql = `SELECT photo_id FROM label WHERE class_id IS NULL AND excluded = ? AND mark = ?`;

/** The photos that something that was done was about. */
const actionSql = `SELECT photo_id FROM label_event WHERE action_id = ?
  UNION SELECT value FROM action, json_each(change, '$.refusal.photoIds') WHERE action.id = ?
  UNION SELECT change ->> '$.keep.photoId' FROM action WHERE id = ?`;

/** What a class that was deleted was predicted for is predicted as nothing. */
const predictedSql = `SELECT photo_id FROM prediction
  WHERE run_id = ? AND class_id IN (SELECT id FROM class_now WHERE now_id = coalesce(?, now_id))
    AND confidence >= ? AND confidence < ? AND (photo_id, class_id) NOT IN ${refusedSql}`;

/** Each word in quotes is what it is and no operator; where it holds signs, its parts must follow each other. */
const match = (words: readonly string[]): string => words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(' ');

function labelled(label: Label): Query {
  if (isMark(label)) return query(markedSql, ...markColumns(label));
  if (label !== null) return query(`SELECT photo_id FROM label WHERE class_id = ?`, label);
  return query(`SELECT id FROM photo WHERE present = 1 AND id NOT IN (SELECT photo_id FROM label)`);
}

/** Certainty is within a span that ends with it. */
const closed = (span: Span<number> = { from: null, to: null }): { from: number; to: number } => ({
  from: span.from ?? 0,
  to: span.to === null || span.to >= 1 ? 2 : span.to,
});

/** The photos that meet what is asked of predictions that no run has stored; no list where nothing is asked. */
function guessed({ predicted, confidence }: Search, by: PredictedBy): Ids[] {
  if (typeof by === 'number' || (predicted === undefined && !confidence)) return [];
  if (by === null) return [[]];
  const { from, to } = closed(confidence);
  const { ids, classIds, confidences } = by;
  const isMeant = (i: number) =>
    (predicted === undefined || classIds[i] === predicted) &&
    (confidences[i] ?? 0) >= from &&
    (confidences[i] ?? 0) < to;
  return [ids.filter((_, i) => isMeant(i))];
}

/** The photos of which it is known, from the least on. */
function orderedBy(db: Db, sort: Sort, by: PredictedBy, alike: Ids): Ids {
  if (sort.by === 'alike') return alike;
  if (sort.by === 'confidence' && typeof by !== 'number') return by === null ? [] : bySureness(by);
  const one = orderQuery(sort, by);
  // A photo stands where the first of its places does.
  return one ? [...new Set(run(db, one))] : [];
}

/** The query of an order, which tells of the photos of which it is known; null for the order of the ids. */
export function orderQuery(sort: Sort, by: PredictedBy): Query | null {
  switch (sort.by) {
    case 'path':
      return query(`SELECT photo_id FROM file WHERE ${placed} ORDER BY path`);
    case 'taken':
      return query(`SELECT id FROM photo WHERE taken_at IS NOT NULL ORDER BY taken_at`);
    case 'size':
      return query(`SELECT id FROM photo WHERE present = 1 ORDER BY bytes`);
    case 'confidence':
      return query(`SELECT photo_id FROM prediction WHERE run_id = ? ORDER BY confidence`, by);
    default:
      return null;
  }
}

function bySureness({ ids, confidences }: Exclude<PredictedBy, number | null>): Ids {
  const places = Uint32Array.from(ids, (_, i) => i);
  places.sort((a, b) => (confidences[a] ?? 0) - (confidences[b] ?? 0));
  return Array.from(places, (i) => ids[i] ?? (0 as PhotoId));
}

/** What is there to be searched for. */
export function searchChoices(db: Db): SearchChoices {
  const paths = prepareColumn<string>(db, `SELECT path FROM file WHERE ${placed} ORDER BY path`).all();
  const folders = new Set<string>();
  let before = '';
  for (const path of paths) {
    const inside = posix.dirname(path);
    if (inside === before) continue;
    before = inside;
    for (let folder = inside; folder !== '.' && !folders.has(folder); folder = posix.dirname(folder))
      folders.add(folder);
  }
  const types = prepareColumn<string>(db, `SELECT DISTINCT format FROM photo WHERE present = 1 ORDER BY format`).all();
  return { folders: [...folders].sort(), types };
}
