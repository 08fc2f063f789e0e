// Brings what is in an archive into a library that has labels of its own: classes by their names, labels by what is in
// the photos, runs under new numbers. The labels are one action for undo; runs and views are taken away by hand.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { MOST_SHOWN_CONFLICTS, type Conflict, type ConflictChoice, type MergePreview } from '../../shared/archive.ts';
import { markNames } from '../../shared/mark-words.ts';
import { isMark, labelCode, labelFromCode } from '../../shared/types.ts';
import type { ClassId, Label, LabelOrigin, PhotoClass, PhotoId } from '../../shared/types.ts';
import { plural } from '../../shared/words.ts';
import { insertClass, listClasses } from '../db/classes.ts';
import { appendLabels, labelCodeSql } from '../db/labels.ts';
import { transact, type Db } from '../db/open.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { classKey, cleanClassName, creation, nextLook } from '../labels/classes.ts';
import { act, untouched, type Touched } from '../labels/undo.ts';
import { runFolder } from '../runs/run-folder.ts';
import {
  bringRefusals,
  bringRemovedClasses,
  bringRuns,
  bringViews,
  insertRow,
  numberRuns,
  viewsOf,
} from './merge-runs.ts';
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
  const present = new Set(ours.prepare('SELECT id FROM photo WHERE present = 1').pluck().all());
  const known = new Set(listClasses(ours).map(({ name }) => classKey(name)));
  return {
    added: compared.filter(({ mine }) => mine === null).length,
    same: compared.filter(({ mine, meant }) => mine === meant).length,
    conflicts: conflicts.length,
    rows: rowsOf(ours, theirs, conflicts.slice(0, MOST_SHOWN_CONFLICTS)),
    absent: compared.filter(({ photoId }) => !present.has(photoId)).length,
    newClasses: listClasses(theirs)
      .map(({ name }) => name)
      .filter((name) => !known.has(classKey(cleanClassName(name)))),
    runs: numberRuns(ours, theirs).runs.size,
    views: viewsOf(theirs).length,
  };
}

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
      const { known, runs } = numberRuns(ours.db, theirs.db);
      const numbers: Renumbering = {
        photo: (id) => photos.get(id),
        class: (id) => classes.get(id),
        run: (id) => runs.get(id) ?? known.get(id),
      };
      bringRefusals(ours.db, theirs.db, numbers);
      if (runs.size > 0) bringRemovedClasses(ours.db, theirs.db, classes);
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

/** Theirs -> ours. */
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
  let last = ours.prepare('SELECT coalesce(max(id), 0) FROM photo').pluck().get() as number;
  const photos = new Map<PhotoId, PhotoId>();
  for (const { said, ...row } of all) {
    const here = known.get(row.sha256);
    if (here !== undefined) photos.set(row.id, here);
    else if (said) {
      insertRow(ours, 'photo', { ...row, id: ++last, present: 0 });
      photos.set(row.id, last as PhotoId);
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
    description: `Merge ${plural(count, ['# label', '# labels'])} of the archive ${name}`,
    change: { classes: made.map(creation) },
    writeLabels(stamp) {
      for (const { label, origin, photoIds } of changes.values()) appendLabels(db, stamp, photoIds, label, origin);
    },
  });
}
