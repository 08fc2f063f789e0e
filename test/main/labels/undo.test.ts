import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDatabase, prepare } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { labelCodes } from '../../../src/main/db/labels.ts';
import { listClasses } from '../../../src/main/db/classes.ts';
import { createClass, deleteClass, mergeClass, updateClass } from '../../../src/main/labels/classes.ts';
import { redo, undo, undoState } from '../../../src/main/labels/undo.ts';
import { importLabels } from '../../../src/main/labels/import-labels.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { refuseClass } from '../../../src/main/review/review.ts';
import { labelCode, marks, screenChoices } from '../../../src/shared/types.ts';
import type { ClassId, Label, LabelOrigin, Mark, PhotoId, ScreenChoice } from '../../../src/shared/types.ts';
import { sampleDatabase } from '../db/sample-photos.ts';
import { HistoryModel } from './model.ts';
import { by } from './origins.ts';

interface LabelRow extends LabelOrigin {
  photo_id: number;
  class_id: number | null;
  excluded: number;
  mark: number;
}

/** The current labels as the events alone tell them, without the trigger. */
function replay(db: Db): LabelRow[] {
  const events = prepare<LabelRow>(
    db,
    'SELECT photo_id, class_id, excluded, mark, source, chosen FROM label_event ORDER BY id',
  ).all();
  const current = new Map(events.map((event) => [event.photo_id, event]));
  return [...current.values()]
    .filter(({ class_id, excluded, mark }) => class_id !== null || excluded === 1 || mark !== 0)
    .sort((a, b) => a.photo_id - b.photo_id);
}

const labelTable = (db: Db) =>
  prepare<LabelRow>(db, 'SELECT photo_id, class_id, excluded, mark, source, chosen FROM label ORDER BY photo_id').all();

const photoCount = 6;
const photo = fc.nat({ max: photoCount - 1 });
const someClass = fc.nat({ max: 3 });
const times = fc.integer({ min: 1, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      photos: fc.array(photo, { maxLength: photoCount }),
      label: fc.oneof({ weight: 3, arbitrary: someClass }, fc.constantFrom(...marks, null)),
      chosen: fc.constantFrom(...screenChoices),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('create' as const), name: fc.constantFrom('Bird', 'Käfer', 'cat') }),
  },
  fc.record({ do: fc.constant('rename' as const), which: someClass, name: fc.constantFrom('Cat', 'Kitten', 'DOG') }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge' as const), from: someClass, into: someClass }) },
  fc.record({ do: fc.constant('delete' as const), which: someClass }),
  fc.record({ do: fc.constant('import' as const), photos: fc.array(photo), name: fc.constantFrom('Dog', 'Fish') }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('undo' as const), times }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('redo' as const), times }) },
  fc.record({ do: fc.constant('reopen' as const) }),
);

type Step =
  | { do: 'set'; photos: number[]; label: number | Mark | null; chosen: ScreenChoice }
  | { do: 'create'; name: string }
  | { do: 'rename'; which: number; name: string }
  | { do: 'merge'; from: number; into: number }
  | { do: 'delete'; which: number }
  | { do: 'import'; photos: number[]; name: string }
  | { do: 'undo' | 'redo'; times: number }
  | { do: 'reopen' };

