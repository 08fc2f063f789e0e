import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptLabels } from '../../../src/main/db/actions.ts';
import { listClasses } from '../../../src/main/db/classes.ts';
import { findPhotos } from '../../../src/main/db/find.ts';
import { historyPage } from '../../../src/main/db/history.ts';
import { labelCodes } from '../../../src/main/db/labels.ts';
import { openDatabase, prepare, prepareTuples, transact } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { createClass, deleteClass, mergeClass, moveClass, updateClass } from '../../../src/main/labels/classes.ts';
import { importLabels } from '../../../src/main/labels/import-labels.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { takeBack } from '../../../src/main/labels/take-back.ts';
import { jumpTo, redo, undo, undoState } from '../../../src/main/labels/undo.ts';
import { namePile } from '../../../src/main/piles/name-pile.ts';
import { keepLabel } from '../../../src/main/review/doubtful-labels.ts';
import { refuseClass } from '../../../src/main/review/review.ts';
import { toFailure, WhiskerError } from '../../../src/shared/errors.ts';
import { asAdded } from '../../../src/shared/search.ts';
import { acceptedUnseen, marks, NO_LABEL_CODE } from '../../../src/shared/types.ts';
import type { Mark, PhotoId } from '../../../src/shared/types.ts';
import { sampleDatabase } from '../db/sample-photos.ts';
import { by } from './origins.ts';

/** All that actions change, as named values. */
type State = ReadonlyMap<string, string>;

function stateOf(db: Db): State {
  const labels = prepareTuples<[number, number | null, number, number, string, string]>(
    db,
    'SELECT photo_id, class_id, excluded, mark, source, chosen FROM label',
  ).all();
  const classes = prepareTuples<[number, string, string | null, number, number | null, number]>(
    db,
    'SELECT id, name, key, removed, merged_into, position FROM class',
  ).all();
  const refusals = prepareTuples<[number, number]>(db, 'SELECT photo_id, class_id FROM refusal').all();
  const kept = prepareTuples<[string]>(
    db,
    `SELECT change FROM action WHERE kind = 'label.keep' AND state = 'done' AND taken_back_by IS NULL`,
  ).all();
  return new Map([
    ...labels.map(([id, ...label]) => [`photo ${id}`, label.join()] as const),
    ...classes.flatMap(([id, name, key, removed, into]): [string, string][] => {
      if (!removed) return [[`class ${id}`, `${name}, ${key}`]];
      return into === null ? [] : [[`class ${id}`, `into ${into}`]];
    }),
    ...classes.flatMap(([id, , , removed, , position]) =>
      removed ? [] : [[`place ${id}`, String(position)] as const],
    ),
    ...refusals.map((refusal) => [`refusal ${refusal.join()}`, 'yes'] as const),
    ...kept.map(([change]) => [`kept ${change}`, 'yes'] as const),
  ]);
}

const inOrder = (state: State) => [...state].sort(([a], [b]) => (a < b ? -1 : 1));

interface Done {
  id: number;
  /** What it changed, as what it left. */
  left: Map<string, string | undefined>;
  takes: number | null;
}

function changesBetween(before: State, after: State): Done['left'] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return new Map([...keys].filter((key) => before.get(key) !== after.get(key)).map((key) => [key, after.get(key)]));
}

/** What is left when each action that is in effect has its say, one after the other. */
function replayed(line: readonly Done[]): State {
  const isInEffect = ({ id }: Done): boolean => !line.some((one) => one.takes === id && isInEffect(one));
  const state = new Map<string, string>();
  for (const { left } of line.filter((one) => one.takes === null && isInEffect(one)))
    for (const [key, value] of left) {
      if (value === undefined) state.delete(key);
      else state.set(key, value);
    }
  // A class that is not there has a place no more, whoever moved it.
  const isThere = (id: string) => !(state.get(`class ${id}`) ?? 'into').startsWith('into');
  for (const key of state.keys()) {
    const [, id] = /^place (\d+)$/.exec(key) ?? [];
    if (id !== undefined && !isThere(id)) state.delete(key);
  }
  return state;
}

