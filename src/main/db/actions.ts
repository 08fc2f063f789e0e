// What the person did, in order, as rows: one line of done actions, followed by those that were undone and can be
// redone.

import type { ClassId, PhotoId } from '../../shared/types.ts';
import type { ClassState } from './classes.ts';
import { prepare } from './open.ts';
import type { Db } from './open.ts';

export type ActionKind =
  | 'label'
  | 'import'
  | 'class.create'
  | 'class.update'
  | 'class.merge'
  | 'class.delete'
  | 'label.keep'
  | 'review.refuse'
  | 'pile.name'
  | 'class.order'
  /** A label of those that are nearly the same as others, which had it before. */
  | 'label.alike'
  | 'take-back';

/** What an action changed besides labels, whose history is in their events. */
export interface Change {
  classes?: { id: ClassId; before: ClassState; after: ClassState }[];
  /** The label of a photo was looked at and is right: the action itself is what remembers it. */
  keep?: { photoId: PhotoId; classId: ClassId };
  /** Photos that are not of a class. */
  refusal?: { photoIds: PhotoId[]; classId: ClassId };
  /** The order of the classes. */
  order?: { before: ClassId[]; after: ClassId[] };
  /** The earlier action that it takes back: what that one changed, it changes the other way round. */
  takesBack?: number;
}

export interface Action {
  id: number;
  description: string;
  change: Change;
  state: 'done' | 'undone' | 'dropped';
  /** The action that takes it back, and is done. */
  takenBackBy: number | null;
}

/** Writes a done action; what was undone can't be redone any more. */
export function insertAction(db: Db, kind: ActionKind, description: string, change: Change, at: string): number {
  prepare(db, `UPDATE action SET state = 'dropped' WHERE state = 'undone'`).run();
  const { lastInsertRowid } = prepare(db, `INSERT INTO action (kind, description, change, at) VALUES (?, ?, ?, ?)`).run(
    kind,
    description,
    JSON.stringify(change),
    at,
  );
  return Number(lastInsertRowid);
}

export const findAction = (db: Db, id: number): Action | null =>
  toAction(prepare<Row>(db, `SELECT ${columns} FROM action WHERE id = ?`).get(id));

/** Those that are done and came after one, the newest first. */
export const doneAfter = (db: Db, id: number): Action[] =>
  prepare<Row>(db, `SELECT ${columns} FROM action WHERE state = 'done' AND id > ? ORDER BY id DESC`)
    .all(id)
    .map(readAction);

/** Those that can be redone, up to this one. */
export const undoneUpTo = (db: Db, id: number): Action[] =>
  prepare<Row>(db, `SELECT ${columns} FROM action WHERE state = 'undone' AND id <= ? ORDER BY id`)
    .all(id)
    .map(readAction);

export const newestDone = (db: Db): Action | null =>
  toAction(prepare<Row>(db, `SELECT ${columns} FROM action WHERE state = 'done' ORDER BY id DESC LIMIT 1`).get());

export const oldestUndone = (db: Db): Action | null =>
  toAction(prepare<Row>(db, `SELECT ${columns} FROM action WHERE state = 'undone' ORDER BY id LIMIT 1`).get());

export function setActionState(db: Db, id: number, state: 'done' | 'undone'): void {
  prepare(db, `UPDATE action SET state = ? WHERE id = ?`).run(state, id);
}

export function setTakenBack(db: Db, id: number, by: number | null): void {
  prepare(db, `UPDATE action SET taken_back_by = ? WHERE id = ?`).run(by, id);
}

/** Keeps how many photos an action was about. */
export function setPhotos(db: Db, id: number, photos: number): void {
  prepare(db, `UPDATE action SET photos = ? WHERE id = ?`).run(photos, id);
}

/** Labels that were kept, with their classes as they are called today. */
export const keptLabels = (db: Db): { photoId: PhotoId; classId: ClassId }[] =>
  prepare<{ photoId: PhotoId; classId: ClassId }>(
    db,
    `SELECT change ->> '$.keep.photoId' AS photoId, class_now.now_id AS classId
     FROM action JOIN class_now ON class_now.id = change ->> '$.keep.classId'
     WHERE kind = 'label.keep' AND state = 'done' AND taken_back_by IS NULL`,
  ).all();

type Row = Omit<Action, 'change'> & { change: string };

const columns = `id, description, change, state, taken_back_by AS takenBackBy`;

const readAction = (row: Row): Action => ({ ...row, change: JSON.parse(row.change) });
const toAction = (row: Row | undefined): Action | null => (row ? readAction(row) : null);
