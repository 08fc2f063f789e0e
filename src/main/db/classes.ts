// The classes as rows. A class is never deleted, only marked as removed; names are checked by labels/classes.ts.

import type { ClassColour, ClassId, ClassShape, PhotoClass } from '../../shared/types.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';

export interface ClassLook {
  name: string;
  colour: ClassColour;
  shape: ClassShape;
  /** Absent in what was recorded before classes had keys: the key stays as it is. */
  key?: string | null;
}

/** What a class is at one moment: how it looks, or that it is removed and which class took its labels. */
export type ClassState = ClassLook | { mergedInto: ClassId | null };

const columns = `id, name, colour, shape, key`;

/** Live classes in the person's order. */
export const listClasses = (db: Db): PhotoClass[] =>
  prepare<PhotoClass>(db, `SELECT ${columns} FROM class WHERE removed = 0 ORDER BY position, id`).all();

/** Live classes in the order in which they were made, which never changes: a network's outputs stand so. */
export const classesAsMade = (db: Db): PhotoClass[] => listClasses(db).sort((one, other) => one.id - other.id);

/** A live class, or null. */
export const findClass = (db: Db, id: ClassId): PhotoClass | null =>
  prepare<PhotoClass>(db, `SELECT ${columns} FROM class WHERE id = ? AND removed = 0`).get(id) ?? null;

/** Makes the last class. */
export function insertClass(db: Db, { name, colour, shape, key = null }: ClassLook): PhotoClass {
  const row = prepare<PhotoClass>(
    db,
    `INSERT INTO class (name, colour, shape, key, position)
     VALUES (?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM class)) RETURNING ${columns}`,
  ).get(name, colour, shape, key);
  if (!row) throw new Error('SQLite returned no row for the new class');
  return row;
}

export function setClassState(db: Db, id: ClassId, state: ClassState): void {
  if ('mergedInto' in state) {
    prepare(db, `UPDATE class SET removed = 1, merged_into = ? WHERE id = ?`).run(state.mergedInto, id);
  } else {
    const { name, colour, shape, key } = state;
    prepare(
      db,
      `UPDATE class SET name = @name, colour = @colour, shape = @shape, removed = 0, merged_into = NULL,
         key = CASE WHEN @keyed THEN @key ELSE key END WHERE id = @id`,
    ).run({ id, name, colour, shape, key: key ?? null, keyed: key === undefined ? 0 : 1 });
  }
}

/** Puts these classes into this order, on the places that they hold among all classes, removed ones too. */
export function orderClasses(db: Db, ids: readonly ClassId[]): void {
  const place = prepare<{ position: number }>(db, `SELECT position FROM class WHERE id = ?`);
  const places = ids.map((id) => place.get(id)?.position ?? 0).sort((one, other) => one - other);
  const put = prepare(db, `UPDATE class SET position = ? WHERE id = ?`);
  ids.forEach((id, i) => put.run(places[i], id));
}

/**
 * Today's class for each class that a run may have known: itself, or the one it was merged into; none when it was
 * deleted.
 */
export const classesNow = (db: Db): Map<ClassId, ClassId> =>
  new Map(prepareTuples<[ClassId, ClassId]>(db, `SELECT id, now_id FROM class_now`).all());
