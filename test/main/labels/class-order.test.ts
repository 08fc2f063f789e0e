// The order of the classes and their own keys, on a real database: stored, undone, and none of the learner's business.

import { describe, expect, test } from 'vitest';
import { classesAsMade, listClasses } from '../../../src/main/db/classes.ts';
import { openDatabase } from '../../../src/main/db/open.ts';
import { createClass, deleteClass, mergeClass, moveClass, updateClass } from '../../../src/main/labels/classes.ts';
import { redo, undo, undoState } from '../../../src/main/labels/undo.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { toFailure } from '../../../src/shared/errors.ts';
import type { ClassId } from '../../../src/shared/types.ts';
import { sampleDatabase } from '../db/sample-photos.ts';

const names = (db: Db) => listClasses(db).map(({ name }) => name);

function classesOf(...wanted: string[]) {
  const { db, file } = sampleDatabase(0);
  const ids = Object.fromEntries(wanted.map((name) => [name, createClass(db, { name }).id])) as Record<string, ClassId>;
  return { db, file, id: (name: string) => ids[name]! };
}

const codeOf = (body: () => unknown): string => {
  try {
    body();
    return 'nothing was thrown';
  } catch (error) {
    return toFailure(error).code;
  }
};

describe('a class that is moved', () => {
  test('comes to its place, keeps its id, and is there after opening again', () => {
    const { db, file, id } = classesOf('Ant', 'Bee', 'Cat', 'Dog');
    expect(moveClass(db, { id: id('Dog'), to: 1 })).toMatchObject({ classes: true, photoIds: [] });
    moveClass(db, { id: id('Ant'), to: 99 });
    expect(names(db)).toEqual(['Dog', 'Bee', 'Cat', 'Ant']);
    db.close();
    const again = openDatabase(file);
    expect(listClasses(again).map((entry) => [entry.name, entry.id])).toEqual(
      ['Dog', 'Bee', 'Cat', 'Ant'].map((name) => [name, id(name)]),
    );
    again.close();
  });

  test('goes back by undo and there again by redo, in words', () => {
    const { db, id } = classesOf('Ant', 'Bee', 'Cat');
    moveClass(db, { id: id('Cat'), to: 0 });
    expect(undoState(db).undo).toBe('Move Cat to place 1');
    expect(undo(db)).toMatchObject({ classes: true });
    expect(names(db)).toEqual(['Ant', 'Bee', 'Cat']);
    redo(db);
    expect(names(db)).toEqual(['Cat', 'Ant', 'Bee']);
  });

  test('to where it is, is no action', () => {
    const { db, id } = classesOf('Ant', 'Bee');
    moveClass(db, { id: id('Bee'), to: 7 });
    expect(undoState(db).undo).toBe('Create class Bee');
    expect(codeOf(() => moveClass(db, { id: 99 as ClassId, to: 0 }))).toBe('not-found');
  });

  test('leaves the order that networks learn by as it was', () => {
    const { db, id } = classesOf('Ant', 'Bee', 'Cat');
    moveClass(db, { id: id('Cat'), to: 0 });
    expect(classesAsMade(db).map(({ name }) => name)).toEqual(['Ant', 'Bee', 'Cat']);
  });
});

test('a new class is the last one, and one that comes back comes back to its place', () => {
  const { db, id } = classesOf('Ant', 'Bee', 'Cat');
  moveClass(db, { id: id('Cat'), to: 0 });
  createClass(db, { name: 'Dog' });
  expect(names(db)).toEqual(['Cat', 'Ant', 'Bee', 'Dog']);
  deleteClass(db, { id: id('Cat') });
  mergeClass(db, { from: id('Bee'), into: id('Ant') });
  moveClass(db, { id: id('Ant'), to: 1 });
  expect(names(db)).toEqual(['Dog', 'Ant']);
  for (let i = 0; i < 3; i++) undo(db);
  expect(names(db)).toEqual(['Cat', 'Ant', 'Bee', 'Dog']);
});

describe('an own key', () => {
  test('is stored with its class, changed and taken away, each undoable', () => {
    const { db, id } = classesOf('Ant', 'Bee');
    const keys = () => listClasses(db).map(({ key }) => key);
    expect(updateClass(db, { id: id('Bee'), key: 'B' })).toMatchObject({ name: 'Bee', key: 'B' });
    expect(undoState(db).undo).toBe('Give Bee the key B');
    updateClass(db, { id: id('Bee'), key: null });
    expect(undoState(db).undo).toBe('Take the key of Bee away');
    expect(keys()).toEqual([null, null]);
    undo(db);
    expect(keys()).toEqual([null, 'B']);
    undo(db);
    expect(keys()).toEqual([null, null]);
    redo(db);
    expect(keys()).toEqual([null, 'B']);
  });

  test('survives a new name and a deletion that is taken back', () => {
    const { db, id } = classesOf('Ant');
    updateClass(db, { id: id('Ant'), key: 'T' });
    updateClass(db, { id: id('Ant'), name: 'Wasp' });
    deleteClass(db, { id: id('Ant') });
    undo(db);
    expect(listClasses(db)).toMatchObject([{ name: 'Wasp', key: 'T' }]);
  });

  test('of one class is refused to another, until it is free', () => {
    const { db, id } = classesOf('Ant', 'Bee');
    updateClass(db, { id: id('Ant'), key: 'T' });
    expect(() => updateClass(db, { id: id('Bee'), key: 'T' })).toThrow('T is the key of "Ant"');
    deleteClass(db, { id: id('Ant') });
    expect(updateClass(db, { id: id('Bee'), key: 'T' }).key).toBe('T');
  });

  test('undoing what was done before classes had keys leaves the key', () => {
    const { db, id } = classesOf('Ant');
    updateClass(db, { id: id('Ant'), name: 'Wasp' });
    db.exec(`UPDATE action SET change = json_remove(change, '$.classes[0].before.key') WHERE kind = 'class.update'`);
    db.exec(`UPDATE class SET key = 'T'`);
    undo(db);
    expect(listClasses(db)).toMatchObject([{ name: 'Ant', key: 'T' }]);
  });
});
