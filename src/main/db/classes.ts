// The classes as rows. A class is never deleted, only marked as removed; names are checked by labels/classes.ts.

import type { ClassColour, ClassId, ClassShape, PhotoClass } from '../../shared/types.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';

export interface ClassLook {
  name: string;
  colour: ClassColour;
  shape: ClassShape;
}

/** What a class is at one moment: how it looks, or that it is removed and which class took its labels. */
export type ClassState = ClassLook | { mergedInto: ClassId | null };

/** Live classes in the order in which they were made. */
export const listClasses = (db: Db): PhotoClass[] =>
  prepare<PhotoClass>(db, `SELECT id, name, colour, shape FROM class WHERE removed = 0 ORDER BY id`).all();

/** A live class, or null. */
export const findClass = (db: Db, id: ClassId): PhotoClass | null =>
  prepare<PhotoClass>(db, `SELECT id, name, colour, shape FROM class WHERE id = ? AND removed = 0`).get(id) ?? null;

export function insertClass(db: Db, { name, colour, shape }: ClassLook): PhotoClass {
  const row = prepare<PhotoClass>(
    db,
    `INSERT INTO class (name, colour, shape) VALUES (?, ?, ?) RETURNING id, name, colour, shape`,
  ).get(name, colour, shape);
  if (!row) throw new Error('SQLite returned no row for the new class');
  return row;
}

export function setClassState(db: Db, id: ClassId, state: ClassState): void {
  if ('mergedInto' in state) {
    prepare(db, `UPDATE class SET removed = 1, merged_into = ? WHERE id = ?`).run(state.mergedInto, id);
  } else {
    prepare(db, `UPDATE class SET name = ?, colour = ?, shape = ?, removed = 0, merged_into = NULL WHERE id = ?`).run(
      state.name,
      state.colour,
      state.shape,
      id,
    );
  }
}

/**
 * Today's class for each class that a run may have known: itself, or the one it was merged into; none when it was
 * deleted.
 */
export const classesNow = (db: Db): Map<ClassId, ClassId> =>
  new Map(prepareTuples<[ClassId, ClassId]>(db, `SELECT id, now_id FROM class_now`).all());
