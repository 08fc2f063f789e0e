// What comes along with the labels of an archive, beside them: runs with what they said, saved views, what photos are
// said not to be, and the classes that are removed by now, which runs still name.

import type { ClassId, PhotoClass, PhotoId, RunId } from '../../shared/types.ts';
import { prepare, type Db } from '../db/open.ts';
import { setRefused } from '../db/refusals.ts';
import { cleanClassName } from '../labels/classes.ts';
import type { Renumbering } from './staged-library.ts';

/** The archive's library, and what it is called. */
interface Theirs {
  db: Db;
  name: string;
}

/** Removed here, too: into `classes`, theirs -> ours. */
export function bringRemovedClasses(ours: Db, theirs: Db, classes: Map<ClassId, ClassId>): void {
  type Removed = { id: ClassId; name: string; colour: string; shape: string; into: ClassId | null };
  const removed = theirs
    .prepare('SELECT id, name, colour, shape, merged_into AS "into" FROM class WHERE removed = 1 ORDER BY id')
    .all() as Removed[];
  const insert = ours.prepare('INSERT INTO class (name, colour, shape, removed) VALUES (?, ?, ?, 1) RETURNING id');
  for (const { id, name, colour, shape } of removed) {
    classes.set(id, insert.pluck().get(cleanClassName(name), colour, shape) as ClassId);
  }
  const lead = ours.prepare('UPDATE class SET merged_into = ? WHERE id = ?');
  for (const { id, into } of removed) if (into !== null) lead.run(classes.get(into), classes.get(id));
}

export function bringRefusals(ours: Db, theirs: Db, numbers: Renumbering): void {
  for (const [photo, id] of theirs.prepare('SELECT photo_id, class_id FROM refusal').raw().all() as [
    PhotoId,
    ClassId,
  ][]) {
    const [photoId, classId] = [numbers.photo(photo), numbers.class(id)];
    if (photoId !== undefined && classId !== undefined) setRefused(ours, { photoIds: [photoId], classId }, true);
  }
}

type RunRow = { id: RunId; started_from: RunId | null; repeats: RunId | null; in_use_before: RunId | null } & {
  started_at: string;
  options: string;
  classes: string;
  samples: Buffer | null;
  note: string;
};

/** One that still learns, or was deleted, stays where it is. */
const endedRuns = (db: Db): RunRow[] =>
  db.prepare(`SELECT * FROM run WHERE status <> 'running' AND deleted_at IS NULL ORDER BY id`).all() as RunRow[];

/**
 * Theirs -> ours: of runs that are here already, as they came with another archive or that one came from here; and of
 * those that are to come, under numbers that no run here has had.
 */
export function numberRuns(ours: Db, theirs: Db): { known: Map<RunId, RunId>; runs: Map<RunId, RunId> } {
  const same = ours.prepare('SELECT id FROM run WHERE started_at = ? AND options = ?').pluck();
  const last = ours.prepare(`SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'run'`).pluck().get();
  const [known, runs] = [new Map<RunId, RunId>(), new Map<RunId, RunId>()];
  for (const { id, started_at, options } of endedRuns(theirs)) {
    const here = same.get(started_at, options) as RunId | undefined;
    if (here === undefined) runs.set(id, (Number(last) + runs.size + 1) as RunId);
    else known.set(id, here);
  }
  return { known, runs };
}

/** `runs`: theirs -> ours, of those that come. */
export function bringRuns(ours: Db, theirs: Theirs, runs: ReadonlyMap<RunId, RunId>, numbers: Renumbering): void {
  const coming = endedRuns(theirs.db).filter(({ id }) => runs.has(id));
  if (coming.length === 0) return;
  // Those that come are the newest now, and are not to push out the models that were here.
  ours.exec(`UPDATE run SET pinned = 1 WHERE receipt IS NOT NULL AND model_kept AND deleted_at IS NULL`);
  const runNow = (id: RunId | null) => (id === null ? null : (numbers.run(id) ?? null));
  const classNow = (id: unknown) => numbers.class(id as ClassId) ?? null;
  for (const row of coming) {
    const id = runs.get(row.id)!;
    const classes = (JSON.parse(row.classes) as PhotoClass[]).map((entry) => ({ ...entry, id: classNow(entry.id) }));
    const samples = row.samples && JSON.stringify({ ...JSON.parse(row.samples.toString()), runId: id });
    insertRow(ours, 'run', {
      ...row,
      id,
      in_use: 0,
      started_from: runNow(row.started_from),
      repeats: runNow(row.repeats),
      in_use_before: runNow(row.in_use_before),
      classes: JSON.stringify(classes),
      samples: samples && Buffer.from(samples),
      note: row.note || `From the archive ${theirs.name}`.slice(0, 500),
    });
    const rowsIn = (table: string) =>
      theirs.db.prepare(`SELECT * FROM ${table} WHERE run_id = ?`).all(row.id) as Record<string, unknown>[];
    for (const point of rowsIn('run_metric')) insertRow(ours, 'run_metric', { ...point, run_id: id });
    const ofPhotos = { prediction: ['class_id', 'runner_up', 'other_class'], measured: ['truth', 'predicted'] };
    for (const [table, columns] of Object.entries(ofPhotos)) {
      for (const said of rowsIn(table)) {
        const photo = numbers.photo(said['photo_id'] as PhotoId);
        if (photo === undefined) continue;
        const mapped = Object.fromEntries(columns.map((column) => [column, classNow(said[column])]));
        insertRow(ours, table, { ...said, ...mapped, run_id: id, photo_id: photo });
      }
    }
  }
}

interface ViewRow {
  name: string;
  search: string;
  sort: string;
}

/** What was done in another history can't be searched for here. */
export const viewsOf = (db: Db): ViewRow[] =>
  db
    .prepare(`SELECT name, search, sort FROM saved_view WHERE search ->> '$.action' IS NULL ORDER BY id`)
    .all() as ViewRow[];

export function bringViews(ours: Db, theirs: Theirs, numbers: Renumbering): void {
  const taken = ours.prepare('SELECT search, sort FROM saved_view WHERE name = ?').raw();
  for (const view of viewsOf(theirs.db)) {
    const search = JSON.parse(view.search);
    const sort = JSON.parse(view.sort);
    if (typeof search.label === 'number') search.label = numbers.class(search.label);
    if (search.predicted !== undefined) search.predicted = numbers.class(search.predicted);
    if (search.run !== undefined) search.run = numbers.run(search.run);
    if (sort.by === 'alike') sort.id = numbers.photo(sort.id);
    if (sort.by === 'alike' && sort.id === undefined) continue;
    const asked = [JSON.stringify(search), JSON.stringify(sort)];
    const here = taken.get(view.name) as [string, string] | undefined;
    if (here?.join() === asked.join()) continue;
    const name = [view.name, `${view.name} (${theirs.name})`.slice(0, 60)].find((one) => !taken.get(one));
    if (name === undefined) continue;
    insertRow(ours, 'saved_view', { name, search: asked[0], sort: asked[1] });
  }
}

export function insertRow(db: Db, table: string, row: Record<string, unknown>): void {
  const columns = Object.keys(row);
  const sql = `INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`;
  prepare(db, sql).run(...Object.values(row));
}
