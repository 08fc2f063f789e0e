// npm run bench:find -- [PHOTOS]...: how long main takes to answer a search and an order, and the page to follow it, in
// a library of made-up rows with a run, labels and dates. Milliseconds of the clock and of the processor, the median of
// 15 questions each.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPhotos, searchChoices } from '../../src/main/db/find.ts';
import { listPhotos } from '../../src/main/db/photos.ts';
import { openDatabase, prepare, transact } from '../../src/main/db/open.ts';
import type { Db } from '../../src/main/db/open.ts';
import { createClass } from '../../src/main/labels/classes.ts';
import { setLabels } from '../../src/main/labels/set-labels.ts';
import { PhotoTable } from '../../src/renderer/screens/label/photo-table.ts';
import { randomStream } from '../../src/shared/random.ts';
import { asAdded, sortKeys, type Search, type Sort } from '../../src/shared/search.ts';
import type { ClassId, PhotoId, RunId } from '../../src/shared/types.ts';
import { addPhotos } from '../main/db/photo-rows.ts';

const REPEATS = 15;
const counts = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'whisker-find-'));

try {
  for (const count of counts.length > 0 ? counts : [100_000]) measure(count);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure(photos: number): void {
  const db = openDatabase(join(folder, `${photos}.sqlite`));
  const { cat, run, ids, seconds } = fill(db, photos);
  console.log(`\n${photos.toLocaleString('en')} photos; their rows took ${seconds.toFixed(1)} s to write.\n`);
  console.log('| question | photos | ms | processor ms |\n| --- | --: | --: | --: |');
  const ask = (name: string, search: Search, sort: Sort = asAdded) =>
    tell(name, () => findPhotos(db, { search, sort, by: run, alike: ids }).length);
  ask('name: "i"', { name: 'i' });
  ask('name: "img"', { name: 'img' });
  ask('name: "img_0012"', { name: 'img_0012' });
  ask('name: "trip 7 1"', { name: 'trip 7 1' });
  ask('name: "jpg"', { name: 'jpg' });
  ask('folder', { folder: 'all/trip 7' });
  ask('folder of all', { folder: 'all' });
  ask('label', { label: cat });
  ask('no label', { label: null });
  ask('how labelled', { chosen: 'hand' });
  ask('predicted', { predicted: cat });
  ask('sure', { confidence: { from: 0.5, to: 1 } });
  ask('taken', { taken: { from: '2010-01-01', to: '2019-12-31' } });
  ask('type', { type: 'jpeg' });
  ask('size', { bytes: { from: 1_000_000, to: null } });
  ask('five at once', { name: 'img', label: null, predicted: cat, type: 'jpeg', bytes: { from: 1_000_000, to: null } });
  for (const by of sortKeys) {
    const sort = (by === 'alike' ? { by, id: ids[0]!, descending: true } : { by, descending: true }) satisfies Sort;
    ask(`all, by ${by}, turned around`, {}, sort);
  }
  tell('folders and types', () => searchChoices(db).folders.length);

  const table = new PhotoTable();
  table.add(listPhotos(db, { kind: 'all' }, null));
  const bySize = findPhotos(db, { search: {}, sort: { by: 'size', descending: true }, by: run });
  tell('in the page: all of them, in the order that main gave', () => {
    const found = new Set(bySize);
    return table.chooseAmong(bySize, (id) => found.has(id), Infinity).ids.length;
  });
  db.close();
}

function tell(name: string, ask: () => number): void {
  const taken: { ms: number; cpu: number }[] = [];
  let found = 0;
  for (let i = 0; i < REPEATS; i++) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    found = ask();
    const { user, system } = process.cpuUsage(before);
    taken.push({ ms: performance.now() - began, cpu: (user + system) / 1000 });
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[REPEATS >> 1]!.toFixed(1);
  const cells = [found.toLocaleString('en'), median(taken.map(({ ms }) => ms)), median(taken.map(({ cpu }) => cpu))];
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}

/** Fifty folders; a tenth is labelled, nine in ten have a date. */
function fill(db: Db, photos: number): { cat: ClassId; run: RunId; ids: PhotoId[]; seconds: number } {
  const began = performance.now();
  const digits = (i: number) => String(i).padStart(6, '0');
  const ids = addPhotos(
    db,
    Array.from({ length: photos }, (_, i) => `all/trip ${i % 50}/IMG_${digits(i)}.jpg`),
  );
  const random = randomStream(photos, 1);
  const facts = prepare(db, `UPDATE photo SET bytes = ?, taken_at = ?, format = ? WHERE id = ?`);
  const say = prepare(
    db,
    `INSERT INTO prediction (run_id, photo_id, class_id, confidence, margin, suspicion, reason)
     VALUES (?, ?, ?, ?, 0, 0, 'confident')`,
  );
  const [cat, dog] = [createClass(db, { name: 'Cat' }).id, createClass(db, { name: 'Dog' }).id];
  const run = prepare<{ id: RunId }>(
    db,
    `INSERT INTO run (status, options, started_at, labelled, photos, classes)
     VALUES ('finished', '{}', '2026-01-01', 0, 0, '[]') RETURNING id`,
  ).get()!.id;
  transact(db, () => {
    for (const id of ids) {
      const at = new Date(Date.UTC(2005 + 20 * random(), 0, 1 + Math.floor(365 * random())));
      const taken = random() < 0.9 ? at.toISOString().slice(0, -1) : null;
      facts.run(Math.floor(6_000_000 * random()) + 1, taken, random() < 0.95 ? 'jpeg' : 'png', id);
      say.run(run, id, random() < 0.5 ? cat : dog, 0.5 + random() / 2);
    }
  });
  setLabels(db, ids.slice(0, photos / 10), cat, { source: 'person', chosen: 'hand' });
  return { cat, run, ids, seconds: (performance.now() - began) / 1000 };
}
