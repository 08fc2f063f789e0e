import { expect, test } from 'vitest';
import { listClasses } from '../../../src/main/db/classes.ts';
import { countPhotos } from '../../../src/main/db/counts.ts';
import { labelCodes } from '../../../src/main/db/labels.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { createClass, deleteClass, mergeClass, updateClass } from '../../../src/main/labels/classes.ts';
import { undo, undoState } from '../../../src/main/labels/undo.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { toFailure } from '../../../src/shared/errors.ts';
import { classColours, classShapes } from '../../../src/shared/types.ts';
import type { ClassId } from '../../../src/shared/types.ts';
import { addRun, sampleDatabase } from '../db/sample-photos.ts';
import { by } from './origins.ts';

const codeOf = (body: () => unknown): string => {
  try {
    body();
    return 'nothing was thrown';
  } catch (error) {
    return toFailure(error).code;
  }
};

test('63 classes without a wish get 63 different looks, and neighbours share neither colour nor shape', () => {
  const { db } = sampleDatabase(0);
  const made = Array.from({ length: 63 }, (_, i) => createClass(db, { name: `Class ${i}` }));
  expect(new Set(made.map(({ colour, shape }) => `${colour} ${shape}`)).size).toBe(63);
  expect(new Set(made.slice(0, 7).map(({ colour }) => colour)).size).toBe(classColours.length);
  expect(new Set(made.slice(0, 9).map(({ shape }) => shape)).size).toBe(classShapes.length);
  expect(createClass(db, { name: 'One more' })).toMatchObject({ name: 'One more' });
});

test('a wished colour or shape is kept and the other is chosen so that the look is free', () => {
  const { db } = sampleDatabase(0);
  expect(createClass(db, { name: 'A', colour: 'green' })).toMatchObject({ colour: 'green', shape: 'circle' });
  expect(createClass(db, { name: 'B', colour: 'green' })).toMatchObject({ colour: 'green', shape: 'square' });
  expect(createClass(db, { name: 'C', shape: 'circle' })).toMatchObject({ colour: 'blue', shape: 'circle' });
  expect(createClass(db, { name: 'D', colour: 'sky', shape: 'heart' })).toMatchObject({
    colour: 'sky',
    shape: 'heart',
  });
});

test('the look of a deleted class is free again', () => {
  const { db } = sampleDatabase(0);
  const first = createClass(db, { name: 'First' });
  createClass(db, { name: 'Second' });
  deleteClass(db, { id: first.id });
  expect(createClass(db, { name: 'Third' })).toMatchObject({ colour: first.colour, shape: first.shape });
});

test('names are kept as one trimmed line of 1 to 60 visible characters', () => {
  const { db } = sampleDatabase(0);
  expect(createClass(db, { name: '  Black \n\t cat ' }).name).toBe('Black cat');
  expect(createClass(db, { name: 'Cat\x1b[2J\x9b1m\u202e gpj' }).name).toBe('Cat [2J 1m gpj');
  expect(createClass(db, { name: '🐈'.repeat(60) }).name).toBe('🐈'.repeat(60));
  expect(codeOf(() => createClass(db, { name: '🐈'.repeat(61) }))).toBe('bad-input');
  for (const name of ['', '   ', '\u200B', '\u0000']) expect(codeOf(() => createClass(db, { name }))).toBe('bad-input');
  expect(() => createClass(db, { name: 'x'.repeat(61) })).toThrow('has 61 characters');
});

test('two classes can’t have names that differ only in case or in how an accent is stored', () => {
  const { db } = sampleDatabase(0);
  const bug = createClass(db, { name: 'Käfer' });
  createClass(db, { name: 'Cat' });
  expect(codeOf(() => createClass(db, { name: 'KÄFER' }))).toBe('conflict');
  expect(codeOf(() => createClass(db, { name: 'ka\u0308fer' }))).toBe('conflict');
  expect(codeOf(() => updateClass(db, { id: bug.id, name: ' cat ' }))).toBe('conflict');
  expect(() => createClass(db, { name: 'cat' })).toThrow('already a class named "Cat"');
  expect(updateClass(db, { id: bug.id, name: 'KÄFER' }).name).toBe('KÄFER');
});

test('the name of a removed class can be used again; undo then waits for its turn', () => {
  const { db } = sampleDatabase(0);
  const cat = createClass(db, { name: 'Cat' });
  deleteClass(db, { id: cat.id });
  const second = createClass(db, { name: 'cat' });
  expect(second.id).not.toBe(cat.id);
  undo(db);
  undo(db);
  expect(listClasses(db)).toEqual([cat]);
});

test('an update that changes nothing is not an action', () => {
  const { db } = sampleDatabase(0);
  const cat = createClass(db, { name: 'Cat' });
  expect(updateClass(db, { id: cat.id, name: ' Cat ', colour: cat.colour })).toEqual(cat);
  expect(undoState(db).undo).toBe('Create class Cat');
});

test('merging moves every label, deleting removes it; neither touches other photos', () => {
  const { db, ids } = sampleDatabase(4);
  const cat = createClass(db, { name: 'Cat' });
  const kitten = createClass(db, { name: 'Kitten' });
  setLabels(db, ids.slice(0, 2), kitten.id, by.person);
  setLabels(db, [ids[2]!], cat.id, by.person);
  setLabels(db, [ids[3]!], 'excluded', by.person);
  mergeClass(db, { from: kitten.id, into: cat.id });
  expect(labelCodes(db, ids)).toEqual([cat.id, cat.id, cat.id, -1]);
  deleteClass(db, { id: cat.id });
  expect(labelCodes(db, ids)).toEqual([0, 0, 0, -1]);
  undo(db);
  undo(db);
  expect(labelCodes(db, ids)).toEqual([kitten.id, kitten.id, cat.id, -1]);
  expect(listClasses(db)).toEqual([cat, kitten]);
});

test('what a run said of a merged class counts for the class it became; of a deleted class, no more', () => {
  const { db, ids } = sampleDatabase(2);
  const cat = createClass(db, { name: 'Cat' });
  const kitten = createClass(db, { name: 'Kitten' });
  const tiger = createClass(db, { name: 'Tiger' });
  const run = addRun(db, [
    { photoId: ids[0]!, classId: kitten.id },
    { photoId: ids[1]!, classId: cat.id },
  ]);
  mergeClass(db, { from: kitten.id, into: cat.id });
  mergeClass(db, { from: cat.id, into: tiger.id });
  expect(countPhotos(db, run).predictedByClass).toEqual({ [tiger.id]: 2 });
  expect(listPhotos(db, { kind: 'predicted', classId: tiger.id }, run).ids).toEqual(ids);
  undo(db);
  expect(countPhotos(db, run).predictedByClass).toEqual({ [cat.id]: 2 });
  deleteClass(db, { id: cat.id });
  expect(countPhotos(db, run).predictedByClass).toEqual({});
});

test('unknown classes and merging a class into itself are refused', () => {
  const { db } = sampleDatabase(0);
  const cat = createClass(db, { name: 'Cat' });
  const nobody = 99 as ClassId;
  expect(codeOf(() => updateClass(db, { id: nobody, name: 'X' }))).toBe('not-found');
  expect(codeOf(() => deleteClass(db, { id: nobody }))).toBe('not-found');
  expect(codeOf(() => mergeClass(db, { from: cat.id, into: nobody }))).toBe('not-found');
  expect(codeOf(() => mergeClass(db, { from: cat.id, into: cat.id }))).toBe('bad-input');
});
