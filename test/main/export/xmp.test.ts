// Labels as XMP keywords: written beside real photos or into them by ExifTool, and read back by Whisker and by others.

import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { undo, undoState } from '../../../src/main/labels/undo.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { withIptc, xmpPacket } from '../../fixtures/keywords.ts';
import { jpeg, photo } from '../../fixtures/photos.ts';
import { smallDisk } from '../../fixtures/small-disk.ts';
import { openLibrary } from './xmp-library.ts';

const pictures = async (names: readonly string[]): Promise<Record<string, Buffer>> =>
  Object.fromEntries(await Promise.all(names.map(async (name, seed) => [name, await jpeg({ seed })] as const)));

const textOf = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');
/** The files of a folder with what they hold and when they changed. */
const stateOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, `${statSync(path).mtimeMs} ${readFileSync(path).toString('base64')}`]),
  );

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

const foreign = `<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Other 1.0">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:foo="http://example.com/foo/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    foo:short="attribute &amp; more" xmp:Rating="3">
   <foo:deep rdf:parseType="Resource"><foo:a>1</foo:a><foo:list><rdf:Seq>
     <rdf:li rdf:parseType="Resource"><foo:x>7</foo:x></rdf:li><rdf:li>two</rdf:li></rdf:Seq></foo:list></foo:deep>
   <foo:alt><rdf:Alt><rdf:li xml:lang="x-default">A</rdf:li><rdf:li xml:lang="de-DE">B</rdf:li></rdf:Alt></foo:alt>
   <foo:link rdf:resource="http://example.com/x"/>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:digiKam="http://www.digikam.org/ns/1.0/">
   <dc:subject><rdf:Bag><rdf:li>holiday</rdf:li><rdf:li>Dog</rdf:li></rdf:Bag></dc:subject>
   <digiKam:TagsList><rdf:Seq><rdf:li>Travel/holiday</rdf:li><rdf:li>Animals/Dog</rdf:li></rdf:Seq></digiKam:TagsList>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end='w'?>`;
/** What of a sidecar is nothing of Whisker's: everything, once its lines are taken out. */
const foreignFields = [
  '<foo:short>attribute &amp; more</foo:short>',
  '<foo:a>1</foo:a>',
  '<foo:x>7</foo:x>',
  '<rdf:li>two</rdf:li>',
  "<rdf:li xml:lang='de-DE'>B</rdf:li>",
  "<foo:link rdf:resource='http://example.com/x'/>",
  '<xmp:Rating>3</xmp:Rating>',
  '<rdf:li>holiday</rdf:li>',
  '<rdf:li>Travel/holiday</rdf:li>',
  '<rdf:li>Animals/Dog</rdf:li>',
];

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

describe('into the photos themselves', () => {
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
      left: [
        { path: 'still.gif', reason: 'still.gif is of a type (image/gif) into which Whisker writes no keywords.' },
      ],
    });
    expect(await Promise.all(names.map(pixels))).toEqual(before);
    expect(readdirSync(folder).sort()).toEqual(
      [...kinds.map((kind) => `a.${kind}`), 'beside.jpg', 'beside.jpg.xmp', 'copy', 'still.gif'].sort(),
    );
    const size = statSync(join(folder, 'a.jpg')).size;
    expect(readFileSync(join(folder, 'copy/of.jpg'))).toEqual(readFileSync(join(folder, 'a.jpg')));

    // A scan finds the same photos, with their labels, and none is new or gone.
    const scan = await library.rescan();
    expect(scan).toMatchObject({ phase: 'done', added: 0, removed: 0, changed: 0 });
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
});

