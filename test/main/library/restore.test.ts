// A library that is damaged or lost comes back from its backup, as it was when that was made.

import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { by } from '../labels/origins.ts';
import { startLibrary } from './service.ts';

/** A library of three photos with two labels, closed. */
async function closedLibrary() {
  const photos = {
    'a.jpg': await jpeg({ seed: 1 }),
    'b.jpg': await jpeg({ seed: 2 }),
    'c.jpg': await jpeg({ seed: 3 }),
  };
  const folder = fill(temporaryFolder(), photos);
  const parts = startLibrary();
  await parts.scan(folder);
  const { library } = parts;
  const { db, dir } = library.require();
  const labels = () => listPhotos(library.require().db, { kind: 'all' }, null).labels;
  const { id } = createClass(db, { name: 'Cat' });
  setLabels(db, listPhotos(db, { kind: 'all' }, null).ids.slice(0, 2), id, by.person);
  const said = labels();
  await library.close();
  return { ...parts, folder, dir, file: db.name, labels, said };
}

test.each([
  ['damaged', (file: string) => writeFileSync(file, readFileSync(file).fill(0xa5, 4096))],
  ['no database at all', (file: string) => writeFileSync(file, 'holiday notes')],
  ['emptied', (file: string) => truncateSync(file)],
  ['removed', (file: string) => rmSync(file)],
])('a library that is %s is refused, and restored with the labels of its backup', async (how, hurt) => {
  const { library, folder, dir, file, labels, said } = await closedLibrary();
  hurt(file);
  const bytes = how === 'removed' ? null : readFileSync(file);
  await expect(library.open(folder)).rejects.toMatchObject({
    code: 'restorable',
    message: expect.stringContaining(file),
    remedy: expect.stringMatching(/^Restore its backup: it is as of /),
  });
  await library.restore(folder);
  expect(labels()).toEqual(said);
  expect(await library.scanFinished()).toMatchObject({ phase: 'done', photos: 3, added: 0 });
  const aside = readdirSync(dir).filter((name) => /\.damaged-[^a-z]*$/.test(name));
  expect(aside.map((name) => readFileSync(`${dir}/${name}`))).toEqual(bytes ? [bytes] : []);
});

test('a library that breaks while it is open is restored too', async () => {
  const { library, scan, folder, file, labels, said } = await closedLibrary();
  await scan(folder);
  truncateSync(file, 8192);
  await library.restore(folder);
  expect(labels()).toEqual(said);
});

test('a library that is whole is not restored', async () => {
  const { library, folder } = await closedLibrary();
  await expect(library.restore(folder)).rejects.toMatchObject({ code: 'conflict' });
  await expect(library.restore(temporaryFolder())).rejects.toMatchObject({ code: 'conflict' });
});

test('a library without a backup says what else there is to do', async () => {
  const { library, folder, dir, file } = await closedLibrary();
  for (const name of readdirSync(dir)) if (name.includes('.backup-')) rmSync(`${dir}/${name}`);
  writeFileSync(file, 'holiday notes');
  const refusal = { code: 'storage-failed', remedy: expect.stringContaining('to begin anew') };
  await expect(library.open(folder)).rejects.toMatchObject(refusal);
  await expect(library.restore(folder)).rejects.toMatchObject(refusal);
  expect(readFileSync(file, 'utf8')).toBe('holiday notes');
});
