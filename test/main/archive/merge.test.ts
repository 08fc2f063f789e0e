// An archive that is opened for a folder with labels of its own: classes come by name, labels by content, and what the
// two say otherwise is decided by a person. One undo takes the labels back.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Db } from '../../../src/main/db/open.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { activeRun, listRuns } from '../../../src/main/db/runs.ts';
import { listViews, saveView } from '../../../src/main/db/saved-views.ts';
import { createClass, mergeClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { undo } from '../../../src/main/labels/undo.ts';
import { refuseClass } from '../../../src/main/review/review.ts';
import { modelFolder, pruneRuns, readNote, writeNote } from '../../../src/main/runs/run-folder.ts';
import type { ConflictChoice } from '../../../src/shared/archive.ts';
import type { ClassId, Label, PhotoId, RunId } from '../../../src/shared/types.ts';
import { addRun } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';
import { machine, photosAs, said } from './archives.ts';

const seeds = [1, 2, 3, 4, 5, 6];

/** The photo of this name. */
const photoOf = (db: Db, path: string): PhotoId =>
  db.prepare('SELECT photo_id FROM file WHERE path = ?').pluck().get(path) as PhotoId;

const labelOf = (db: Db, path: string) =>
  db
    .prepare(
      `SELECT coalesce(class.name, CASE WHEN excluded THEN 'excluded' WHEN mark = 2 THEN 'none' ELSE 'unsure' END)
       FROM label LEFT JOIN class ON class.id = class_id WHERE photo_id = ?`,
    )
    .pluck()
    .get(photoOf(db, path)) as string | undefined;

function runOn(db: Db, dir: string, classIds: ClassId[], photoIds: PhotoId[]): RunId {
  const run = addRun(
    db,
    photoIds.map((photoId) => ({ photoId, classId: classIds[0]! })),
  );
  db.prepare('UPDATE run SET classes = ?, started_at = ? WHERE id = ?').run(
    JSON.stringify(classIds.map((id) => ({ id, name: `Class ${id}`, colour: 'blue', shape: 'circle' }))),
    dir,
    run,
  );
  mkdirSync(modelFolder(dir, run), { recursive: true });
  writeFileSync(join(modelFolder(dir, run), 'weights.bin'), `weights of ${dir} ${run}`);
  writeNote(dir, run, { features: 'pixels', sizePx: 32, channels: 3, classIds, trainedOn: photoIds });
  return run;
}

/** Theirs: photos 1 to 6. Ours: the same but for 6, under other names. */
async function both() {
  const there = machine();
  await there.scan(await photosAs((seed) => `their-${seed}.jpg`, seeds));
  const theirs = there.library.require();
  const their = (seed: number) => photoOf(theirs.db, `their-${seed}.jpg`);
  // Their numbers of classes are others than ours.
  const gone = createClass(theirs.db, { name: 'Kitten' }).id;
  const [cat, dog, owl] = ['CAT', 'Dog', 'Owl'].map((name) => createClass(theirs.db, { name }).id) as [
    ...[ClassId, ClassId, ClassId],
  ];
  const say = (seed: number, label: Label) => setLabels(theirs.db, [their(seed)], label, by.suggestion);
  say(1, cat);
  say(2, dog);
  say(3, owl);
  say(4, 'none');
  say(6, dog);
  refuseClass(theirs.db, { photoIds: [their(5)], classId: owl });
  const theirRun = runOn(theirs.db, theirs.dir, [gone, dog], [their(5), their(6)]);
  mergeClass(theirs.db, { from: gone, into: cat });
  saveView(theirs.db, { name: 'Best', search: { label: dog }, sort: { by: 'path', descending: false } });
  saveView(theirs.db, { name: 'Theirs', search: { run: theirRun }, sort: { by: 'path', descending: false } });
  const archive = await there.archive();

  const here = machine();
  const folder = await photosAs((seed) => `our-${seed}.jpg`, [1, 2, 3, 4, 5]);
  await here.scan(folder);
  const ours = here.library.require();
  const our = (seed: number) => photoOf(ours.db, `our-${seed}.jpg`);
  const ourDog = createClass(ours.db, { name: 'dog' }).id;
  const ourCat = createClass(ours.db, { name: 'Cat' }).id;
  setLabels(ours.db, [our(1)], ourDog, by.person);
  setLabels(ours.db, [our(2)], ourDog, by.person);
  setLabels(ours.db, [our(4)], ourCat, by.person);
  const ourRun = runOn(ours.db, ours.dir, [ourDog, ourCat], [our(3), our(5)]);
  saveView(ours.db, { name: 'Best', search: { label: ourCat }, sort: { by: 'path', descending: false } });
  return { archive, here, ...ours, our, ourRun, ourDog, ourCat };
}

test('what would come is counted, and what says otherwise is shown, before anything is written', async () => {
  const { archive, here, folder, db } = await both();
  const before = said(db);
  const { card, merge } = await here.archives.preview(archive, folder);
  expect(card).toMatchObject({ name: 'photos', photos: 6, labelled: 4, classes: ['CAT', 'Dog', 'Owl'], runs: 1 });
  expect(merge).toEqual({
    added: 2,
    same: 1,
    conflicts: 2,
    rows: [
      { file: 'our-1.jpg', mine: 'dog', theirs: 'CAT' },
      { file: 'our-4.jpg', mine: 'Cat', theirs: 'None of these' },
    ],
    absent: 1,
    newClasses: ['Owl'],
    runs: 1,
    views: 2,
  });
  expect(said(db)).toEqual(before);
  await expect(here.archives.open({ path: archive, folder, conflicts: null })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('has labels of its own'),
  });
  expect(said(db)).toEqual(before);
});