const photoCount = 6;
const photo = fc.nat({ max: photoCount - 1 });
const someClass = fc.nat({ max: 3 });
const name = fc.constantFrom('Cat', 'Dog', 'Bird', 'Kitten');
const newest = fc.nat({ max: 12 });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('label' as const),
      photos: fc.array(photo, { minLength: 1, maxLength: 2 }),
      label: fc.oneof({ weight: 3, arbitrary: someClass }, fc.constantFrom(...marks, null)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create' as const), name }) },
  fc.record({ do: fc.constant('rename' as const), which: someClass, name }),
  fc.record({ do: fc.constant('letter' as const), which: someClass, letter: fc.constantFrom('T', 'R', null) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), which: someClass, to: someClass }) },
  fc.record({ do: fc.constant('merge' as const), which: someClass, into: someClass }),
  fc.record({ do: fc.constant('delete' as const), which: someClass }),
  fc.record({ do: fc.constant('import' as const), photos: fc.array(photo, { minLength: 1, maxLength: 2 }), name }),
  fc.record({ do: fc.constant('pile' as const), photos: fc.array(photo, { minLength: 1, maxLength: 2 }), name }),
  fc.record({
    do: fc.constant('refuse' as const),
    photos: fc.array(photo, { minLength: 1, maxLength: 2 }),
    which: someClass,
  }),
  fc.record({ do: fc.constant('keep' as const), photo }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('jump' as const), back: newest }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('take-back' as const), back: newest }) },
  fc.record({ do: fc.constant('reopen' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Carries out what changes something; nothing where the library refuses it. */
function carryOut(db: Db, ids: readonly PhotoId[], one: Step): void {
  const classes = listClasses(db);
  const photosOf = (places: readonly number[]) => places.map((i) => ids[i]!);
  try {
    if (one.do === 'label') {
      const label = typeof one.label === 'number' ? classes[one.label]?.id : one.label;
      if (label !== undefined) setLabels(db, photosOf(one.photos), label, by.person);
    } else if (one.do === 'create') createClass(db, one);
    else if (one.do === 'rename') updateClass(db, { id: classes[one.which]!.id, name: one.name });
    else if (one.do === 'letter') updateClass(db, { id: classes[one.which]!.id, key: one.letter });
    else if (one.do === 'move') moveClass(db, { id: classes[one.which]!.id, to: one.to });
    else if (one.do === 'merge') mergeClass(db, { from: classes[one.which]!.id, into: classes[one.into]!.id });
    else if (one.do === 'delete') deleteClass(db, { id: classes[one.which]!.id });
    else if (one.do === 'import') {
      importLabels(
        db,
        one.photos.map((i, n) => ({ row: n + 2, file: `${i}.jpg`, class: one.name })),
      );
    } else if (one.do === 'pile') namePile(db, photosOf(one.photos), one.name);
    else if (one.do === 'refuse') refuseClass(db, { photoIds: photosOf(one.photos), classId: classes[one.which]!.id });
    else if (one.do === 'keep') {
      const [code = NO_LABEL_CODE] = labelCodes(db, [ids[one.photo]!]);
      if (code > 0) keepLabel(db, { photoId: ids[one.photo]!, classId: code as never });
    }
  } catch (error) {
    // A name that is taken, or a class that is not there.
    if (!(error instanceof WhiskerError) && !(error instanceof TypeError)) throw error;
  }
}

test('after any jump and any taking back the state is what replaying what is in effect leaves', () => {
  let [jumps, taken, refused] = [0, 0, 0];
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 50 }), (steps) => {
      const sample = sampleDatabase(photoCount);
      const { ids, file } = sample;
      let db = sample.db;
      db.pragma('synchronous = OFF');
      /** Done ones, and those that can be redone. */
      let line: Done[] = [];
      let undone: Done[] = [];
      const note = (before: State, takes: number | null) => {
        const id = historyPage(db, 0, 1).entries[0]?.id;
        if (id === undefined || id === line.at(-1)?.id || undone.some((one) => one.id === id)) return;
        line.push({ id, left: changesBetween(before, stateOf(db)), takes });
        undone = [];
      };
      const start: Step[] = ['Cat', 'Dog'].map((one) => ({ do: 'create', name: one }) as Step);
      for (const one of [...start, ...steps]) {
        const before = stateOf(db);
        const all = [...line, ...undone];
        const target = 'back' in one ? all.at(-1 - one.back) : undefined;
        if (one.do === 'reopen') {
          db.close();
          db = openDatabase(file);
          db.pragma('synchronous = OFF');
        } else if (one.do === 'jump') {
          jumpTo(db, target?.id ?? null);
          const at = target ? all.indexOf(target) + 1 : 0;
          [line, undone] = [all.slice(0, at), all.slice(at)];
          jumps++;
        } else if (one.do === 'take-back') {
          if (!target) continue;
          try {
            takeBack(db, target.id);
            note(before, target.id);
            taken++;
          } catch (error) {
            expect(toFailure(error).code).toBe('conflict');
            expect(inOrder(stateOf(db))).toEqual(inOrder(before));
            refused++;
          }
        } else {
          carryOut(db, ids, one);
          note(before, null);
        }
        expect(inOrder(stateOf(db))).toEqual(inOrder(replayed(line)));
        const letters = listClasses(db).flatMap(({ key }) => key ?? []);
        expect(new Set(letters).size).toBe(letters.length);
        const { total, undone: open, entries } = historyPage(db, 0, 200);
        expect([total, open]).toEqual([line.length + undone.length, undone.length]);
        expect(entries.map(({ id }) => id)).toEqual([...line, ...undone].map(({ id }) => id).reverse());
      }
      db.close();
    }),
    { numRuns: 50 },
  );
  expect(Math.min(jumps, taken, refused)).toBeGreaterThan(20);
});

