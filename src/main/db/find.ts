// Answers a search in an order. What is asked of the photos themselves is one query of one index, each other condition
// another, and gives the photos that meet it, or those that don't; what meets them all is counted here, since SQLite
// would look each photo of one list up in the other.

import { posix } from 'node:path';
import type { Search, SearchChoices, Sort, Span } from '../../shared/search.ts';
import { wordsOf } from '../../shared/search.ts';
import { isMark } from '../../shared/types.ts';
import type { Label, PhotoId, RunId } from '../../shared/types.ts';
import { markColumns } from './labels.ts';
import { prepareColumn } from './open.ts';
import type { Db } from './open.ts';
import { apart } from './path-words.ts';
import type { PredictedBy } from './photos.ts';
import { refusedSql } from './refusals.ts';

export interface Finding {
  search: Search;
  sort: Sort;
  /** Whose predictions count, unless the search names a run. */
  by: PredictedBy;
  /** The photos by how like they are to the one of the sort, for an order by that. */
  alike?: readonly PhotoId[];
}

type Ids = readonly PhotoId[];

/** One query for the ids of photos, and its values. A photo twice does no harm. */
export interface Query {
  sql: string;
  values: unknown[];
  /** Those that it names are the ones that do not meet the condition. */
  names?: 'others';
  /** It may name photos that are not there. */
  goneToo?: true;
}

type Traits = Pick<Query, 'names' | 'goneToo'>;
const query = (sql: string, values: unknown[] = [], traits: Traits = {}): Query => ({ sql, values, ...traits });
const run = (db: Db, { sql, values }: Query): Ids => prepareColumn<PhotoId>(db, sql).all(...values);

/** The photos that are there and meet every condition, in the order of the sort. */
export function findPhotos(db: Db, { search, sort, by: inUse, alike = [] }: Finding): PhotoId[] {
  const by = search.run === undefined ? inUse : endedRun(db, search.run);
  const queries = queriesOf(search, by);
  const lists = guessed(search, by);
  const others = queries.filter(({ names }) => names === 'others');
  const meeting = queries.filter(({ names }) => names !== 'others');
  if (!meeting.some(({ goneToo }) => !goneToo)) meeting.push(there);

  // A library's ids are dense, and begin anywhere.
  const first = prepareColumn<number>(db, `SELECT coalesce(min(id), 1) FROM photo`).get() ?? 1;
  const last = prepareColumn<number>(db, `SELECT coalesce(max(id), 0) FROM photo`).get() ?? 0;
  /** How many of the lists, from the first on, have each photo. */
  const met = new Uint8Array(last - first + 1);
  for (const one of others) for (const id of run(db, one)) met[id - first] = NEVER;
  const count = (ids: Ids, i: number) => {
    for (const id of ids) if (met[id - first] === i) met[id - first] = i + 1;
  };
  lists.forEach(count);
  meeting.forEach((one, i) => count(run(db, one), lists.length + i));
  const all = lists.length + meeting.length;

  const found: PhotoId[] = [];
  const take = (id: number) => {
    if (met[id - first] !== all) return;
    met[id - first] = NEVER;
    found.push(id as PhotoId);
  };
  const ordered = orderedBy(db, sort, by, alike);
  if (sort.descending) for (let i = ordered.length - 1; i >= 0; i--) take(ordered[i] ?? 0);
  else for (const id of ordered) take(id);
  const isNewestFirst = sort.by === 'added' && sort.descending;
  for (let i = 0; i < met.length; i++) take(isNewestFirst ? last - i : first + i);
  return found;
}

/** More than there can be lists. */
const NEVER = 255;

const there = query(`SELECT id FROM photo WHERE present = 1`);

/** The run, if what it says can be asked for: not while it goes on, nor when it was deleted. */
const endedRun = (db: Db, id: RunId): RunId | null =>
  prepareColumn<RunId>(db, `SELECT id FROM run WHERE id = ? AND status <> 'running' AND deleted_at IS NULL`).get(id) ??
  null;

/** The queries of the conditions that SQLite answers. */
export function queriesOf(search: Search, by: PredictedBy): Query[] {
  const { name, folder, label, chosen, action } = search;
  const queries: Query[] = [];
  const words = wordsOf(name ?? '');
  if (words.length > 0)
    queries.push(query(`SELECT rowid >> 32 FROM path_word WHERE path_word MATCH ?`, [match(words)]));
  if (folder !== undefined) {
    // "0" follows "/".
    const within = [`${folder}/`, `${folder}0`];
    queries.push(query(`SELECT photo_id FROM file WHERE ${placed} AND path >= ? AND path < ?`, within));
  }
  if (label !== undefined) queries.push(labelled(label));
  if (chosen !== undefined)
    queries.push(query(`SELECT photo_id FROM label WHERE chosen = ?`, [chosen], { goneToo: true }));
  if (typeof by === 'number' && asksPredictions(search)) queries.push(...predictedAs(search, by));
  const facts = factsOf(search);
  if (facts.length > 0) queries.push(photosThatAre(facts));
  if (action !== undefined) queries.push(query(actionSql, [action, action, action], { goneToo: true }));
  return queries;
}

