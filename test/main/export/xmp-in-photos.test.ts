// XMP keywords written into the photos themselves: the one export that changes originals, when it is asked to.

import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { xmpPacket } from '../../fixtures/keywords.ts';
import { jpeg, photo } from '../../fixtures/photos.ts';
import { foreign, foreignFields, pictures, stateOf, textOf } from './xmp-folder.ts';
import { openLibrary } from './xmp-library.ts';

const kinds = ['jpg', 'png', 'webp', 'tif', 'avif'] as const;
const picture = (seed: number, kind: (typeof kinds)[number]) =>
  photo({ seed })
    .withXmp(xmpPacket(['old']))
    .toFormat(({ jpg: 'jpeg', tif: 'tiff' } as const)[kind as 'jpg'] ?? kind)
    .toBuffer();

async function folderOfKinds() {
  const files = await Promise.all(kinds.map(async (kind, i) => [`a.${kind}`, await picture(i, kind)] as const));
  return fill(temporaryFolder(), {
    ...Object.fromEntries(files),
    'still.gif': await photo({ seed: 9 }).gif().toBuffer(),
    'copy/of.jpg': await picture(0, 'jpg'),
    'beside.jpg': await jpeg({ seed: 20 }),
    'beside.jpg.xmp': foreign,
  });
}

test('the pixels stay, the labels stay, and what is no photo for keywords is told', async () => {
  const folder = await folderOfKinds();
  const pixels = (name: string) => sharp(join(folder, name)).raw().toBuffer();
  const names = [...kinds.map((kind) => `a.${kind}`), 'copy/of.jpg', 'beside.jpg'];
  const before = await Promise.all(names.map(pixels));
  const library = await openLibrary(folder);
  const shown = Object.keys(library.labels());
  for (const name of shown) library.label(name, 'Cat');
  const labelled = library.labels();
  const report = await library.export({ into: 'photos' });
  expect(report).toEqual({
    written: 6,
    unchanged: 0,
    left: [{ path: 'still.gif', reason: 'still.gif is of a type (image/gif) into which Whisker writes no keywords.' }],
  });
  expect(await Promise.all(names.map(pixels))).toEqual(before);
  expect(readdirSync(folder).sort()).toEqual(
    [...kinds.map((kind) => `a.${kind}`), 'beside.jpg', 'beside.jpg.xmp', 'copy', 'still.gif'].sort(),
  );
  const size = statSync(join(folder, 'a.jpg')).size;
  expect(readFileSync(join(folder, 'copy/of.jpg'))).toEqual(readFileSync(join(folder, 'a.jpg')));

  // A scan finds the same photos, with their labels, and none is new or gone.
  const scan = await library.rescan();
  // The one that changed is the XMP file beside.
  expect(scan).toMatchObject({ phase: 'done', added: 0, removed: 0, changed: 1 });
  expect(library.labels()).toEqual(labelled);
  expect(await library.export({ into: 'photos' })).toMatchObject({ written: 0, unchanged: 6 });
  expect(statSync(join(folder, 'a.jpg')).size).toBe(size);

  rmSync(join(folder, 'still.gif'));
  const other = await openLibrary(folder);
  expect(await other.preview()).toMatchObject({ changed: 6, unmatched: 0 });
  await other.importKeywords();
  expect(Object.values(other.labels())).toEqual(Array(6).fill('Cat'));
  expect(textOf(folder, 'beside.jpg.xmp')).toContain('<rdf:li>Cat</rdf:li>');
  for (const field of foreignFields) expect(textOf(folder, 'beside.jpg.xmp')).toContain(field);
});

test('cancelled, they are what they were to the last byte, and the library knows them', async () => {
  const folder = await folderOfKinds();
  const library = await openLibrary(folder);
  for (const name of Object.keys(library.labels())) library.label(name, 'Cat');
  const [before, labelled] = [stateOf(folder), library.labels()];
  const abort = new AbortController();
  const progress = (written: number) => written === 4 && abort.abort(new Error('enough'));
  await expect(library.export({ into: 'photos', signal: abort.signal, progress })).rejects.toThrow('enough');
  expect(stateOf(folder)).toEqual(before);
  expect(await library.rescan()).toMatchObject({ added: 0, removed: 0, changed: 0 });
  expect(library.labels()).toEqual(labelled);
});

test('a photo that has changed since the scan is left alone; of a link, what it leads to is written', async () => {
  const elsewhere = fill(temporaryFolder(), { 'real.jpg': await jpeg({ seed: 3 }) });
  const folder = fill(temporaryFolder(), await pictures(['a.jpg']));
  symlinkSync(join(elsewhere, 'real.jpg'), join(folder, 'link.jpg'));
  const library = await openLibrary(folder);
  for (const name of ['a.jpg', 'link.jpg']) library.label(name, 'Cat');
  writeFileSync(join(folder, 'a.jpg'), await jpeg({ seed: 77 }));
  const report = await library.export({ into: 'photos' });
  expect(report.left).toEqual([{ path: 'a.jpg', reason: 'a.jpg has changed since Whisker looked at it.' }]);
  expect((await sharp(join(elsewhere, 'real.jpg')).metadata()).xmp?.toString()).toContain('Cat');
  expect(readdirSync(folder).sort()).toEqual(['a.jpg', 'link.jpg']);
});