const numberOf = (db: Db, description: string): number =>
  historyPage(db, 0, 200).entries.find((entry) => entry.description === description)!.id;

test('an earlier label is taken back by itself, which undo takes back, and what came after stays', () => {
  const { db, ids } = sampleDatabase(3);
  const { id: cat } = createClass(db, { name: 'Cat' });
  setLabels(db, [ids[0]!], cat, by.person);
  setLabels(db, [ids[1]!], 'none', by.person);
  const first = numberOf(db, 'Label 1 photo as Cat');
  expect(takeBack(db, first)).toMatchObject({ photoIds: [ids[0]], classes: false });
  expect(labelCodes(db, ids)).toEqual([0, -2, 0]);
  expect(undoState(db).undo).toBe('Take back: Label 1 photo as Cat');
  expect(historyPage(db, 0, 9).entries.map(({ author, state }) => [author, state])).toEqual([
    ['taking-back', 'done'],
    ['hand', 'done'],
    ['hand', 'taken-back'],
    ['classes', 'done'],
  ]);
  expect(() => takeBack(db, first)).toThrow('taken back already');
  undo(db);
  expect(labelCodes(db, ids)).toEqual([cat, -2, 0]);
  redo(db);
  takeBack(db, numberOf(db, 'Take back: Label 1 photo as Cat'));
  expect(labelCodes(db, ids)).toEqual([cat, -2, 0]);
});

test.each([
  ['Label 1 photo as Cat', 'Exclude 1 photo', 'is about the same photos'],
  ['Create class Cat', 'Label 1 photo as Cat', 'is about the same class'],
  ['Merge Bird into Dog', 'Create class Bird', 'is about the same class'],
  ['Accept 1 photo as Dog', 'Merge Dog into Cat', 'is about the same photos'],
  ['Say 1 photo is not Cat', 'Mark 1 photo as unsure', 'is about the same photos'],
])('“%s” is not taken back under “%s”, and the sentence says so', (earlier, later, shares) => {
  const { db, ids } = sampleDatabase(5);
  const { id: cat } = createClass(db, { name: 'Cat' });
  const { id: dog } = createClass(db, { name: 'Dog' });
  const { id: bird } = createClass(db, { name: 'Bird' });
  setLabels(db, [ids[0]!], cat, by.person);
  setLabels(db, [ids[0]!], 'excluded', by.person);
  setLabels(db, [ids[1]!], dog, by.suggestion);
  mergeClass(db, { from: bird, into: dog });
  createClass(db, { name: 'Bird' });
  refuseClass(db, { photoIds: [ids[2]!], classId: cat });
  setLabels(db, [ids[2]!], 'unsure', by.person);
  mergeClass(db, { from: dog, into: cat });
  const before = stateOf(db);
  expect(() => takeBack(db, numberOf(db, earlier))).toThrow(
    `“${earlier}” can’t be taken back by itself: “${later}”, which came later, ${shares}.`,
  );
  expect(inOrder(stateOf(db))).toEqual(inOrder(before));
});

