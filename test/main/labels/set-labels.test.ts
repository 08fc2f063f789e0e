import { expect, test } from 'vitest';
import { labelCodes } from '../../../src/main/db/labels.ts';
import { prepare } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { createClass, deleteClass } from '../../../src/main/labels/classes.ts';
import { undo, undoState } from '../../../src/main/labels/undo.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import type { ClassId, PhotoId } from '../../../src/shared/types.ts';
import { sampleDatabase } from '../db/sample-photos.ts';
import { by } from './origins.ts';

const eventCount = (db: Db): number => prepare<{ n: number }>(db, 'SELECT count(*) AS n FROM label_event').get()!.n;

test('labels are set, replaced, excluded and removed, one event a photo', () => {
  const { db, ids } = sampleDatabase(3);
  const cat = createClass(db, { name: 'Cat' });
  expect(setLabels(db, ids, cat.id, by.person)).toEqual({ photoIds: ids, classes: false, refusals: [], keeps: [] });
  expect(labelCodes(db, ids)).toEqual([cat.id, cat.id, cat.id]);
  setLabels(db, [ids[1]!], 'excluded', by.person);
  setLabels(db, [ids[2]!], null, by.person);
  expect(labelCodes(db, ids)).toEqual([cat.id, -1, 0]);
  expect(eventCount(db)).toBe(5);
});

test('photos that have the label already write nothing, and don’t count in the words of undo', () => {
  const { db, ids } = sampleDatabase(3);
  const cat = createClass(db, { name: 'Cat' });
  setLabels(db, ids.slice(0, 2), cat.id, by.person);
  expect(setLabels(db, ids, cat.id, by.person).photoIds).toEqual([ids[2]]);
  expect(undoState(db).undo).toBe('Label 1 photo as Cat');
  expect(setLabels(db, ids, cat.id, by.suggestion).photoIds).toEqual([]);
  expect(setLabels(db, [], null, by.person).photoIds).toEqual([]);
  expect(eventCount(db)).toBe(3);
});

test('a photo named twice gets one event', () => {
  const { db, ids } = sampleDatabase(1);
  setLabels(db, [ids[0]!, ids[0]!], 'excluded', by.person);
  expect(eventCount(db)).toBe(1);
});

test('photos that were drawn at random say so beside others of the same action, which undo takes back as one', () => {
  const { db, ids } = sampleDatabase(3);
  const cat = createClass(db, { name: 'Cat' });
  setLabels(db, ids, cat.id, { source: 'person', chosen: 'suggested' }, { audited: [ids[1]!] });
  const chosen = prepare<{ chosen: string }>(db, 'SELECT chosen FROM label ORDER BY photo_id').all();
  expect(chosen.map((row) => row.chosen)).toEqual(['suggested', 'audit', 'suggested']);
  undo(db);
  expect(labelCodes(db, ids)).toEqual([0, 0, 0]);
});

test('an unknown photo or class is refused and nothing is written', () => {
  const { db, ids } = sampleDatabase(2);
  const cat = createClass(db, { name: 'Cat' });
  const gone = createClass(db, { name: 'Gone' });
  deleteClass(db, { id: gone.id });
  const before = undoState(db);
  expect(() => setLabels(db, [...ids, 999 as PhotoId], cat.id, by.person)).toThrow('no photo number 999');
  expect(() => setLabels(db, ids, 77 as ClassId, by.person)).toThrow('no class number 77');
  expect(() => setLabels(db, ids, gone.id, by.person)).toThrow(`no class number ${gone.id}`);
  expect(labelCodes(db, ids)).toEqual([0, 0]);
  expect(eventCount(db)).toBe(0);
  expect(undoState(db)).toEqual(before);
});

test('10,000 photos are labelled in less than 300 ms of processor time', () => {
  const { db, ids } = sampleDatabase(10_000);
  const cat = createClass(db, { name: 'Cat' });
  const start = process.cpuUsage();
  setLabels(db, ids, cat.id, by.person);
  const { user, system } = process.cpuUsage(start);
  expect(eventCount(db)).toBe(10_000);
  expect((user + system) / 1000).toBeLessThan(300);
});
