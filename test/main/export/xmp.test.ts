// Labels as XMP keywords: written beside real photos by ExifTool, and read back by Whisker and by others.

import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { undo, undoState } from '../../../src/main/labels/undo.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { withIptc } from '../../fixtures/keywords.ts';
import { jpeg, photo } from '../../fixtures/photos.ts';
import { foreign, foreignFields, pictures, stateOf, textOf } from './xmp-folder.ts';
import { openLibrary } from './xmp-library.ts';

/** Debian's own programs; what they read was written by no library of theirs. */
const has = (program: string): boolean => {
  try {
    execFileSync(program, [program === 'exiv2' ? '--version' : '-ver'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log(`SKIPPED: what is read by ${program}, which is not installed (apt-get install ${packages[program]}).`);
    return false;
  }
};
const packages: Record<string, string> = { exiv2: 'exiv2', exiftool: 'libimage-exiftool-perl' };

const odd = [
  `Tom's "best" <b>&amp; & $HOME`,
  '-delete_original!',
  '=2+3',
  '#[CSTR]\\n',
  '{ready}',
  'Katze 🐱 日本 / Hund | Pferd',
  '007',
  '1.50',
  'a,b;c',
  '%d%f -execute',
];

test('every label comes back in an empty library, whatever classes and files are called', async () => {
  const files = [
    '-dash.jpg',
    `it's "q" & <b>.jpg`,
    'new\nline.jpg',
    '日本 é.jpg',
    '$HOME`id`.jpg',
    'a;b %f.jpg',
    '.dot.jpg',
  ];
  const names = [...files, 'sub/-execute.jpg', 'sub/=x.jpg', 'sub/#y.jpg'];
  const folder = fill(temporaryFolder(), await pictures([...names, 'none.jpg', 'unsure.jpg', 'out.jpg', 'open.jpg']));
  const before = stateOf(folder);
  const first = await openLibrary(folder);
  names.forEach((name, i) => first.label(basename(name), odd[i]!));
  first.mark('none.jpg', 'none');
  first.mark('unsure.jpg', 'unsure');
  first.mark('out.jpg', 'excluded');
  expect(await first.export()).toEqual({ written: 13, unchanged: 1, left: [] });

  const after = stateOf(folder);
  expect(
    Object.keys(after)
      .filter((path) => !(path in before))
      .sort(),
  ).toEqual([...names, 'none.jpg', 'unsure.jpg', 'out.jpg'].map((name) => join(folder, `${name}.xmp`)).sort());
  for (const path of Object.keys(before)) expect(after[path]).toBe(before[path]);

  const second = await openLibrary(folder);
  // An XMP file is no problem of the folder.
  expect(second.library.problems()).toEqual([]);
  expect(second.library.scanProgress()).toMatchObject({ photos: 14, problems: 0 });
  expect(await second.preview()).toMatchObject({ changed: 13, unmatched: 0, conflicts: 0, leftOut: [] });
  await second.importKeywords();
  expect(second.labels()).toEqual(first.labels());
});

describe('other programs read them', () => {
  const folderOf = async () => {
    const folder = fill(temporaryFolder(), await pictures(odd.map((_, i) => `${i}.jpg`)));
    const library = await openLibrary(folder);
    odd.forEach((name, i) => library.label(`${i}.jpg`, name));
    await library.export();
    return library;
  };
  const flat = (name: string, separator: string, instead: string) => name.replaceAll(separator, instead);

  test.skipIf(!has('exiftool'))("Debian's exiftool, which knows nothing of Whisker", async () => {
    const { folder } = await folderOf();
    odd.forEach((name, i) => {
      const fields = [
        '-XMP-dc:Subject',
        '-XMP-digiKam:TagsList',
        '-XMP-lr:HierarchicalSubject',
        '-XMP-whisker:Written',
      ];
      const text = execFileSync('exiftool', ['-s3', ...fields, join(folder, `${i}.jpg.xmp`)], { encoding: 'utf8' });
      expect(text).toBe([name, flat(name, '/', '∕'), flat(name, '|', '∣'), name, ''].join('\n'));
    });
  });

  test.skipIf(!has('exiv2'))("Debian's exiv2, with which digiKam and darktable read", async () => {
    const { folder } = await folderOf();
    odd.forEach((name, i) => {
      const args = ['-PXkt', join(folder, `${i}.jpg.xmp`)];
      const lines = execFileSync('exiv2', args, { encoding: 'utf8' }).trimEnd().split('\n');
      const said = Object.fromEntries(lines.map((line) => [line.split(/\s+/)[0], line.replace(/^\S+\s+/, '')]));
      expect(said['Xmp.dc.subject']).toBe(name);
      expect(said['Xmp.digiKam.TagsList']).toBe(flat(name, '/', '∕'));
      expect(said['Xmp.lr.hierarchicalSubject']).toBe(flat(name, '|', '∣'));
    });
  });
});

test('a prediction is no keyword: it stands in fields of its own, with its run, and goes when there is a label', async () => {
  const library = await openLibrary(fill(temporaryFolder(), await pictures(['a.jpg', 'b.jpg'])));
  library.label('b.jpg', 'Dog');
  const predicted = { predicted: 'Cat', confidence: 0.9137, calibrated: true, run: 7 as never };
  await library.export({
    change: (one) => ({ ...one, ...predicted, ...(one.class === null && { class: 'Cat', source: 'prediction' }) }),
  });
  const [a, b] = ['a.jpg.xmp', 'b.jpg.xmp'].map((name) => textOf(library.folder, name));
  for (const text of [a, b]) {
    expect(text).toContain("xmlns:whisker='https://github.com/whisker-app/whisker/ns/1.0/'");
    expect(text).toContain('<whisker:prediction>Cat</whisker:prediction>');
    expect(text).toContain('<whisker:confidence>0.9137</whisker:confidence>');
    expect(text).toContain('<whisker:calibrated>True</whisker:calibrated>');
    expect(text).toContain('<whisker:run>7</whisker:run>');
  }
  for (const field of ['dc:subject', 'digiKam:TagsList', 'lr:hierarchicalSubject']) expect(a).not.toContain(field);
  expect(b).toContain('<rdf:li>Dog</rdf:li>');
  expect(b).not.toContain('<rdf:li>Cat</rdf:li>');

  library.label('a.jpg', 'Cat');
  await library.export();
  expect(textOf(library.folder, 'a.jpg.xmp')).not.toContain('whisker:prediction');
});

test('a tom.xmp that is there is used, and keeps all that others wrote; a keyword of Whisker is replaced', async () => {
  const files = { ...(await pictures(['tom.jpg', 'two.jpg', 'own.jpg'])), 'two.png': await photo().png().toBuffer() };
  const folder = fill(temporaryFolder(), { ...files, 'tom.xmp': foreign, 'two.xmp': foreign, 'own.XMP': foreign });
  const library = await openLibrary(folder);
  const subjects = () =>
    /<dc:subject>[^]*<\/dc:subject>/.exec(textOf(folder, 'tom.xmp'))?.[0].match(/(?<=<rdf:li>)[^<]*/g);
  for (const name of ['tom.jpg', 'two.jpg', 'own.jpg']) library.label(name, 'Cat');
  await library.export();
  expect(subjects()).toEqual(['holiday', 'Dog', 'Cat']);
  // Where two files have the stem, a `two.xmp` means neither.
  expect(textOf(folder, 'two.xmp')).toBe(foreign);
  const made = readdirSync(folder).filter((name) => /\.xmp$/i.test(name));
  expect(made.sort()).toEqual(['own.XMP', 'tom.xmp', 'two.jpg.xmp', 'two.xmp']);
  expect(textOf(folder, 'own.XMP')).toContain('<rdf:li>Cat</rdf:li>');

  const once = stateOf(folder);
  expect(await library.export()).toEqual({ written: 0, unchanged: 4, left: [] });
  expect(stateOf(folder)).toEqual(once);

  library.label('tom.jpg', 'Bird');
  await library.export();
  expect(subjects()).toEqual(['holiday', 'Dog', 'Bird']);
  const text = textOf(folder, 'tom.xmp');
  for (const field of foreignFields) expect(text).toContain(field);
  expect(text).not.toContain('<rdf:li>Cat</rdf:li>');

  // What was there before is no label: the dog stays another program's word.
  const other = await openLibrary(folder);
  await other.importKeywords();
  expect(other.labels()).toMatchObject({ 'tom.jpg': 'Bird' });

  library.label('tom.jpg', null);
  await library.export();
  expect(subjects()).toEqual(['holiday', 'Dog']);
  // A label of the same name as a keyword that was there does not double it, nor take it away when it goes.
  library.label('tom.jpg', 'dog');
  await library.export();
  expect(subjects()).toEqual(['holiday', 'Dog']);
  library.label('tom.jpg', 'Cat');
  await library.export();
  expect(subjects()).toEqual(['holiday', 'Dog', 'Cat']);
  for (const field of foreignFields) expect(textOf(folder, 'tom.xmp')).toContain(field);
});

test('what another program changes becomes a correction, all of them one step of undo; contradictions are shown', async () => {
  const names = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg', 'f.jpg', 'g.jpg', 'h.jpg'];
  const folder = fill(temporaryFolder(), { ...(await pictures(names)), 'g.jpg.xmp': foreign });
  const library = await openLibrary(folder);
  for (const name of names) library.label(name, 'Cat');
  library.label('h.jpg', 'Dog');
  await library.export();
  await library.rescan();
  expect(await library.preview()).toMatchObject({ changed: 0, corrected: 0, same: 8, conflicts: 0, unmatched: 0 });

  const cat = '<rdf:li>Cat</rdf:li>';
  /** As a program does it that knows nothing of Whisker's fields. */
  const change = (name: string, to: string) => {
    const text = textOf(folder, name);
    const [own] = /<whisker:written>[^]*<\/whisker:written>/.exec(text) ?? [''];
    writeFileSync(join(folder, name), text.replaceAll(cat, to).replace(own.replaceAll(cat, to), own));
  };
  change('a.jpg.xmp', '<rdf:li>Dog</rdf:li>');
  change('b.jpg.xmp', `${cat}<rdf:li>Dog</rdf:li>`);
  change('c.jpg.xmp', '<rdf:li>Giraffe</rdf:li>');
  change('d.jpg.xmp', '');
  change('e.jpg.xmp', `${cat}<rdf:li>sunny</rdf:li>`);
  change('f.jpg.xmp', '<rdf:li>Dog</rdf:li>');
  change('g.jpg.xmp', '<rdf:li>Bird</rdf:li>');
  // It was labelled otherwise here meanwhile: a conflict, for the person to decide.
  library.label('f.jpg', 'Fox');
  const before = library.labels();
  const preview = await library.preview();
  expect(preview).toMatchObject({ changed: 3, corrected: 3, same: 2, conflicts: 1, unmatched: 3 });
  expect(preview.firstUnmatched).toEqual([
    { file: 'b.jpg', reason: 'It is called both Cat and Dog.' },
    { file: 'b.jpg', reason: 'It is called both Dog and Cat.' },
    { file: 'd.jpg', reason: 'Its keyword Cat was taken off; the label stays.' },
  ]);
  expect(preview.classes.map(({ name, isNew }) => [name, isNew])).toEqual(
    expect.arrayContaining([
      ['Dog', false],
      ['Giraffe', true],
      ['Bird', true],
    ]),
  );

  // An export does not write over somebody's correction either.
  const report = await library.export();
  expect(report.left.map(({ path }) => path)).toEqual(['a.jpg', 'c.jpg', 'f.jpg', 'g.jpg']);
  expect(report.left[0]?.reason).toBe(
    'a.jpg.xmp has the keyword Dog where Whisker wrote Cat: import the keywords first, or take it out there.',
  );

  // What was only taken off is written again, and only once.
  expect(textOf(folder, 'd.jpg.xmp').match(/<rdf:li>Cat<\/rdf:li>/g)).toHaveLength(4);

  await library.importKeywords();
  const corrected = { ...before, 'a.jpg': 'Dog', 'c.jpg': 'Giraffe', 'g.jpg': 'Bird' };
  expect(library.labels()).toEqual(corrected);
  expect(undoState(library.db).undo).toBe('Label 3 photos by keyword');
  undo(library.db);
  expect(library.labels()).toEqual(before);
  await library.importKeywords();

  // From now on they are Whisker's: another label replaces them.
  await library.export();
  library.label('a.jpg', 'Bird');
  await library.export();
  expect(textOf(folder, 'a.jpg.xmp')).not.toMatch(/>(Cat|Dog)</);
  expect(textOf(folder, 'g.jpg.xmp').match(/<rdf:li>Bird<\/rdf:li>/g)).toHaveLength(4);
});

test('keywords of the photo itself are no contradiction to those that Whisker wrote beside it', async () => {
  const folder = fill(temporaryFolder(), { 'a.jpg': withIptc(await jpeg({ seed: 1 }), ['Dog', 'sofa']) });
  const library = await openLibrary(folder);
  library.label('a.jpg', 'Cat');
  await library.export();
  const other = await openLibrary(folder);
  expect(await other.preview()).toMatchObject({ changed: 1, unmatched: 0 });
  await other.importKeywords();
  expect(other.labels()).toEqual({ 'a.jpg': 'Cat' });
});