test('a move is taken back by itself where none came later; the classes made since stay where they are', () => {
  const { db } = sampleDatabase(0);
  const names = () => listClasses(db).map((entry) => entry.name);
  const [ant, bee, cat] = ['Ant', 'Bee', 'Cat'].map((entry) => createClass(db, { name: entry }).id);
  moveClass(db, { id: cat!, to: 0 });
  const first = numberOf(db, 'Move Cat to place 1');
  createClass(db, { name: 'Dog' });
  deleteClass(db, { id: bee! });
  expect(takeBack(db, first)).toMatchObject({ classes: true, photoIds: [] });
  expect(names()).toEqual(['Ant', 'Cat', 'Dog']);
  undo(db);
  expect(names()).toEqual(['Cat', 'Ant', 'Dog']);
  moveClass(db, { id: ant!, to: 2 });
  const refused = '“Move Ant to place 3”, which came later, changes the order as well.';
  expect(() => takeBack(db, first)).toThrow(`“Move Cat to place 1” can’t be taken back by itself: ${refused}`);
  expect(jumpTo(db, numberOf(db, 'Create class Cat'))).toMatchObject({ classes: true });
  expect(names()).toEqual(['Ant', 'Bee', 'Cat']);
  expect(jumpTo(db, numberOf(db, 'Move Ant to place 3'))).toMatchObject({ classes: true });
  expect(names()).toEqual(['Cat', 'Dog', 'Ant']);
  expect(historyPage(db, 0, 1).entries).toMatchObject([{ author: 'classes', photos: 0 }]);
});

test('a letter that another class has by now is not given back', () => {
  const { db } = sampleDatabase(0);
  const [ant, bee] = ['Ant', 'Bee'].map((entry) => createClass(db, { name: entry }).id);
  updateClass(db, { id: ant!, key: 'T' });
  updateClass(db, { id: ant!, key: null });
  updateClass(db, { id: bee!, key: 'T' });
  expect(() => takeBack(db, numberOf(db, 'Take the key of Ant away'))).toThrow('“Give Bee the key T”');
  takeBack(db, numberOf(db, 'Give Bee the key T'));
  takeBack(db, numberOf(db, 'Take the key of Ant away'));
  expect(listClasses(db).map(({ key }) => key)).toEqual(['T', null]);
});

test('what was done later and taken back later stands in nothing’s way', () => {
  const { db, ids } = sampleDatabase(2);
  const { id: cat } = createClass(db, { name: 'Cat' });
  setLabels(db, [ids[0]!], cat, by.person);
  setLabels(db, [ids[0]!], 'excluded', by.person);
  takeBack(db, numberOf(db, 'Exclude 1 photo'));
  takeBack(db, numberOf(db, 'Label 1 photo as Cat'));
  expect(labelCodes(db, ids)).toEqual([0, 0]);
});

test('a label that was kept is in doubt again once that is taken back', () => {
  const { db, ids } = sampleDatabase(1);
  const { id: cat } = createClass(db, { name: 'Cat' });
  setLabels(db, ids, cat, by.person);
  keepLabel(db, { photoId: ids[0]!, classId: cat });
  createClass(db, { name: 'Dog' });
  expect(takeBack(db, numberOf(db, 'Keep 1 photo as Cat')).keeps).toEqual([{ ids, undone: true }]);
  expect(keptLabels(db)).toEqual([]);
  expect(undo(db).keeps).toEqual([{ ids, undone: false }]);
  expect(keptLabels(db)).toEqual([{ photoId: ids[0], classId: cat }]);
});

