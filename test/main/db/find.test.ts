import { expect, test } from 'vitest';
import { findPhotos, orderQuery, queriesOf, searchChoices, type Query } from '../../../src/main/db/find.ts';
import { openDatabase, prepare, prepareTuples, transact } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { find } from '../../../src/main/db/migrations/014-find.ts';
import { wordsAndGroups } from '../../../src/main/db/migrations/019-words-and-groups.ts';
import { libraryMigrations } from '../../../src/main/db/migrations/index.ts';
import type { PredictedBy } from '../../../src/main/db/photos.ts';
import { createClass, deleteClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { asAdded, wordsOf, type Search, type Sort } from '../../../src/shared/search.ts';
import type { ClassId, PhotoId, RunId } from '../../../src/shared/types.ts';
import { refuseClass } from '../../../src/main/review/review.ts';
import { by } from '../labels/origins.ts';
import { addPhotos, addRun, sampleDatabase, setMissing, temporaryFolder } from './sample-photos.ts';

const paths = [
  'IMG_1234.jpg',
  'summer-2019/cat.12.jpg|copies/cat (1).jpg',
  'summer-2019/Ärger mit Bäumen.jpg',
  'summer-2019/deep/DSC01234.JPG',
  'summer-20190/cat.png',
  'שלום/تصویر 7.jpg',
  '🐱 party/"quoted" NOT x.jpg',
  'gone/cat.jpg',
];

/** A library of these paths; photos are named by their place in the list. */
function library(list: readonly string[] = paths) {
  const { db, ids, file } = sampleDatabase(list);
  const find = (search: Search, sort: Sort = asAdded, predictedBy: PredictedBy = null, alike?: PhotoId[]) =>
    findPhotos(db, { search, sort, by: predictedBy, ...(alike && { alike }) }).map((id) => ids.indexOf(id));
  const named = (name: string) => find({ name });
  return { db, ids, file, find, named };
}

test('photos are found by the parts of their names and folders, each part as it is typed', () => {
  const { db, named } = library();
  setMissing(db, 'gone/cat.jpg');
  expect(named('1234')).toEqual([0, 3]);
  expect(named('img1234')).toEqual([0]);
  expect(named('dsc1')).toEqual([]);
  expect(named('dsc 1')).toEqual([3]);
  expect(named('234')).toEqual([]);
  expect(named('img')).toEqual([0]);
  expect(named('IMG_12')).toEqual([0]);
  expect(named('cat')).toEqual([1, 4]);
  expect(named('cat.12')).toEqual([1]);
  expect(named('12')).toEqual([0, 1, 3]);
  expect(named('012')).toEqual([3]);
  expect(named('g1')).toEqual([]);
  expect(named('summer')).toEqual([1, 2, 3, 4]);
  expect(named('summer 2019')).toEqual([1, 2, 3, 4]);
  expect(named('2019 cat')).toEqual([1, 4]);
  expect(named('summer-2019/')).toEqual([1, 2, 3, 4]);
  expect(named('arger BAUM')).toEqual([2]);
  expect(named('dsc012')).toEqual([3]);
  expect(named('jpg')).toEqual([0, 1, 2, 3, 5, 6]);
  // The words of one path, not of two in which the photo lies.
  expect(named('copies cat')).toEqual([1]);
  expect(named('copies 12')).toEqual([]);
  expect(named('dog')).toEqual([]);
});

test('whatever is typed is looked for as it stands, and signs alone narrow nothing', () => {
  const { named } = library();
  const everything = paths.map((_, i) => i);
  expect(named('שלום')).toEqual([5]);
  expect(named('تصویر')).toEqual([5]);
  expect(named('🐱')).toEqual([6]);
  expect(named('🐱 party')).toEqual([6]);
  expect(named('"quoted"')).toEqual([6]);
  expect(named('NOT x')).toEqual([6]);
  expect(named('🦄')).toEqual([]);
  for (const signs of [' ', '"', "'", '-', '*', '(', '^', '""', ': + -', '\0', '%', '\u0301', '‏'])
    expect(named(signs), signs).toEqual(everything);
  const odd = [
    'cat OR img',
    'cat NOT 12',
    'NEAR(cat img)',
    'path:cat',
    'rowid:1',
    '{path}:x',
    'cat*',
    '"',
    'a"b"c',
    '^x',
  ];
  const more = [
    '(',
    'cat)',
    "cat'; DROP TABLE photo",
    'a\0b',
    '\uD800x',
    '\u{1FAE8}',
    'é'.repeat(200),
    'a '.repeat(100),
  ];
  for (const text of [...odd, ...more]) expect(() => named(text), text).not.toThrow();
  expect(named('cat*')).toEqual([1, 4, 7]);
  expect(named('cat OR img')).toEqual([]);
});

test('each condition finds its photos, and together those that meet all of them', () => {
  const { db, ids, find } = library();
  const [cat, dog] = [createClass(db, { name: 'Cat' }).id, createClass(db, { name: 'Dog' }).id];
  setLabels(db, [ids[0]!, ids[1]!], cat, by.person);
  setLabels(db, [ids[2]!], dog, { source: 'suggestion', chosen: 'audit' });
  setLabels(db, [ids[3]!], 'excluded', by.person);
  expect(find({ label: cat })).toEqual([0, 1]);
  expect(find({ label: 'excluded' })).toEqual([3]);
  expect(find({ label: null })).toEqual([4, 5, 6, 7]);
  expect(find({ chosen: 'audit' })).toEqual([2]);
  // A folder and what is below it, not one whose name begins like it.
  expect(find({ folder: 'summer-2019' })).toEqual([1, 2, 3]);
  expect(find({ folder: 'summer-2019/deep' })).toEqual([3]);
  expect(find({ folder: 'copies' })).toEqual([1]);
  expect(find({ folder: 'summer' })).toEqual([]);
  expect(find({ folder: 'summer-2019', label: cat })).toEqual([1]);
  expect(find({ name: 'jpg', label: cat, folder: 'gone' })).toEqual([]);

  const set = (column: string, values: (string | number | null)[]) =>
    values.forEach((value, i) => prepare(db, `UPDATE photo SET ${column} = ? WHERE id = ?`).run(value, ids[i]));
  set('taken_at', ['2019-07-01T00:00:00.000', '2019-07-01T23:59:59.999', '2019-07-02T00:00:00.000', null]);
  expect(find({ taken: { from: '2019-07-01', to: '2019-07-01' } })).toEqual([0, 1]);
  expect(find({ taken: { from: null, to: '2019-07-01' } })).toEqual([0, 1]);
  expect(find({ taken: { from: '2019-07-02', to: null } })).toEqual([2]);
  set('format', ['png']);
  expect(find({ type: 'png' })).toEqual([0]);
  set('bytes', [10, 100, 999, 1000]);
  expect(find({ bytes: { from: 100, to: 1000 } })).toEqual([1, 2]);
  expect(find({ bytes: { from: null, to: 100 } })).toEqual([0]);
  set('damaged', [0, 1]);
  expect(find({ damaged: true })).toEqual([1]);
  expect(find({ damaged: true, label: dog })).toEqual([]);
});

test('predictions are found by class and by how sure they are, of a run and of what is only guessed', () => {
  const { db, ids, find } = library();
  const [cat, dog, old] = ['Cat', 'Dog', 'Old'].map((name) => createClass(db, { name }).id) as [
    ClassId,
    ClassId,
    ClassId,
  ];
  setLabels(db, [ids[0]!], dog, by.person);
  const said: [number, ClassId, number][] = [
    [0, cat, 1],
    [1, cat, 0.6],
    [2, dog, 0.8],
    [3, old, 0.7],
    [4, dog, 0.95],
  ];
  const run = addRun(
    db,
    said.map(([i, classId, confidence]) => ({ photoId: ids[i]!, classId, confidence })),
  );
  refuseClass(db, { photoIds: [ids[4]!], classId: dog });
  deleteClass(db, { id: old });
  const live: PredictedBy = {
    ids: [0, 1, 2].map((i) => ids[i]!),
    classIds: [cat, cat, dog],
    confidences: [1, 0.6, 0.8],
  };
  for (const who of [run, live]) {
    // Whatever its label: a photo that is labelled otherwise is worth a look.
    expect(find({ predicted: cat }, asAdded, who)).toEqual([0, 1]);
    expect(find({ predicted: dog }, asAdded, who)).toEqual([2]);
    expect(find({ confidence: { from: 0.6, to: 0.8 } }, asAdded, who)).toEqual([1]);
    expect(find({ confidence: { from: 0.8, to: 1 } }, asAdded, who)).toEqual([0, 2]);
    expect(find({ confidence: { from: null, to: null }, predicted: cat, label: dog }, asAdded, who)).toEqual([0]);
  }
  expect(find({ predicted: cat })).toEqual([]);
  expect(find({ confidence: { from: 0.9, to: null } })).toEqual([]);
});

test('photos are found by what one run has said, whatever is in use; not while it goes on, nor once it is deleted', () => {
  const { db, ids, find } = library();
  const [cat, dog] = [createClass(db, { name: 'Cat' }).id, createClass(db, { name: 'Dog' }).id];
  const say = (classId: ClassId, confidence: number) => (i: number) => ({ photoId: ids[i]!, classId, confidence });
  const earlier = addRun(db, [...[0, 1, 2].map(say(cat, 0.9)), say(dog, 0.6)(3)]);
  const inUse = addRun(db, [0, 1, 2, 3, 4].map(say(dog, 0.8)));
  setMissing(db, paths[2]!);
  expect(find({ run: earlier }, asAdded, inUse)).toEqual([0, 1, 3]);
  expect(find({ run: earlier, predicted: cat }, asAdded, inUse)).toEqual([0, 1]);
  expect(find({ run: earlier, confidence: { from: null, to: 0.7 } }, asAdded, inUse)).toEqual([3]);
  expect(find({ run: earlier, predicted: dog, name: 'dsc' }, asAdded, null)).toEqual([3]);
  expect(find({ run: inUse }, asAdded, null)).toEqual([0, 1, 3, 4]);
  expect(find({ predicted: cat }, asAdded, inUse)).toEqual([]);
  expect(find({ run: earlier }, { by: 'confidence', descending: true }, inUse)).toEqual([1, 0, 3]);
  const guesses = { ids: [ids[5]!], classIds: [cat], confidences: [1] };
  expect(find({ run: earlier }, asAdded, guesses)).toEqual([0, 1, 3]);
  const set = (column: string, value: string | null) =>
    prepare(db, `UPDATE run SET ${column} = ? WHERE id = ?`).run(value, earlier);
  set('status', 'running');
  expect(find({ run: earlier }, asAdded, inUse)).toEqual([]);
  set('status', 'finished');
  set('deleted_at', '2026-01-01');
  expect(find({ run: earlier, predicted: cat }, asAdded, inUse)).toEqual([]);
  expect(find({ run: 99 as RunId }, asAdded, inUse)).toEqual([]);
});

test('each order holds, turned around too, and what it does not know of comes last', () => {
  const { db, ids, find } = library(['b/2.jpg', 'a/1.jpg|z.jpg', 'c.jpg', 'a/0.jpg']);
  const [cat] = [createClass(db, { name: 'Cat' }).id];
  const set = (column: string, values: (string | number | null)[]) =>
    values.forEach((value, i) => prepare(db, `UPDATE photo SET ${column} = ? WHERE id = ?`).run(value, ids[i]));
  set('taken_at', ['2020-01-01T10:00:00.000', null, '2019-01-01T10:00:00.000', '2020-01-01T10:00:00.000']);
  set('bytes', [30, 10, 20, 40]);
  const run = addRun(db, [
    { photoId: ids[2]!, classId: cat, confidence: 0.9 },
    { photoId: ids[0]!, classId: cat, confidence: 0.5 },
  ]);
  const up = (key: 'added' | 'path' | 'taken' | 'size' | 'confidence') => find({}, { by: key, descending: false }, run);
  const down = (key: 'added' | 'path' | 'taken' | 'size' | 'confidence') =>
    find({}, { by: key, descending: true }, run);
  expect(up('added')).toEqual([0, 1, 2, 3]);
  expect(down('added')).toEqual([3, 2, 1, 0]);
  expect(up('path')).toEqual([3, 1, 0, 2]);
  expect(down('path')).toEqual([2, 0, 1, 3]);
  expect(up('taken')).toEqual([2, 0, 3, 1]);
  expect(down('taken')).toEqual([3, 0, 2, 1]);
  expect(up('size')).toEqual([1, 2, 0, 3]);
  expect(up('confidence')).toEqual([0, 2, 1, 3]);
  expect(down('confidence')).toEqual([2, 0, 1, 3]);
  const guesses = { ids: [ids[3]!, ids[1]!], classIds: [cat, cat], confidences: [0.8, 0.4] };
  expect(find({}, { by: 'confidence', descending: false }, guesses)).toEqual([1, 3, 0, 2]);
  const alike = [2, 0, 3].map((i) => ids[i]!);
  expect(find({}, { by: 'alike', id: ids[2]!, descending: false }, null, alike)).toEqual([2, 0, 3, 1]);
  expect(find({ folder: 'a' }, { by: 'path', descending: false })).toEqual([3, 1]);
});

test('the words follow the files, whatever happens to them', () => {
  const { db, ids } = library(Array.from({ length: 12 }, (_, i) => `start${i}.jpg`));
  const words = ['red', 'blue', 'tree', 'sea'];
  let seed = 7;
  const pick = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  const path = () => `${words[pick(4)]}/${words[pick(4)]}-${pick(6)}.jpg`;
  const acts: ((p: string) => void)[] = [
    (p) =>
      prepare(
        db,
        `INSERT INTO file (path, photo_id, bytes, mtime_ms) VALUES (?, ?, 1, 0)
         ON CONFLICT (path) DO UPDATE SET photo_id = excluded.photo_id, missing = 0, problem_code = NULL, problem_reason = NULL`,
      ).run(p, ids[pick(12)]),
    (p) =>
      prepare(db, `INSERT OR REPLACE INTO file (path, photo_id, bytes, mtime_ms) VALUES (?, ?, 1, 0)`).run(
        p,
        ids[pick(12)],
      ),
    (p) =>
      prepare(
        db,
        `INSERT INTO file (path, bytes, mtime_ms, problem_code, problem_reason) VALUES (?, 1, 0, 'damaged', 'x')
         ON CONFLICT (path) DO UPDATE SET photo_id = NULL, problem_code = 'damaged', problem_reason = 'x', missing = 0`,
      ).run(p),
    (p) => prepare(db, `UPDATE file SET missing = 1 WHERE path = ?`).run(p),
    (p) => prepare(db, `UPDATE file SET missing = 0 WHERE path = ?`).run(p),
    (p) => prepare(db, `DELETE FROM file WHERE path = ?`).run(p),
    (p) => prepare(db, `UPDATE OR IGNORE file SET path = ? WHERE path = ?`).run(path(), p),
  ];
  for (let round = 0; round < 600; round++) {
    acts[pick(acts.length)]!(path());
    if (round % 20 > 0) continue;
    for (const name of ['red', 'blue tr', 'sea-3', 'start', '4'])
      expect(findByHand(db, name), name).toEqual(foundBy(db, name));
  }
  expect(foundBy(db, 'red').length).toBeGreaterThan(0);
});

const foundBy = (db: Db, name: string) => findPhotos(db, { search: { name }, sort: asAdded, by: null });

/** Reads every path. */
function findByHand(db: Db, name: string): PhotoId[] {
  const files = prepareTuples<[PhotoId, string]>(
    db,
    `SELECT photo_id, path FROM file WHERE photo_id IS NOT NULL AND missing = 0`,
  );
  const parts = (text: string): string[] => text.toLowerCase().match(/[a-z]+|[0-9]+/g) ?? [];
  const has = (path: string) =>
    wordsOf(name).every((word) => {
      const [of, wanted] = [parts(path), parts(word)];
      return of.some((_, at) =>
        wanted.every((part, i) => (i < wanted.length - 1 ? of[at + i] === part : of[at + i]?.startsWith(part))),
      );
    });
  const found = new Set(files.all().flatMap(([id, path]) => (has(path) ? [id] : [])));
  return [...found].sort((a, b) => a - b);
}

test('photos are numbered from anywhere, to the end of the numbers', () => {
  const { db } = sampleDatabase([]);
  const ids = [2 ** 31 - 3, 2 ** 31 - 2, 2 ** 31 - 1] as PhotoId[];
  const add = (id: PhotoId) => {
    prepare(
      db,
      `INSERT INTO photo (id, sha256, width, height, format, bytes, added_at) VALUES (?, ?, 4, 3, 'png', 9, '2026-01-01')`,
    ).run(id, id.toString(16).padStart(64, '0'));
    prepare(db, `INSERT INTO file (path, photo_id, bytes, mtime_ms) VALUES (?, ?, 9, 0)`).run(`cat ${id}.png`, id);
  };
  expect(findPhotos(db, { search: {}, sort: asAdded, by: null })).toEqual([]);
  ids.forEach(add);
  expect(foundBy(db, 'cat')).toEqual(ids);
  expect(foundBy(db, `cat ${ids[1]}`)).toEqual([ids[1]]);
  expect(findPhotos(db, { search: {}, sort: { by: 'added', descending: true }, by: null })).toEqual(ids.toReversed());
});

test.for([
  ['whose files had no words', libraryMigrations.indexOf(find)],
  ['whose words held letters and digits together', libraryMigrations.indexOf(wordsAndGroups)],
] as const)('a library %s is searched as well', ([, version]) => {
  const file = `${temporaryFolder()}/library.sqlite`;
  const before = openDatabase(file, libraryMigrations.slice(0, version));
  const [cat] = addPhotos(before, ['cats/IMG0012.jpg', 'dogs/IMG2.jpg', 'dogs/gone3.jpg']);
  setMissing(before, 'dogs/gone3.jpg');
  before.close();
  const db = openDatabase(file);
  expect(foundBy(db, 'cats img')).toEqual([cat]);
  expect(foundBy(db, '12')).toEqual([cat]);
  expect(foundBy(db, 'gone')).toEqual([]);
  setMissing(db, 'cats/IMG0012.jpg');
  expect(foundBy(db, 'cats')).toEqual([]);
  db.close();
});

test('what can be searched for: every folder on the way to a photo, and the types', () => {
  const { db } = library(['a.jpg', 'b/c/d.jpg', 'b/e.jpg', 'b-2/f.jpg', 'g/gone.jpg']);
  setMissing(db, 'g/gone.jpg');
  expect(searchChoices(db)).toEqual({ folders: ['b', 'b-2', 'b/c'], types: ['jpeg'] });
});

test('every query reads an index, and none a table from end to end', () => {
  const { db, ids } = sampleDatabase(2000);
  const cat = createClass(db, { name: 'Cat' }).id;
  setLabels(db, ids.slice(0, 500), cat, by.person);
  const run = addRun(
    db,
    ids.map((photoId) => ({ photoId, classId: cat, confidence: 0.5 })),
  );
  transact(db, () => db.exec('ANALYZE'));
  const plan = ({ sql, values }: Query) =>
    prepare<{ detail: string }>(db, `EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map(({ detail }) => detail)
      .join('; ');
  const searches: [Search, RegExp][] = [
    [{ name: 'img 1' }, /SCAN path_word VIRTUAL TABLE INDEX/],
    [{ folder: 'a' }, /SEARCH file USING COVERING INDEX file_place/],
    [{ label: cat }, /SEARCH label USING COVERING INDEX label_class/],
    [{ label: 'excluded' }, /SEARCH label USING COVERING INDEX label_marked/],
    [{ label: 'unsure' }, /SEARCH label USING COVERING INDEX label_marked/],
    [{ action: 7 }, /SEARCH label_event USING COVERING INDEX label_event_action/],
    [{ chosen: 'audit' }, /SEARCH label USING COVERING INDEX label_chosen/],
    [{ predicted: cat }, /SEARCH prediction USING COVERING INDEX prediction_class/],
    [{ confidence: { from: 0.4, to: 0.6 } }, /SEARCH prediction USING COVERING INDEX prediction_class/],
    [{ taken: { from: '2019-01-01', to: null } }, /SEARCH photo USING COVERING INDEX photo_taken/],
    [{ type: 'jpeg' }, /SEARCH photo USING COVERING INDEX photo_facts/],
    [{ bytes: { from: 1, to: 9 } }, /SEARCH photo USING COVERING INDEX photo_bytes/],
    [{ damaged: true }, /USING INDEX photo_damaged/],
    [{ type: 'png', bytes: { from: 1, to: 9 } }, /SEARCH photo USING COVERING INDEX photo_facts/],
    [{ damaged: true, taken: { from: '2019-01-01', to: null } }, /SEARCH photo USING COVERING INDEX photo_facts/],
  ];
  for (const [search, used] of searches) {
    const [one, ...more] = queriesOf(search, run).filter(({ names }) => names !== 'others');
    expect(more).toEqual([]);
    expect(plan(one!), JSON.stringify(search)).toMatch(used);
  }
  const sorts: [Sort['by'], RegExp][] = [
    ['path', /SCAN file USING COVERING INDEX file_place/],
    ['taken', /photo USING COVERING INDEX photo_taken/],
    ['size', /SCAN photo USING COVERING INDEX photo_bytes/],
    ['confidence', /SEARCH prediction USING COVERING INDEX prediction_confidence/],
  ];
  for (const [key, used] of sorts) {
    const detail = plan(orderQuery({ by: key, descending: false } as Sort, run)!);
    expect(detail, key).toMatch(used);
    expect(detail, key).not.toMatch(/TEMP B-TREE/);
  }
  const [unlabelled] = queriesOf({ label: null }, run);
  expect(plan(unlabelled!)).toMatch(/SCAN label USING COVERING INDEX/);
  const [, refused] = queriesOf({ run }, run);
  expect(plan(refused!)).toMatch(/SEARCH prediction USING PRIMARY KEY \(run_id=\? AND photo_id=\?\)/);
});
