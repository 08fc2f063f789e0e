// An unpacked library before it is anybody's: its database is proved to be one of Whisker's, and its photos and runs
// get numbers under which they clash with nothing here.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClassId, PhotoId, RunId } from '../../shared/types.ts';
import { setLibraryFolder } from '../db/library-folder.ts';
import { openDatabase, transact, type Db } from '../db/open.ts';
import { requireOwn } from '../db/own-schema.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { readLesson, writeLesson } from '../runs/lesson-file.ts';
import { readNote, runFolder, writeNote } from '../runs/run-folder.ts';
import { DATABASE } from './manifest.ts';

/** Old number -> new one; undefined for what is not brought along. */
export interface Renumbering {
  photo(id: PhotoId): PhotoId | undefined;
  class(id: ClassId): ClassId | undefined;
  run(id: RunId): RunId | undefined;
}

/** Opens the database of an unpacked archive, brought to the newest version. Throws 'bad-input', see `requireOwn`. */
export function openStaged(dir: string): Db {
  const file = join(dir, DATABASE);
  requireOwn(file);
  return openDatabase(file);
}

/**
 * Makes it the library of a folder of this machine: its photos are numbered from `firstPhotoId` on, and none of its
 * files is believed to be where it was, so that the scan finds every photo by its content.
 */
export function settle(db: Db, { folder, firstPhotoId }: { folder: string; firstPhotoId: number }): Renumbering {
  const first = Number(db.prepare('SELECT coalesce(min(id), 0) FROM photo').pluck().get());
  const by = first === 0 ? 0 : firstPhotoId - first;
  const photo = (id: PhotoId) => (id + by) as PhotoId;
  const triggers = db.prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`).all() as {
    name: string;
    sql: string;
  }[];
  db.pragma('foreign_keys = OFF');
  transact(db, () => {
    // They keep what depends on each row true while a library is in use; here all of it changes in one way.
    for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`);
    db.exec(`
      DELETE FROM file;
      INSERT INTO path_word (path_word) VALUES ('delete-all');
      UPDATE photo SET present = 0;
      DELETE FROM burst_pairs;
      UPDATE grouping SET changes = changes + 1;`);
    if (by !== 0) shift(db, by, photo);
    for (const { sql } of triggers) db.exec(sql);
    setLibraryFolder(db, folder);
  });
  db.pragma('foreign_keys = ON');
  return { photo, class: (id) => id, run: (id) => id };
}

function shift(db: Db, by: number, photo: (id: PhotoId) => PhotoId): void {
  // By way of numbers below zero, as one photo's new number may be another one's old one.
  db.prepare('UPDATE photo SET id = -(id + ?)').run(by);
  db.exec('UPDATE photo SET id = -id');
  for (const table of ['label', 'label_event', 'prediction', 'refusal', 'measured']) {
    db.prepare(`UPDATE ${table} SET photo_id = -(photo_id + ?)`).run(by);
    db.exec(`UPDATE ${table} SET photo_id = -photo_id`);
  }
  const changes = db.prepare(`SELECT id, change FROM action WHERE change LIKE '%photoId%'`).raw();
  for (const [id, change] of changes.all() as [number, string][]) {
    const { refusal, keep, ...rest } = JSON.parse(change);
    const shifted = {
      ...rest,
      ...(refusal && { refusal: { ...refusal, photoIds: refusal.photoIds.map(photo) } }),
      ...(keep && { keep: { ...keep, photoId: photo(keep.photoId) } }),
    };
    db.prepare('UPDATE action SET change = ? WHERE id = ?').run(JSON.stringify(shifted), id);
  }
  db.prepare(
    `UPDATE saved_view SET sort = json_set(sort, '$.id', (sort ->> '$.id') + ?) WHERE sort ->> '$.by' = 'alike'`,
  ).run(by);
}

/**
 * Rewrites what a run's folder under `dir` says of photos, classes and runs. `backbone`: the one of this machine, which
 * lies elsewhere than where the run learned.
 */
export function renumberRun(
  dir: string,
  id: RunId,
  { photo, class: classOf, run }: Renumbering,
  backbone: InstalledBackbone | null,
): void {
  if (!existsSync(runFolder(dir, id))) return;
  const here = (there: InstalledBackbone): InstalledBackbone => {
    const isSame = there.info.sha256 === backbone?.info.sha256 && there.info.inputRange === backbone.info.inputRange;
    return isSame ? backbone : there;
  };
  const photos = (ids: readonly PhotoId[]) => ids.map(photo).filter((one) => one !== undefined);
  const note = readNote(dir, id);
  if (note) {
    const ids = { classIds: note.classIds.map((one) => classOf(one) ?? one), trainedOn: photos(note.trainedOn) };
    writeNote(dir, id, {
      ...note,
      ...ids,
      ...(note.features === 'backbone' && { backbone: here(note.backbone) }),
    });
  }
  const lesson = readLesson(dir, id);
  if (!lesson) return;
  const { startFrom, classes, accepted, none, bursts } = lesson;
  const paired = <T>(pairs: readonly [PhotoId, T][]): [PhotoId, T][] =>
    pairs.flatMap(([one, value]) => {
      const now = photo(one);
      return now === undefined ? [] : [[now, value] as [PhotoId, T]];
    });
  writeLesson(dir, id, {
    ...lesson,
    backbone: lesson.backbone && here(lesson.backbone),
    startFrom: startFrom === null ? null : (run(startFrom) ?? null),
    classes: classes.map((entry) => ({ ...entry, id: classOf(entry.id) ?? entry.id })),
    photos: paired(lesson.photos).map(([one, label]) => [one, label === null ? null : (classOf(label) ?? label)]),
    ...(accepted && { accepted: photos(accepted) }),
    ...(none && { none: photos(none) }),
    ...(bursts && { bursts: paired(bursts) }),
  });
}