test('a jump is one change: every photo between is told once, with one event', () => {
  const { db, ids } = sampleDatabase(3);
  const { id: cat } = createClass(db, { name: 'Cat' });
  const at = numberOf(db, 'Create class Cat');
  for (const label of [cat, 'excluded', 'none', cat] as const) setLabels(db, ids, label, by.person);
  refuseClass(db, { photoIds: [ids[0]!], classId: cat });
  const events = () => prepare<{ n: number }>(db, 'SELECT count(*) AS n FROM label_event').get()!.n;
  const before = events();
  expect(jumpTo(db, at)).toEqual({
    photoIds: ids,
    classes: false,
    refusals: [{ classId: cat, ids: [ids[0]], undone: true }],
    keeps: [],
  });
  expect(events() - before).toBe(3);
  expect(labelCodes(db, ids)).toEqual([0, 0, 0]);
  expect(jumpTo(db, numberOf(db, 'Label 3 photos as none of these')).photoIds).toEqual(ids);
  expect(labelCodes(db, ids)).toEqual([-2, -2, -2]);
  expect(undoState(db)).toEqual({ undo: 'Label 3 photos as none of these', redo: 'Label 3 photos as Cat' });
  jumpTo(db, null);
  expect(listClasses(db)).toEqual([]);
  expect(() => jumpTo(db, 999)).toThrow('not in the history');
});

test('the list says who or what did each step and about how many photos, and the search finds these', () => {
  const { db, ids } = sampleDatabase(4);
  const { id: cat } = createClass(db, { name: 'Cat' });
  setLabels(db, ids.slice(0, 2), cat, by.person);
  setLabels(db, [ids[2]!], cat, by.person, { alike: true });
  setLabels(db, [ids[2]!], 'unsure' satisfies Mark, { source: 'person', chosen: 'review' });
  setLabels(db, [ids[3]!], cat, acceptedUnseen);
  importLabels(db, [{ row: 2, file: '3.jpg', class: 'Dog' }]);
  namePile(db, [ids[2]!, ids[3]!], 'Bird');
  refuseClass(db, { photoIds: [ids[0]!, ids[1]!], classId: cat });
  const { entries } = historyPage(db, 0, 9);
  expect(entries.map(({ author, photos }) => [author, photos]).reverse()).toEqual([
    ['classes', 0],
    ['hand', 2],
    ['alike', 1],
    ['review', 1],
    ['accepted', 1],
    ['import', 1],
    ['pile', 2],
    ['review', 2],
  ]);
  const found = (action: number) => findPhotos(db, { search: { action }, sort: asAdded, by: null });
  expect(entries.map(({ id }) => found(id)).reverse()).toEqual([
    [],
    ids.slice(0, 2),
    [ids[2]],
    [ids[2]],
    [ids[3]],
    [ids[3]],
    [ids[2], ids[3]],
    ids.slice(0, 2),
  ]);
});

test('of 10,000 steps a page is read, a jump over all is made and one is taken back in a moment', () => {
  const { db, ids } = sampleDatabase(200);
  db.pragma('synchronous = OFF');
  const { id: cat } = createClass(db, { name: 'Cat' });
  transact(db, () => {
    for (let i = 0; i < 10_000; i++) setLabels(db, [ids[i % 200]!], i % 400 < 200 ? cat : 'none', by.person);
  });
  const cpuMs = (work: () => void) => {
    const began = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  expect(historyPage(db, 9950, 100)).toMatchObject({ total: 10_001, undone: 0, entries: { length: 51 } });
  const [, last] = historyPage(db, 0, 2).entries;
  const first = historyPage(db, 10_000, 1).entries[0]!.id;
  expect(cpuMs(() => historyPage(db, 5000, 100))).toBeLessThan(50);
  expect(cpuMs(() => takeBack(db, last!.id))).toBeLessThan(50);
  expect(() => takeBack(db, first)).toThrow('“Label 1 photo as Cat”');
  expect(cpuMs(() => jumpTo(db, first))).toBeLessThan(2000);
  expect(labelCodes(db, ids).every((code) => code === NO_LABEL_CODE)).toBe(true);
});
