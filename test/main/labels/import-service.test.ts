// Labels that are there already, found, foreseen and taken over in a real library on real files.

import { realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { listClasses } from '../../../src/main/db/classes.ts';
import { declineImports } from '../../../src/main/db/label-offer.ts';
import { labelCodes } from '../../../src/main/db/labels.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { createImportService } from '../../../src/main/labels/import-service.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { undo, undoState } from '../../../src/main/labels/undo.ts';
import { nameOfMark } from '../../../src/shared/label-import.ts';
import type { ImportSource } from '../../../src/shared/label-import.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { withIptc, xmpPacket } from '../../fixtures/keywords.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { startLibrary } from '../library/service.ts';
import { by } from './origins.ts';

const entry = resolve(import.meta.dirname, '../../../src/engine/entry.ts');

async function opened(files: Record<string, Buffer | string>) {
  const folder = realpathSync(fill(temporaryFolder(), files));
  const parts = startLibrary();
  const { library, events } = parts;
  const imports = createImportService({ library, events, engine: { node: process.execPath, entry } });
  onTestFinished(() => imports.end());
  await parts.scan(folder);
  const { db } = library.require();
  const page = () => listPhotos(db, { kind: 'all' }, null);
  const idOf = (name: string) => page().ids[page().names.indexOf(name)]!;
  /** What each photo is, by name. */
  const labels = () => {
    const classes = new Map(listClasses(db).map(({ id, name }) => [Number(id), name]));
    const { ids, names } = page();
    const codes = labelCodes(db, ids);
    return Object.fromEntries(names.map((name, i) => [name, classes.get(codes[i]!) ?? codes[i]]).sort());
  };
  return { ...parts, imports, folder, db, idOf, labels };
}

const pictures = async (names: string[]): Promise<Record<string, Buffer>> =>
  Object.fromEntries(await Promise.all(names.map(async (name, seed) => [name, await jpeg({ seed })] as const)));

const folders: ImportSource = { from: 'folders' };
const asSuggested = (source: ImportSource) => ({ source, leftOut: null, replace: false });

test('folders, a table and keywords are found; what holds nothing is not offered', async () => {
  const { imports, db } = await opened({
    ...(await pictures(['cat/1.jpg', 'cat/2.jpg', 'dog/3.jpg', 'dog/4.jpg'])),
    'labels.csv': 'filename,label\n1.jpg,tabby\n3.jpg,poodle\n9.jpg,poodle\n',
    'notes.csv': 'a,b\n1,2\n',
    'dog/3.xmp': xmpPacket(['animal', 'dog']),
    'cat/1.jpg': withIptc(await jpeg({ seed: 0 }), ['animal']),
  });
  expect(await imports.found()).toEqual({
    offers: [
      { source: { from: 'file', path: 'labels.csv' }, classes: ['poodle', 'tabby'], classCount: 2, photos: 2 },
      { source: folders, classes: ['cat', 'dog'], classCount: 2, photos: 4 },
      { source: { from: 'keywords' }, classes: ['animal', 'dog'], classCount: 2, photos: 2 },
    ],
    tables: ['labels.csv', 'notes.csv'],
    declined: false,
  });
  declineImports(db);
  expect(await imports.found()).toMatchObject({ declined: true });

  const plain = await opened(await pictures(['1.jpg', '2.jpg']));
  expect(await plain.imports.found()).toEqual({ offers: [], tables: [], declined: false });
});

test('the preview promises what the import does; one undo takes it back', async () => {
  const { imports, db, labels, idOf } = await opened(
    await pictures(['cat/1.jpg', 'cat/2.jpg', 'dog/3.jpg', 'dog/4.jpg', 'misc/5.jpg', '6.jpg']),
  );
  const cat = createClass(db, { name: 'Cat' });
  setLabels(db, [idOf('1.jpg')], cat.id, by.person);
  setLabels(db, [idOf('3.jpg')], cat.id, by.person);
  const before = labels();
  expect(await imports.preview(asSuggested(folders))).toEqual({
    classes: [
      { name: 'cat', photos: 2, isNew: false },
      { name: 'dog', photos: 2, isNew: true },
      { name: 'misc', photos: 1, isNew: true },
    ],
    rarer: 0,
    leftOut: [],
    changed: 3,
    corrected: 0,
    same: 1,
    conflicts: 1,
    unmatched: 0,
    firstUnmatched: [],
  });
  const wish = { source: folders, leftOut: ['misc'], replace: false };
  expect(await imports.preview(wish)).toMatchObject({ changed: 2, same: 1, conflicts: 1, leftOut: ['misc'] });
  expect(labels()).toEqual(before);

  const { photoIds } = await imports.carryOut(wish);
  expect(photoIds).toHaveLength(2);
  expect(labels()).toEqual({ '1.jpg': 'Cat', '2.jpg': 'Cat', '3.jpg': 'Cat', '4.jpg': 'dog', '5.jpg': 0, '6.jpg': 0 });
  expect(undoState(db).undo).toBe('Label 2 photos by folder');
  undo(db);
  expect(labels()).toEqual(before);
  expect(listClasses(db).map(({ name }) => name)).toEqual(['Cat']);
});

test('labels that are there change only when that is asked for, and undo brings them back', async () => {
  const { imports, db, labels, idOf } = await opened(await pictures(['cat/1.jpg', 'dog/2.jpg']));
  setLabels(db, [idOf('1.jpg')], 'excluded', by.person);
  const wish = { source: folders, leftOut: [], replace: true };
  expect(await imports.preview(wish)).toMatchObject({ changed: 2, conflicts: 1 });
  await imports.carryOut(wish);
  expect(labels()).toEqual({ '1.jpg': 'cat', '2.jpg': 'dog' });
  undo(db);
  expect(labels()).toEqual({ '1.jpg': -1, '2.jpg': 0 });
});

test('marks of a table are previewed, left out and taken over like classes; a class may be called as they are', async () => {
  const files = await pictures(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg']);
  const { imports, db, labels, idOf } = await opened({
    ...files,
    'labels.csv':
      'path,class,excluded,none,unsure\na.jpg,,yes,,\nb.jpg,,,yes,\nc.jpg,,,yes,\nd.jpg,,,,yes\ne.jpg,none,,,\n',
  });
  const [none, unsure, excluded] = [nameOfMark('none'), nameOfMark('unsure'), nameOfMark('excluded')];
  const source: ImportSource = { from: 'file', path: 'labels.csv' };
  const [offer] = (await imports.found()).offers;
  expect(offer).toEqual({ source, classes: [none, excluded, unsure, 'none'], classCount: 4, photos: 5 });
  setLabels(db, [idOf('b.jpg')], 'none', by.person);
  setLabels(db, [idOf('d.jpg')], 'excluded', by.person);
  expect(await imports.preview(asSuggested(source))).toMatchObject({
    classes: [
      { name: none, photos: 2, isNew: false },
      { name: excluded, photos: 1, isNew: false },
      { name: unsure, photos: 1, isNew: false },
      { name: 'none', photos: 1, isNew: true },
    ],
    ...{ changed: 3, same: 1, conflicts: 1 },
  });
  const wish = { source, leftOut: [excluded], replace: true };
  expect(await imports.preview(wish)).toMatchObject({ changed: 3, same: 1, conflicts: 1, leftOut: [excluded] });
  await imports.carryOut(wish);
  expect(labels()).toEqual({ 'a.jpg': 0, 'b.jpg': -2, 'c.jpg': -2, 'd.jpg': -3, 'e.jpg': 'none' });
});

test('a table that is handed in says what did not match; one that is none is refused in a sentence', async () => {
  const { imports, labels } = await opened(await pictures(['a.jpg', 'b.jpg', 'c.jpg']));
  const handIn = (text: string | Buffer) =>
    imports.handIn({ name: 'mine.csv', gzip: gzipSync(text).toString('base64') });
  const { number } = await handIn('path;category\na.jpg;Cat\nb.jpg;Dog\nb.jpg;Cat\nzebra.jpg;Dog\n');
  const source: ImportSource = { from: 'table', number };
  expect(await imports.preview(asSuggested(source))).toMatchObject({
    classes: [
      { name: 'Cat', photos: 2 },
      { name: 'Dog', photos: 1 },
    ],
    changed: 1,
    unmatched: 3,
    firstUnmatched: [
      { file: 'b.jpg', reason: expect.stringContaining('says otherwise') },
      { file: 'b.jpg', reason: expect.stringContaining('says otherwise') },
      { file: 'zebra.jpg', reason: 'No such file in the folder.' },
    ],
  });
  // Without the one class there is nothing to contradict.
  expect(await imports.preview({ source, leftOut: ['Cat'], replace: false })).toMatchObject({
    changed: 1,
    unmatched: 1,
  });
  await imports.carryOut({ source, leftOut: ['Cat'], replace: false });
  expect(labels()).toEqual({ 'a.jpg': 0, 'b.jpg': 'Dog', 'c.jpg': 0 });

  await expect(handIn('a,b\n1,2\n')).rejects.toMatchObject({ code: 'bad-input' });
  await expect(imports.handIn({ name: 'x', gzip: 'AAAA' })).rejects.toMatchObject({ code: 'bad-input' });
  imports.end();
  await expect(imports.preview(asSuggested(source))).rejects.toMatchObject({ code: 'not-found' });
  const outside = { from: 'file', path: '../secret.csv' } as const;
  await expect(imports.preview(asSuggested(outside))).rejects.toThrow('lies outside its folder');
});

test('of photos with several keywords only what is a class already is ticked; a person ticks the rest', async () => {
  const { imports, db, labels, payloads } = await opened({
    ...(await pictures(['1.jpg', '2.jpg', '3.jpg'])),
    '1.xmp': xmpPacket(['cat', 'garden']),
    '2.xmp': xmpPacket(['dog', 'garden']),
    '3.jpg': withIptc(await jpeg({ seed: 3 }), ['Cat', 'sofa']),
  });
  const source: ImportSource = { from: 'keywords' };
  const first = await imports.preview(asSuggested(source));
  expect(first.classes).toEqual([
    { name: 'cat', photos: 2, isNew: true },
    { name: 'garden', photos: 2, isNew: true },
    { name: 'dog', photos: 1, isNew: true },
    { name: 'sofa', photos: 1, isNew: true },
  ]);
  expect(first).toMatchObject({ changed: 0, leftOut: ['cat', 'garden', 'dog', 'sofa'] });
  expect(payloads('imports.progress').at(-1)).toEqual({ done: 3, total: 3 });

  createClass(db, { name: 'Cat' });
  expect(await imports.preview(asSuggested(source))).toMatchObject({ leftOut: ['garden', 'dog', 'sofa'], changed: 2 });
  const all = await imports.preview({ source, leftOut: [], replace: false });
  expect(all).toMatchObject({ changed: 0, unmatched: 6 });
  expect(all.firstUnmatched[0]).toEqual({ file: '1.jpg', reason: 'It is called both cat and garden.' });

  await imports.carryOut({ source, leftOut: ['garden', 'sofa'], replace: false });
  expect(labels()).toEqual({ '1.jpg': 'Cat', '2.jpg': 'dog', '3.jpg': 'Cat' });
  expect(undoState(db).undo).toBe('Label 3 photos by keyword');
});

test('a file that changed since the scan gives its keywords to nobody', async () => {
  const { imports, folder } = await opened({ '1.jpg': withIptc(await jpeg({ seed: 1 }), ['cat']) });
  writeFileSync(join(folder, '1.jpg'), withIptc(await jpeg({ seed: 2, width: 99 }), ['dog']));
  expect(await imports.preview(asSuggested({ from: 'keywords' }))).toMatchObject({ classes: [], changed: 0 });
});