describe('when something is in the way', () => {
  const many = Array.from({ length: 60 }, (_, i) => `${i}.jpg`);
  async function labelled(files: Record<string, string> = {}, place = temporaryFolder()) {
    const folder = fill(place, { ...(await pictures(many)), ...files });
    const library = await openLibrary(folder);
    for (const name of many) library.label(name, 'Cat');
    return library;
  }
  /** ExifTool processes that work in this folder. */
  const processes = (folder: string): number[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`WHISKER_TEST_MARK=${folder}\0`);
        } catch {
          return false;
        }
      });

  test('files that are no XMP are left as they are, each with a sentence; the others are written', async () => {
    const broken = foreign.slice(0, 700);
    const bomb = `<!DOCTYPE x [${Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')}]>`;
    const { folder, ...library } = await labelled({
      '1.jpg.xmp': broken,
      '2.jpg.xmp': 'hello',
      '3.jpg.xmp': `${bomb}${foreign}`,
      '4.jpg.xmp': '',
    });
    const { written, left } = await library.export();
    expect(written + left.length).toBe(60);
    expect(left.slice(0, 2)).toEqual([
      {
        path: '1.jpg',
        reason: "1.jpg.xmp can't be written (XMP format error (no closing tag for x:xmpmeta)).",
      },
      { path: '2.jpg', reason: "2.jpg.xmp can't be written (Not a valid XMP (looks more like a TXT))." },
    ]);
    expect(textOf(folder, '1.jpg.xmp')).toBe(broken);
    expect(textOf(folder, '2.jpg.xmp')).toBe('hello');
    expect(textOf(folder, '4.jpg.xmp')).toContain('<rdf:li>Cat</rdf:li>');
    expect(existsSync(join(folder, '50.jpg.xmp'))).toBe(true);
  });

  test('cancelled half-way, the folder is as it was: what was made is gone, what was changed is back', async () => {
    const { folder, ...library } = await labelled({ '3.xmp': foreign, '5.jpg.xmp': foreign });
    const before = stateOf(folder);
    const abort = new AbortController();
    let most = 0;
    const progress = (written: number) => {
      most = written;
      if (written === 30) abort.abort(new Error('enough'));
    };
    await expect(library.export({ signal: abort.signal, progress })).rejects.toThrow('enough');
    expect(most).toBeGreaterThanOrEqual(30);
    expect(most).toBeLessThan(60);
    expect(stateOf(folder)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('what somebody else changes meanwhile is not put back', async () => {
    const { folder, ...library } = await labelled();
    const abort = new AbortController();
    const progress = (written: number) => {
      if (written !== 40) return;
      const [one] = readdirSync(folder).filter((name) => name.endsWith('.xmp'));
      writeFileSync(join(folder, one!), foreign);
      abort.abort(new Error('enough'));
    };
    await expect(library.export({ signal: abort.signal, progress })).rejects.toThrow('enough');
    const left = readdirSync(folder).filter((name) => name.endsWith('.xmp'));
    expect(left).toHaveLength(1);
    expect(textOf(folder, left[0]!)).toBe(foreign);
  });

  test.skipIf(process.platform !== 'linux')('ExifTool that dies in the middle costs the photo it was at', async () => {
    const { folder, ...library } = await labelled();
    vi.stubEnv('WHISKER_TEST_MARK', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    let killed = 0;
    const progress = (written: number) => {
      if (written !== 10) return;
      for (const pid of processes(folder)) {
        process.kill(pid, 'SIGKILL');
        killed++;
      }
    };
    const { written, left } = await library.export({ progress });
    expect(killed).toBeGreaterThan(0);
    expect(written + left.length).toBe(60);
    expect(left.length).toBeLessThanOrEqual(killed);
    expect(processes(folder)).toEqual([]);
    expect(await library.export()).toEqual({ written: left.length, unchanged: written, left: [] });
  });

  test.skipIf(process.platform !== 'linux')(
    'ExifTool ends with the program that started it, even if that is killed',
    async () => {
      const folder = temporaryFolder();
      const source = resolve(import.meta.dirname, '../../../src/main/export/xmp/exiftool.ts');
      const script = `const { startExiftool } = await import(${JSON.stringify(source)});
      const tool = await startExiftool(${JSON.stringify(folder)}, 1);
      await tool.write([{ field: 'XMP-dc:Subject', how: '+=', value: 'x' }], null, '1.xmp');
      console.log('ready'); setInterval(() => {}, 1000);`;
      const env = { ...process.env, WHISKER_TEST_MARK: folder };
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      await new Promise((ready) => child.stdout.once('data', ready));
      const started = processes(folder).filter((pid) => pid !== child.pid);
      expect(started).toHaveLength(1);
      child.kill('SIGKILL');
      await vi.waitUntil(() => processes(folder).length === 0, { timeout: 20_000, interval: 200 });
    },
  );

  test('a folder that can not be written is one sentence, before anything is written', async () => {
    const disk = smallDisk('20m');
    if (disk === null) return console.log('SKIPPED: a read-only drive, which only root may mount.');
    const { folder, ...library } = await labelled({}, disk);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    await expect(library.export()).rejects.toMatchObject({
      code: 'storage-failed',
      message: `"${folder}" can't be written: the drive is read-only.`,
    });
  });

  test('on a drive that fills up, everything is as it was, and one sentence says why', async () => {
    const disk = smallDisk('2m');
    if (disk === null) return console.log('SKIPPED: a full drive, which only root may mount.');
    const { folder, ...library } = await labelled({ '7.jpg.xmp': foreign }, disk);
    const free = Number(execFileSync('df', ['--output=avail', '-k', disk], { encoding: 'utf8' }).split('\n')[1]);
    writeFileSync(join(disk, 'ballast'), Buffer.alloc((free - 100) * 1024));
    const before = stateOf(folder);
    await expect(library.export()).rejects.toMatchObject({
      code: 'storage-failed',
      message: 'The drive of the photos is full.',
    });
    expect(stateOf(folder)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('what a killed export has left goes with the next one; a photo that is gone is told', async () => {
    const { folder, ...library } = await labelled({ '.whisker-export-4194303/1.xmp': 'x' });
    renameSync(join(folder, '8.jpg'), join(folder, '8.moved'));
    const { written, left } = await library.export();
    expect(written).toBe(59);
    expect(left).toEqual([{ path: '8.jpg', reason: '8.jpg is not there any more.' }]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('without Perl one sentence says what is missing', async () => {
    const { folder, ...library } = await labelled();
    const before = stateOf(folder);
    vi.stubEnv('PATH', temporaryFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(library.export()).rejects.toMatchObject({
      code: 'not-found',
      message: "Keywords are written by ExifTool, which can't be started (spawn perl ENOENT).",
      remedy: 'Install Perl, then try again.',
    });
    expect(stateOf(folder)).toEqual(before);
  });
});
