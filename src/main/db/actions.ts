// What the person did, in order, as rows: one line of done actions, followed by those that were undone and can be
// redone.

import type { ClassId, PhotoId, RunId } from '../../shared/types.ts';
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
  | 'review.skip'
  | 'label.keep'
  | 'review.refuse'
  | 'pile.name'
  | 'class.order';

/** What an action changed besides labels, whose history is in their events. */
export interface Change {
  classes?: { id: ClassId; before: ClassState; after: ClassState }[];
  skip?: { runId: RunId; photoId: PhotoId };
  /** The label of a photo was looked at and is right: the action itself is what remembers it. */
  keep?: { photoId: PhotoId; classId: ClassId };
  /** Photos that are not of a class. */
  refusal?: { photoIds: PhotoId[]; classId: ClassId };
  /** The order of the classes. */
  order?: { before: ClassId[]; after: ClassId[] };
}

export interface Action {
  id: number;
  description: string;
  change: Change;
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

export const newestDone = (db: Db): Action | null =>
  toAction(prepare<Row>(db, `SELECT ${columns} FROM action WHERE state = 'done' ORDER BY id DESC LIMIT 1`).get());

export const oldestUndone = (db: Db): Action | null =>
  toAction(prepare<Row>(db, `SELECT ${columns} FROM action WHERE state = 'undone' ORDER BY id LIMIT 1`).get());

export function setActionState(db: Db, id: number, state: 'done' | 'undone'): void {
  prepare(db, `UPDATE action SET state = ? WHERE id = ?`).run(state, id);
}

/** Labels that were kept, with their classes as they are called today. */
export const keptLabels = (db: Db): { photoId: PhotoId; classId: ClassId }[] =>
  prepare<{ photoId: PhotoId; classId: ClassId }>(
    db,
    `SELECT change ->> '$.keep.photoId' AS photoId, class_now.now_id AS classId
     FROM action JOIN class_now ON class_now.id = change ->> '$.keep.classId'
     WHERE kind = 'label.keep' AND state = 'done'`,
  ).all();

interface Row {
  id: number;
  description: string;
  change: string;
}

const columns = `id, description, change`;

const toAction = (row: Row | undefined): Action | null => (row ? { ...row, change: JSON.parse(row.change) } : null);
