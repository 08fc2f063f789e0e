// Brings what is in an archive into a library that has labels of its own: classes by their names, labels by what is in
// the photos, runs under new numbers. The labels are one action for undo; runs and views are taken away by hand.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { MOST_SHOWN_CONFLICTS, type Conflict, type ConflictChoice, type MergePreview } from '../../shared/archive.ts';
import { markNames } from '../../shared/mark-words.ts';
import { isMark, labelCode, labelFromCode, NO_LABEL_CODE } from '../../shared/types.ts';
import type { ClassId, Label, LabelOrigin, PhotoClass, PhotoId, RunId } from '../../shared/types.ts';
import { plural } from '../../shared/words.ts';
import { insertClass, listClasses } from '../db/classes.ts';
import { appendLabels, labelCodeSql } from '../db/labels.ts';
import { prepare, transact, type Db } from '../db/open.ts';
import { setRefused } from '../db/refusals.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { classKey, cleanClassName, creation, nextLook } from '../labels/classes.ts';
import { act, untouched, type Touched } from '../labels/undo.ts';
import { runFolder } from '../runs/run-folder.ts';
import { renumberRun, type Renumbering } from './staged-library.ts';

/** A label of the archive beside what the photo is called here. */
interface Compared {
  theirPhoto: PhotoId;
  sha256: string;
  /** Null where no file here has ever held it. */
  photoId: PhotoId | null;
  /** A class by its key, a mark by itself. */
  meant: string;
  mine: string | null;
  label: Label;
  origin: LabelOrigin;
}

const labelsOf = (db: Db) =>
  db
    .prepare(
      `SELECT photo.id, sha256, ${labelCodeSql} AS code, label.source, label.chosen
       FROM label JOIN photo ON photo.id = label.photo_id ORDER BY photo.id`,
    )
    .all() as ({ id: PhotoId; sha256: string; code: number } & LabelOrigin)[];

/** What a label is called, and by what it is the same in another library. */
function naming(db: Db): (label: Label) => { key: string; name: string } {
  const names = new Map(listClasses(db).map(({ id, name }) => [id, cleanClassName(name)]));
  return (label) => {
    if (isMark(label)) return { key: ` ${label}`, name: markNames[label] };
    const name = (label !== null && names.get(label)) || '';
    return { key: classKey(name), name };
  };
}

function compare(ours: Db, theirs: Db): Compared[] {
  const [nameOurs, nameTheirs] = [naming(ours), naming(theirs)];
  const known = new Map(ours.prepare('SELECT sha256, id FROM photo').raw().all() as [string, PhotoId][]);
  const mine = new Map(labelsOf(ours).map(({ id, code }) => [id, nameOurs(labelFromCode(code)).key]));
  return labelsOf(theirs).map(({ id, sha256, code, source, chosen }) => {
    const label = labelFromCode(code);
    const photoId = known.get(sha256) ?? null;
    return {
      theirPhoto: id,
      sha256,
      photoId,
      meant: nameTheirs(label).key,
      mine: photoId === null ? null : (mine.get(photoId) ?? null),
      label,
      origin: { source, chosen },
    };
  });
}

const isConflict = ({ meant, mine }: Compared): boolean => mine !== null && mine !== meant;

/** Whether nothing was ever done in a library, so that another one can take its place. */
export const isUntouched = (db: Db): boolean =>
  db
    .prepare(
      `SELECT NOT EXISTS (SELECT 1 FROM action) AND NOT EXISTS (SELECT 1 FROM label_event)
         AND NOT EXISTS (SELECT 1 FROM run) AND NOT EXISTS (SELECT 1 FROM class)
         AND NOT EXISTS (SELECT 1 FROM saved_view)`,
    )
    .pluck()
    .get() === 1;

/** Writes nothing. */
export function previewMerge(ours: Db, theirs: Db): MergePreview {
  const compared = compare(ours, theirs);
  const conflicts = compared.filter(isConflict);
  const there = compared.filter(({ photoId }) => photoId !== null && isPresent(ours, photoId)).length;
  const known = new Set(listClasses(ours).map(({ name }) => classKey(name)));
  return {
    added: compared.filter(({ mine }) => mine === null).length,
    same: compared.filter(({ mine, meant }) => mine === meant).length,
    conflicts: conflicts.length,
    rows: rowsOf(ours, theirs, conflicts.slice(0, MOST_SHOWN_CONFLICTS)),
    absent: compared.length - there,
    newClasses: listClasses(theirs)
      .map(({ name }) => name)
      .filter((name) => !known.has(classKey(cleanClassName(name)))),
    runs: endedRuns(theirs).length,
    views: viewsOf(theirs).length,
  };
}

const isPresent = (db: Db, id: PhotoId): boolean =>
  db.prepare('SELECT present FROM photo WHERE id = ?').pluck().get(id) === 1;