test.each([
  ['mine', 'dog', 'Cat'],
  ['theirs', 'Cat', 'none'],
  ['unsure', 'unsure', 'unsure'],
] as [ConflictChoice, string, string][])(
  'where the two say otherwise the choice is %s, and one undo takes all labels back',
  async (conflicts, first, fourth) => {
    const { archive, here, folder, db, our } = await both();
    const before = said(db);
    const touched = await here.archives.open({ path: archive, folder, conflicts });
    expect(['our-1.jpg', 'our-2.jpg', 'our-3.jpg', 'our-4.jpg', 'our-5.jpg'].map((path) => labelOf(db, path))).toEqual([
      ...[first, 'dog', 'Owl', fourth, undefined],
    ]);
    expect(touched!.photoIds).toHaveLength(conflicts === 'mine' ? 2 : 4);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    // How a label was given goes with it.
    expect(db.prepare('SELECT source, chosen FROM label WHERE photo_id = ?').get(our(3))).toEqual(by.suggestion);
    const history = db.prepare('SELECT description FROM action ORDER BY id DESC LIMIT 1').pluck().get();
    expect(history).toBe(`Merge ${conflicts === 'mine' ? 2 : 4} labels of the archive photos`);
    undo(db);
    const labels = ({ labels: now }: ReturnType<typeof said>) => now;
    expect(labels(said(db))).toEqual(labels(before));
    expect(db.prepare(`SELECT name FROM class WHERE removed = 0 ORDER BY id`).pluck().all()).toEqual(['dog', 'Cat']);
  },
);

test('a photo that is not here keeps its label, and shows it once it comes', async () => {
  const { archive, here, folder, db } = await both();
  await here.archives.open({ path: archive, folder, conflicts: 'mine' });
  expect(listPhotos(db, { kind: 'all' }, null).ids).toHaveLength(5);
  const late = await photosAs((seed) => `late-${seed}.jpg`, [6]);
  writeFileSync(join(folder, 'late-6.jpg'), readFileSync(join(late, 'late-6.jpg')));
  here.library.rescan();
  await here.library.scanFinished();
  expect(labelOf(db, 'late-6.jpg')).toBe('dog');
});

test('runs come under numbers of their own, with models that mean the same classes; none of ours makes room', async () => {
  const { archive, here, folder, db, dir, our, ourRun, ourDog, ourCat } = await both();
  await here.archives.open({ path: archive, folder, conflicts: 'mine' });
  const [brought, mine] = listRuns(db) as [ReturnType<typeof listRuns>[0], ReturnType<typeof listRuns>[0]];
  expect(mine).toMatchObject({ id: ourRun, pinned: true });
  expect(brought).toMatchObject({ note: 'From the archive photos', usable: true });
  expect(brought.id).toBeGreaterThan(ourRun);
  expect(activeRun(db)).toBe(ourRun);
  expect(readFileSync(join(modelFolder(dir, ourRun), 'weights.bin'), 'utf8')).toBe(`weights of ${dir} ${ourRun}`);
  expect(existsSync(join(modelFolder(dir, brought.id), 'weights.bin'))).toBe(true);
  const note = readNote(dir, brought.id)!;
  // The class that was merged into theirs leads to ours, as it did there.
  const now = db.prepare('SELECT now_id FROM class_now WHERE id = ?').pluck();
  expect(note.classIds.map((id) => now.get(id))).toEqual([ourCat, ourDog]);
  expect(note.trainedOn[0]).toBe(our(5));
  const said = db.prepare('SELECT photo_id, class_id FROM prediction WHERE run_id = ?').all(brought.id);
  expect(said).toContainEqual({ photo_id: our(5), class_id: note.classIds[0] });
  const refused = db.prepare('SELECT photo_id, name FROM refusal JOIN class ON class.id = class_id').all();
  expect(refused).toEqual([{ photo_id: our(5), name: 'Owl' }]);
  await pruneRuns(db, dir);
  expect(readNote(dir, ourRun)).not.toBeNull();
});

test('views come by their names, and one whose name is taken says where it is from', async () => {
  const { archive, here, folder, db, ourDog } = await both();
  await here.archives.open({ path: archive, folder, conflicts: 'mine' });
  const views = listViews(db, null).map(({ name, search }) => [name, search]);
  expect(views[1]).toEqual(['Best (photos)', { label: ourDog }]);
  expect(views[2]).toEqual(['Theirs', { run: listRuns(db)[0]!.id }]);
});

test('merged a second time it changes nothing, and says so before', async () => {
  const { archive, here, folder, db } = await both();
  await here.archives.open({ path: archive, folder, conflicts: 'theirs' });
  const before = said(db);
  const { merge } = await here.archives.preview(archive, folder);
  expect(merge).toMatchObject({ added: 0, same: 5, conflicts: 0, newClasses: [], runs: 0 });
  await here.archives.open({ path: archive, folder, conflicts: 'theirs' });
  const after = said(db);
  expect(after).toEqual(before);
});

test('a merge that fails in the middle leaves the library and its runs as they were', async () => {
  const { archive, here, folder, db, dir } = await both();
  const before = said(db);
  db.exec(`CREATE TEMP TRIGGER full BEFORE INSERT ON saved_view BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
  await expect(here.archives.open({ path: archive, folder, conflicts: 'theirs' })).rejects.toThrow('the disk is full');
  expect(said(db)).toEqual(before);
  expect(existsSync(modelFolder(dir, 2 as RunId))).toBe(false);
});