const placed = `photo_id IS NOT NULL AND missing = 0`;

const asksPredictions = ({ predicted, confidence, run }: Search): boolean =>
  predicted !== undefined || confidence !== undefined || run !== undefined;

/** What a class that was deleted was predicted for is predicted as nothing, and so is what the person refused. */
function predictedAs({ predicted, confidence }: Search, by: RunId): Query[] {
  const { from, to } = closed(confidence);
  const said = query(
    `SELECT photo_id FROM prediction WHERE run_id = ? AND class_id IN
       (SELECT id FROM class_now WHERE now_id = coalesce(?, now_id)) AND confidence >= ? AND confidence < ?`,
    [by, predicted ?? null, from, to],
    { goneToo: true },
  );
  const refused = query(
    `SELECT prediction.photo_id FROM ${refusedSql} AS refused CROSS JOIN prediction
     ON run_id = ? AND prediction.photo_id = refused.photo_id AND prediction.class_id = refused.id`,
    [by],
    { names: 'others' },
  );
  return [said, refused];
}

/** What is asked of the photos themselves: SQL, and its values. */
function factsOf({ taken, type, bytes, damaged }: Search): [string, unknown[]][] {
  const facts: [string, unknown[]][] = [];
  if (type !== undefined) facts.push(['format = ?', [type]]);
  if (bytes) facts.push(['bytes >= ? AND bytes < ?', [bytes.from ?? 0, bytes.to ?? Number.MAX_SAFE_INTEGER]]);
  if (taken)
    facts.push([
      'taken_at >= ? AND taken_at < ?',
      [`${taken.from ?? '0000-01-01'}T`, `${taken.to ?? '9999-12-31'}T24`],
    ]);
  if (damaged) facts.push(['damaged = 1', []]);
  return facts;
}

/** Each fact has an index of its own; for several, one index has them all. */
function photosThatAre(facts: [string, unknown[]][]): Query {
  const where = ['present = 1', ...facts.map(([sql]) => sql)].join(' AND ');
  const values = facts.flatMap(([, those]) => those);
  return query(`SELECT id FROM photo ${facts.length > 1 ? 'INDEXED BY photo_facts' : ''} WHERE ${where}`, values);
}

const markedSql = `SELECT photo_id FROM label WHERE class_id IS NULL AND excluded = ? AND mark = ?`;

/** The photos that something that was done was about. */
const actionSql = `SELECT photo_id FROM label_event WHERE action_id = ?
  UNION SELECT value FROM action, json_each(change, '$.refusal.photoIds') WHERE action.id = ?
  UNION SELECT change ->> '$.keep.photoId' FROM action WHERE id = ?`;

/** Each word in quotes is what it is and no operator; where it holds signs, its parts must follow each other. */
const match = (words: readonly string[]): string =>
  words.map((word) => `"${apart(word).replaceAll('"', '""')}"*`).join(' ');

function labelled(label: Label): Query {
  if (label === null) return query(`SELECT photo_id FROM label`, [], { names: 'others' });
  if (isMark(label)) return query(markedSql, [...markColumns(label)], { goneToo: true });
  return query(`SELECT photo_id FROM label WHERE class_id = ?`, [label], { goneToo: true });
}

/** Certainty is within a span that ends with it. */
const closed = (span: Span<number> = { from: null, to: null }): { from: number; to: number } => ({
  from: span.from ?? 0,
  to: span.to === null || span.to >= 1 ? 2 : span.to,
});

/** The photos that meet what is asked of predictions that no run has stored; no list where nothing is asked. */
function guessed(search: Search, by: PredictedBy): Ids[] {
  const { predicted, confidence } = search;
  if (typeof by === 'number' || !asksPredictions(search)) return [];
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
  const ids = one ? run(db, one) : [];
  // A photo stands where the first of its places does, also when they are read from the last one on.
  return sort.by === 'path' && sort.descending ? [...new Set(ids)] : ids;
}

/** The query of an order, which tells of the photos of which it is known; null for the order of the ids. */
export function orderQuery(sort: Sort, by: PredictedBy): Query | null {
  switch (sort.by) {
    case 'path':
      return query(`SELECT photo_id FROM file WHERE ${placed} ORDER BY path`);
    case 'taken':
      return query(`SELECT id FROM photo WHERE present = 1 AND taken_at IS NOT NULL ORDER BY taken_at`);
    case 'size':
      return query(`SELECT id FROM photo WHERE present = 1 ORDER BY bytes`);
    case 'confidence':
      return query(`SELECT photo_id FROM prediction WHERE run_id = ? ORDER BY confidence`, [by]);
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