function rowsOf(ours: Db, theirs: Db, conflicts: readonly Compared[]): Conflict[] {
  const [nameOurs, nameTheirs] = [naming(ours), naming(theirs)];
  const pathIn = (db: Db, id: PhotoId | null) =>
    db.prepare('SELECT path FROM file WHERE photo_id = ? ORDER BY missing, id LIMIT 1').pluck().get(id) as
      string | undefined;
  const codeOf = ours.prepare(`SELECT ${labelCodeSql} FROM label WHERE photo_id = ?`).pluck();
  return conflicts.map(({ photoId, theirPhoto, label, sha256 }) => ({
    file: pathIn(ours, photoId) ?? pathIn(theirs, theirPhoto) ?? sha256.slice(0, 12),
    mine: nameOurs(labelFromCode(Number(codeOf.get(photoId)))).name,
    theirs: nameTheirs(label).name,
  }));
}

export interface MergeOrder {
  /** The library that is open, with its folder on disk. */
  ours: { db: Db; dir: string };
  /** The archive's, unpacked. */
  theirs: { db: Db; dir: string; name: string };
  conflicts: ConflictChoice;
  backbone: InstalledBackbone | null;
}

/** All of it or nothing. Throws what the disk says. */
export function mergeLibrary({ ours, theirs, conflicts, backbone }: MergeOrder): Touched {
  const brought: string[] = [];
  try {
    return transact(ours.db, () => {
      const compared = compare(ours.db, theirs.db);
      const made: PhotoClass[] = [];
      const classes = bringClasses(ours.db, theirs.db, made);
      const photos = bringPhotos(ours.db, theirs.db);
      const touched = bringLabels(ours.db, { compared, classes, photos, made, conflicts, name: theirs.name });
      const runs = new Map<RunId, RunId>();
      const numbers: Renumbering = {
        photo: (id) => photos.get(id),
        class: (id) => classes.get(id),
        run: (id) => runs.get(id),
      };
      bringRefusals(ours.db, theirs.db, numbers);
      bringRuns(ours.db, theirs, runs, numbers);
      bringViews(ours.db, theirs, numbers);
      for (const [from, to] of runs) {
        renumberRun(theirs.dir, from, numbers, backbone);
        const [source, target] = [runFolder(theirs.dir, from), runFolder(ours.dir, to)];
        if (!existsSync(source)) continue;
        mkdirSync(dirname(target), { recursive: true });
        // Left behind by a run whose row went with its library's last backup.
        rmSync(target, { recursive: true, force: true });
        brought.push(target);
        renameSync(source, target);
      }
      return touched;
    });
  } catch (error) {
    for (const folder of brought) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Theirs -> ours. Removed ones come, too, removed: runs name them. */
function bringClasses(ours: Db, theirs: Db, made: PhotoClass[]): Map<ClassId, ClassId> {
  const all = listClasses(ours);
  const brought = new Map<ClassId, ClassId>();
  for (const entry of listClasses(theirs)) {
    const name = cleanClassName(entry.name);
    const known = all.find((one) => classKey(one.name) === classKey(name));
    if (known) {
      brought.set(entry.id, known.id);
      continue;
    }
    const { colour, shape } = entry;
    const isFree = !all.some((one) => one.colour === colour && one.shape === shape);
    const key = all.some((one) => one.key === entry.key) ? null : entry.key;
    const created = insertClass(ours, { name, key, ...(isFree ? { colour, shape } : nextLook(all)) });
    all.push(created);
    made.push(created);
    brought.set(entry.id, created.id);
  }
  type Removed = { id: ClassId; name: string; colour: string; shape: string; into: ClassId | null };
  const removed = theirs
    .prepare('SELECT id, name, colour, shape, merged_into AS "into" FROM class WHERE removed = 1 ORDER BY id')
    .all() as Removed[];
  const insert = ours.prepare('INSERT INTO class (name, colour, shape, removed) VALUES (?, ?, ?, 1) RETURNING id');
  for (const { id, name, colour, shape } of removed) {
    brought.set(id, insert.pluck().get(cleanClassName(name), colour, shape) as ClassId);
  }
  const lead = ours.prepare('UPDATE class SET merged_into = ? WHERE id = ?');
  for (const { id, into } of removed) if (into !== null) lead.run(brought.get(into), brought.get(id));
  return brought;
}

/** Theirs -> ours, by content. Those that no file here has held, and of which something is said, come as absent. */
function bringPhotos(ours: Db, theirs: Db): Map<PhotoId, PhotoId> {
  const known = new Map(ours.prepare('SELECT sha256, id FROM photo').raw().all() as [string, PhotoId][]);
  const all = theirs
    .prepare(
      `SELECT *, id IN (SELECT photo_id FROM label UNION SELECT photo_id FROM refusal UNION SELECT photo_id FROM measured)
         AS said FROM photo ORDER BY id`,
    )
    .all() as ({ id: PhotoId; sha256: string; said: 0 | 1 } & Record<string, unknown>)[];
  const photos = new Map<PhotoId, PhotoId>();
  for (const { said, ...row } of all) {
    const here = known.get(row.sha256);
    if (here !== undefined) photos.set(row.id, here);
    else if (said) {
      const next = ours.prepare('SELECT coalesce(max(id), 0) + 1 FROM photo').pluck().get() as PhotoId;
      insertRow(ours, 'photo', { ...row, id: next, present: 0 });
      photos.set(row.id, next);
    }
  }
  return photos;
}

interface LabelsToBring {
  compared: readonly Compared[];
  classes: ReadonlyMap<ClassId, ClassId>;
  photos: ReadonlyMap<PhotoId, PhotoId>;
  made: readonly PhotoClass[];
  conflicts: ConflictChoice;
  name: string;
}

function bringLabels(db: Db, { compared, classes, photos, made, conflicts, name }: LabelsToBring): Touched {
  const changes = new Map<string, { label: Label; origin: LabelOrigin; photoIds: PhotoId[] }>();
  for (const one of compared) {
    if (one.mine === one.meant || (isConflict(one) && conflicts === 'mine')) continue;
    const isUnsure = isConflict(one) && conflicts === 'unsure';
    const theirs = typeof one.label === 'number' ? (classes.get(one.label) ?? null) : one.label;
    const label: Label = isUnsure ? 'unsure' : theirs;
    const photoId = photos.get(one.theirPhoto);
    if (photoId === undefined || label === null) continue;
    const origin: LabelOrigin = isUnsure ? { source: 'import', chosen: 'import' } : one.origin;
    const key = [labelCode(label), origin.source, origin.chosen].join(' ');
    const change = changes.get(key) ?? { label, origin, photoIds: [] };
    change.photoIds.push(photoId);
    changes.set(key, change);
  }
  if (changes.size === 0 && made.length === 0) return untouched;
  const count = [...changes.values()].reduce((sum, { photoIds }) => sum + photoIds.length, 0);
  return act(db, {
    kind: 'import',
    description: `Merge ${plural(count, 'label')} of the archive ${name}`,
    change: { classes: made.map(creation) },
    writeLabels(stamp) {
      for (const { label, origin, photoIds } of changes.values()) appendLabels(db, stamp, photoIds, label, origin);
    },
  });
}

function bringRefusals(ours: Db, theirs: Db, numbers: Renumbering): void {
  for (const [photo, id] of theirs.prepare('SELECT photo_id, class_id FROM refusal').raw().all() as [
    PhotoId,
    ClassId,
  ][]) {
    const [photoId, classId] = [numbers.photo(photo), numbers.class(id)];
    if (photoId !== undefined && classId !== undefined) setRefused(ours, { photoIds: [photoId], classId }, true);
  }
}

type RunRow = { id: RunId; started_from: RunId | null; repeats: RunId | null; in_use_before: RunId | null } & {
  classes: string;
  samples: Buffer | null;
  note: string;
};

/** One that still learns, or was deleted, stays where it is. */
const endedRuns = (db: Db): RunRow[] =>
  db.prepare(`SELECT * FROM run WHERE status <> 'running' AND deleted_at IS NULL ORDER BY id`).all() as RunRow[];

function bringRuns(ours: Db, theirs: MergeOrder['theirs'], runs: Map<RunId, RunId>, numbers: Renumbering): void {
  const ended = endedRuns(theirs.db);
  if (ended.length === 0) return;
  // Those that come are the newest now, and are not to push out the models that were here.
  ours.exec(`UPDATE run SET pinned = 1 WHERE receipt IS NOT NULL AND model_kept AND deleted_at IS NULL`);
  const last = ours.prepare(`SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'run'`).pluck().get();
  ended.forEach(({ id }, i) => runs.set(id, (Number(last) + i + 1) as RunId));
  const runNow = (id: RunId | null) => (id === null ? null : (runs.get(id) ?? null));
  const classNow = (id: unknown) => numbers.class(id as ClassId) ?? null;
  for (const row of ended) {
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
const viewsOf = (db: Db): ViewRow[] =>
  db
    .prepare(`SELECT name, search, sort FROM saved_view WHERE search ->> '$.action' IS NULL ORDER BY id`)
    .all() as ViewRow[];

function bringViews(ours: Db, theirs: MergeOrder['theirs'], numbers: Renumbering): void {
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

function insertRow(db: Db, table: string, row: Record<string, unknown>): void {
  const columns = Object.keys(row);
  const sql = `INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`;
  prepare(db, sql).run(...Object.values(row));
}
