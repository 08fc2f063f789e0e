// Making, changing, ordering, merging and deleting classes. Each is one undoable action; a class that goes is only
// marked as removed.

import { insertClass, listClasses } from '../db/classes.ts';
import type { ClassLook } from '../db/classes.ts';
import { moveLabels } from '../db/labels.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { moved } from '../../shared/moved.ts';
import { classColours, classShapes } from '../../shared/types.ts';
import type { ClassColour, ClassId, ClassShape, PhotoClass } from '../../shared/types.ts';
import { act, untouched } from './undo.ts';
import type { Touched } from './undo.ts';
import { requireClass } from './set-labels.ts';

const longestName = 60;

// They turn the direction of whatever is written after them, in a terminal or beside a photo.
const directionOverrides = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * A name as it is kept: one line, no spaces around it, nothing that steers a terminal. Throws 'bad-input' when nothing
 * visible or too much is left.
 */
export function cleanClassName(name: string): string {
  const clean = name
    .normalize('NFC')
    .replaceAll(directionOverrides, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  if (!/[^\p{C}\p{Z}]/u.test(clean))
    throw new WhiskerError('bad-input', 'The name of the class is empty.', 'Type a name.');
  const length = [...clean].length;
  if (length > longestName) {
    throw new WhiskerError(
      'bad-input',
      `The class name "${[...clean].slice(0, 20).join('')}…" has ${length} characters.`,
      `Use at most ${longestName}.`,
    );
  }
  return clean;
}

/** Two names with the same key are the same class. */
export const classKey = (name: string): string => name.toLowerCase().normalize('NFC');

/**
 * Makes a class; without colour or shape it takes the next combination that none has. Throws 'bad-input', 'conflict'.
 */
export function createClass(db: Db, look: { name: string; colour?: ClassColour; shape?: ClassShape }): PhotoClass {
  return transact(db, () => {
    const existing = listClasses(db);
    const name = cleanClassName(look.name);
    refuseTaken(existing, name);
    const created = insertClass(db, { name, ...nextLook(existing, look) });
    act(db, {
      kind: 'class.create',
      description: `Create class ${name}`,
      change: { classes: [creation(created)] },
    });
    return created;
  });
}

/** How a new class stands in an action: undone, it is a removed one. */
export const creation = (made: PhotoClass) => ({ id: made.id, before: { mergedInto: null }, after: lookOf(made) });

const lookOf = ({ name, colour, shape, key }: PhotoClass) => ({ name, colour, shape, key });

/**
 * Renames or restyles a class, or gives it a key (null: takes it away); nothing is recorded when nothing changes.
 * Throws 'bad-input', 'not-found', 'conflict'.
 */
export function updateClass(db: Db, { id, ...wanted }: { id: ClassId } & Partial<ClassLook>): PhotoClass {
  return transact(db, () => {
    const before = lookOf(requireClass(db, id));
    const after = { ...before, ...wanted };
    if (wanted.name !== undefined) {
      after.name = cleanClassName(wanted.name);
      refuseTaken(
        listClasses(db).filter((other) => other.id !== id),
        after.name,
      );
    }
    if (after.key !== null && after.key !== before.key) refuseTakenKey(listClasses(db), after.key);
    const description = describeUpdate(before, after);
    if (description !== null) {
      act(db, { kind: 'class.update', description, change: { classes: [{ id, before, after }] } });
    }
    return { id, ...after };
  });
}

/** Moves a class to a place among all, 0 for the first; past the end is the end. Throws 'not-found'. */
export function moveClass(db: Db, { id, to }: { id: ClassId; to: number }): Touched {
  return transact(db, () => {
    const { name } = requireClass(db, id);
    const before = listClasses(db).map((entry) => entry.id);
    const after = moved(before, before.indexOf(id), to);
    if (after.every((one, i) => one === before[i])) return untouched;
    const description = `Move ${name} to place ${after.indexOf(id) + 1}`;
    return act(db, { kind: 'class.order', description, change: { order: { before, after } } });
  });
}

/** Gives every photo of `from` to `into` and removes `from`. Throws 'bad-input', 'not-found'. */
export function mergeClass(db: Db, { from, into }: { from: ClassId; into: ClassId }): Touched {
  if (from === into)
    throw new WhiskerError('bad-input', "A class can't be merged into itself.", 'Choose another class.');
  return transact(db, () => {
    const before = lookOf(requireClass(db, from));
    const target = requireClass(db, into);
    return act(db, {
      kind: 'class.merge',
      description: `Merge ${before.name} into ${target.name}`,
      change: { classes: [{ id: from, before, after: { mergedInto: into } }] },
      writeLabels: (stamp) => moveLabels(db, stamp, from, into),
    });
  });
}

/** Removes a class; its photos become unlabelled. Throws 'not-found'. */
export function deleteClass(db: Db, { id }: { id: ClassId }): Touched {
  return transact(db, () => {
    const before = lookOf(requireClass(db, id));
    return act(db, {
      kind: 'class.delete',
      description: `Delete class ${before.name}`,
      change: { classes: [{ id, before, after: { mergedInto: null } }] },
      writeLabels: (stamp) => moveLabels(db, stamp, id, null),
    });
  });
}

function refuseTaken(classes: readonly PhotoClass[], name: string): void {
  const taken = classes.find((other) => classKey(other.name) === classKey(name));
  if (taken) {
    throw new WhiskerError(
      'conflict',
      `There is already a class named "${taken.name}".`,
      'Choose another name, or merge the two.',
    );
  }
}

function refuseTakenKey(classes: readonly PhotoClass[], key: string): void {
  const taken = classes.find((other) => other.key === key);
  if (taken) throw new WhiskerError('conflict', `${key} is the key of "${taken.name}".`, 'Choose another letter.');
}

/** Seven colours against nine shapes: stepping both at once meets each of the 63 combinations once. */
export function nextLook(
  classes: readonly PhotoClass[],
  wish: { colour?: ClassColour; shape?: ClassShape } = {},
): { colour: ClassColour; shape: ClassShape } {
  const combinations = Array.from({ length: classColours.length * classShapes.length }, (_, i) => ({
    colour: wish.colour ?? classColours[i % classColours.length] ?? 'blue',
    shape: wish.shape ?? classShapes[i % classShapes.length] ?? 'circle',
  }));
  const isFree = (look: (typeof combinations)[number]) =>
    !classes.some((other) => other.colour === look.colour && other.shape === look.shape);
  const fallback = { colour: wish.colour ?? 'blue', shape: wish.shape ?? 'circle' } as const;
  return combinations.find(isFree) ?? combinations[classes.length % combinations.length] ?? fallback;
}

function describeUpdate(before: ReturnType<typeof lookOf>, after: ReturnType<typeof lookOf>): string | null {
  if (before.name !== after.name) return `Rename ${before.name} to ${after.name}`;
  if (before.colour !== after.colour) return `Recolour ${before.name}`;
  if (before.shape !== after.shape) return `Change the shape of ${before.name}`;
  if (before.key !== after.key) {
    return after.key === null ? `Take the key of ${before.name} away` : `Give ${before.name} the key ${after.key}`;
  }
  return null;
}