test('any sequence of labelling, classes, imports, undo and redo ends where a simple model of it ends', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      const sample = sampleDatabase(photoCount);
      const { ids, file } = sample;
      let db = sample.db;
      // Only for speed: what a power cut leaves is not this test's question.
      db.pragma('synchronous = OFF');
      const model = new HistoryModel();
      const isTaken = (name: string, except?: ClassId) =>
        [...model.now.classes].some(([id, other]) => id !== except && other.toLowerCase() === name.toLowerCase());
      const liveClass = (which: number): ClassId | undefined =>
        [...model.now.classes.keys()].sort((a, b) => a - b)[which];

      const start: Step[] = [
        { do: 'create', name: 'Cat' },
        { do: 'create', name: 'Dog' },
        { do: 'set', photos: [0, 1, 2], label: 0, chosen: 'hand' },
        { do: 'set', photos: [3, 4], label: 1, chosen: 'review' },
      ];
      for (const action of [...start, ...steps]) {
        switch (action.do) {
          case 'set': {
            const label = typeof action.label === 'number' ? liveClass(action.label) : action.label;
            if (label === undefined) break;
            setLabels(
              db,
              action.photos.map((i) => ids[i]!),
              label,
              { source: 'person', chosen: action.chosen },
            );
            model.act(({ labels, chosen }) => {
              for (const i of new Set(action.photos)) {
                if (labelCode(labels.get(i) ?? null) !== labelCode(label)) chosen.set(i, action.chosen);
                labels.set(i, label);
              }
            });
            break;
          }
          case 'create': {
            if (isTaken(action.name)) {
              expect(() => createClass(db, action)).toThrow('already a class');
              break;
            }
            const { id } = createClass(db, action);
            model.act(({ classes }) => classes.set(id, action.name));
            break;
          }
          case 'rename': {
            const id = liveClass(action.which);
            if (id === undefined || isTaken(action.name, id)) break;
            updateClass(db, { id, name: action.name });
            model.act(({ classes }) => classes.set(id, action.name));
            break;
          }
          case 'merge': {
            const [from, into] = [liveClass(action.from), liveClass(action.into)];
            if (from === undefined || into === undefined || from === into) break;
            mergeClass(db, { from, into });
            model.act(({ labels, classes }) => {
              classes.delete(from);
              for (const [photo, label] of labels) if (label === from) labels.set(photo, into);
            });
            break;
          }
          case 'delete': {
            const id = liveClass(action.which);
            if (id === undefined) break;
            deleteClass(db, { id });
            model.act(({ labels, classes }) => {
              classes.delete(id);
              for (const [photo, label] of labels) if (label === id) labels.delete(photo);
            });
            break;
          }
          case 'import': {
            importLabels(
              db,
              action.photos.map((i, n) => ({ row: n + 2, file: `${i}.jpg`, class: action.name })),
            );
            const known = [...model.now.classes].find(([, name]) => name.toLowerCase() === action.name.toLowerCase());
            const made = known?.[0] ?? listClasses(db).find(({ name }) => name === action.name)?.id;
            if (made === undefined) break;
            model.act(({ labels, classes, chosen }) => {
              if (!known) classes.set(made, action.name);
              for (const i of new Set(action.photos)) {
                if (labels.get(i) !== made) chosen.set(i, 'import');
                labels.set(i, made);
              }
            });
            break;
          }
          case 'undo':
            for (let i = 0; i < action.times; i++) {
              undo(db);
              model.undo();
            }
            break;
          case 'redo':
            for (let i = 0; i < action.times; i++) {
              redo(db);
              model.redo();
            }
            break;
          case 'reopen':
            db.close();
            db = openDatabase(file);
            db.pragma('synchronous = OFF');
        }
        const state = undoState(db);
        expect({ undo: state.undo !== null, redo: state.redo !== null }).toEqual(model.depth);
        expect(labelTable(db)).toEqual(replay(db));
        expect(labelCodes(db, ids)).toEqual(ids.map((_, i) => labelCode(model.now.labels.get(i) ?? null)));
        expect(labelTable(db).map(({ photo_id, chosen }) => [photo_id, chosen])).toEqual(
          ids.flatMap((id, i) => ((model.now.labels.get(i) ?? null) === null ? [] : [[id, model.now.chosen.get(i)]])),
        );
        expect(new Map(listClasses(db).map(({ id, name }) => [id, name]))).toEqual(
          new Map([...model.now.classes].sort(([a], [b]) => a - b)),
        );
      }
      db.close();
    }),
    { numRuns: 60 },
  );
});

test('label events can be neither changed nor deleted', () => {
  const { db, ids } = sampleDatabase(1);
  setLabels(db, ids, 'excluded', by.person);
  expect(() => db.exec('UPDATE label_event SET excluded = 0')).toThrow('never changed');
  expect(() => db.exec('DELETE FROM label_event')).toThrow('never deleted');
});

