// A person says where the folder of a library lies now.

import { cpSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { by } from '../labels/origins.ts';
import { startLibrary } from './service.ts';

/** Two photos in a folder that is open, one of them labelled. */
async function labelled(libraryDir = '') {
  const home = realpathSync(temporaryFolder());
  const before = join(home, 'before');
  fill(before, { 'a.jpg': await jpeg({ seed: 1 }), 'b.jpg': await jpeg({ seed: 2 }) });
  const parts = startLibrary({ libraryDir });
  await parts.scan(before);
  const { db, dir } = parts.library.require();
  const [first] = listPhotos(db, { kind: 'all' }, null).ids;
  const cat = createClass(db, { name: 'Cat' });
  setLabels(db, first === undefined ? [] : [first], cat.id, by.person);
  const labels = () => listPhotos(parts.library.require().db, { kind: 'all' }, null).labels;
  return { ...parts, home, before, after: join(home, 'after'), dir, labels, said: [cat.id, 0] };
}

test('the open library goes on where its folder is now, with its labels', async () => {
  const { library, before, after, dir, labels, said } = await labelled();
  renameSync(before, after);
  library.rescan();
  expect(await library.scanFinished()).toMatchObject({ phase: 'missing' });
  expect(await library.locate(before, after)).toMatchObject({ folder: after, name: 'after', dir });
  expect(await library.scanFinished()).toMatchObject({ phase: 'done', added: 0, removed: 0 });
  expect(labels()).toEqual(said);
  expect(library.recent().map(({ folder }) => folder)).toEqual([after]);
});

test('a recent library is opened where its folder is now', async () => {
  const { library, home, scan, before, after, dir, labels, said } = await labelled();
  await scan(fill(join(home, 'other'), { 'c.jpg': await jpeg({ seed: 3 }) }));
  renameSync(before, after);
  expect(await library.locate(before, after)).toMatchObject({ folder: after, dir });
  expect(labels()).toEqual(said);
});

test('with a folder of its own the open library is located too', async () => {
  const { library, before, after, labels, said } = await labelled(temporaryFolder());
  renameSync(before, after);
  await library.locate(before, after);
  expect(await library.scanFinished()).toMatchObject({ phase: 'done', photos: 2, added: 0 });
  expect(labels()).toEqual(said);
  await expect(library.locate(before, after)).rejects.toThrow(`No library of "${before}" is known here.`);
});

test('a folder that is still there is not located anew: the other one is a copy', async () => {
  const { library, before, after } = await labelled();
  cpSync(before, after, { recursive: true });
  await expect(library.locate(before, after)).rejects.toMatchObject({
    code: 'bad-input',
    message: `The folder "${before}" is still there, with its library.`,
  });
  expect(library.current?.folder).toBe(before);
});

test('a folder with other photos, one with a library of its own and none at all are refused, and nothing moves', async () => {
  const { library, scan, home, before, after } = await labelled();
  const other = fill(join(home, 'other'), { 'a.jpg': await jpeg({ seed: 3 }) });
  cpSync(before, after, { recursive: true });
  await scan(after);
  await scan(other);
  rmSync(before, { recursive: true });
  const refusal = (folder: string) =>
    library.locate(before, folder).then(
      () => null,
      (error: unknown) => error,
    );
  expect(await refusal(other)).toMatchObject({ code: 'bad-input', message: expect.stringContaining("doesn't hold") });
  expect(await refusal(after)).toMatchObject({
    code: 'bad-input',
    message: `The folder "${after}" has a library of its own already.`,
  });
  expect(await refusal(join(home, 'nowhere'))).toMatchObject({ code: 'folder-unavailable' });
  await expect(library.locate('/never/seen', after)).rejects.toMatchObject({ code: 'bad-input' });
  expect(library.current?.folder).toBe(other);
  expect(library.recent().map(({ folder }) => folder)).toEqual([other, after, before]);
});