test('undo and redo say in words what they would do, go in strict order and end quietly', () => {
  const { db, ids } = sampleDatabase(5);
  const cat = createClass(db, { name: 'Cat' });
  const dog = createClass(db, { name: 'Dog' });
  const one = (id: PhotoId | undefined) => [id!];
  setLabels(db, ids.slice(0, 3), cat.id, by.person);
  setLabels(db, one(ids[3]), dog.id, by.suggestion);
  setLabels(db, one(ids[4]), 'excluded', by.person);
  setLabels(db, one(ids[4]), null, by.person);
  updateClass(db, { id: cat.id, name: 'Kitten' });
  updateClass(db, { id: cat.id, colour: 'yellow' });
  updateClass(db, { id: cat.id, shape: 'heart' });
  mergeClass(db, { from: dog.id, into: cat.id });
  deleteClass(db, { id: cat.id });

  const told: (string | null)[] = [];
  for (let state = undoState(db); state.undo !== null; undo(db), state = undoState(db)) told.push(state.undo);
  expect(told.reverse()).toEqual([
    'Create class Cat',
    'Create class Dog',
    'Label 3 photos as Cat',
    'Accept 1 photo as Dog',
    'Exclude 1 photo',
    'Remove the label of 1 photo',
    'Rename Cat to Kitten',
    'Recolour Kitten',
    'Change the shape of Kitten',
    'Merge Dog into Kitten',
    'Delete class Kitten',
  ]);
  expect(undo(db)).toEqual({ photoIds: [], classes: false, refusals: [], keeps: [] });
  expect(listClasses(db)).toEqual([]);

  const redone: (string | null)[] = [];
  for (let state = undoState(db); state.redo !== null; redo(db), state = undoState(db)) redone.push(state.redo);
  expect(redone).toEqual(told);
  expect(redo(db)).toEqual({ photoIds: [], classes: false, refusals: [], keeps: [] });
});

test('undo says which photos, classes and refusals a screen must look at again', () => {
  const { db, ids } = sampleDatabase(3);
  const cat = createClass(db, { name: 'Cat' });
  const dog = createClass(db, { name: 'Dog' });
  setLabels(db, ids.slice(0, 2), cat.id, by.person);
  const nothing = { refusals: [], keeps: [] };
  const merged = { photoIds: ids.slice(0, 2), classes: true, ...nothing };
  expect(mergeClass(db, { from: cat.id, into: dog.id })).toEqual(merged);
  const refused = { classId: dog.id, ids: [ids[2]] };
  const said = { photoIds: [], classes: false, keeps: [] };
  expect(refuseClass(db, { photoIds: [ids[2]!], classId: dog.id })).toEqual({
    ...said,
    refusals: [{ ...refused, undone: false }],
  });
  expect(undo(db)).toEqual({ ...said, refusals: [{ ...refused, undone: true }] });
  expect(undo(db)).toEqual(merged);
});

test('a label that comes back by undo, or moves with its class, keeps its source and how it was chosen', () => {
  const { db, ids } = sampleDatabase(2);
  const cat = createClass(db, { name: 'Cat' });
  const dog = createClass(db, { name: 'Dog' });
  setLabels(db, [ids[0]!], cat.id, by.suggestion);
  importLabels(db, [{ row: 2, file: '1.jpg', class: 'Cat' }]);
  setLabels(db, ids, dog.id, by.person);
  const origins = () => labelTable(db).map(({ source, chosen }) => [source, chosen]);
  const [accepted, imported] = [
    ['suggestion', 'review'],
    ['import', 'import'],
  ];
  expect(origins()).toEqual([
    ['person', 'hand'],
    ['person', 'hand'],
  ]);
  undo(db);
  expect(origins()).toEqual([accepted, imported]);
  mergeClass(db, { from: cat.id, into: dog.id });
  expect(origins()).toEqual([accepted, imported]);
});

test('a new action after undo drops what could have been redone', () => {
  const { db, ids } = sampleDatabase(2);
  setLabels(db, [ids[0]!], 'excluded', by.person);
  undo(db);
  expect(undoState(db).redo).toBe('Exclude 1 photo');
  setLabels(db, [ids[1]!], 'excluded', by.person);
  expect(undoState(db)).toEqual({ undo: 'Exclude 1 photo', redo: null });
  undo(db);
  undo(db);
  expect(labelCodes(db, ids)).toEqual([0, 0]);
});

test('the whole history is there after closing and opening again', () => {
  const { db, ids, file } = sampleDatabase(3);
  const cat = createClass(db, { name: 'Cat' });
  setLabels(db, ids, cat.id, by.person);
  setLabels(db, [ids[0]!], null, by.person);
  undo(db);
  db.close();
  const again = openDatabase(file);
  expect(undoState(again)).toEqual({ undo: 'Label 3 photos as Cat', redo: 'Remove the label of 1 photo' });
  redo(again);
  undo(again);
  undo(again);
  const none: Label = null;
  expect(labelCodes(again, ids)).toEqual(ids.map(() => labelCode(none)));
});
