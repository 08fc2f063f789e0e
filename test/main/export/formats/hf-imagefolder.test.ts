import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hfImageFolder } from '../../../../src/main/export/formats/hf-imagefolder.ts';
import { fields } from '../../../../src/main/export/schema.ts';
import { createClass } from '../../../../src/main/labels/classes.ts';
import { setLabels } from '../../../../src/main/labels/set-labels.ts';
import { temporaryFolder } from '../../../fixtures/folder.ts';
import { sampleDatabase } from '../../db/sample-photos.ts';
import { by } from '../../labels/origins.ts';
import { contextOf, rowsOf } from '../context.ts';
import { hostileClasses, hostileLibrary } from '../hostile.ts';
import { onDisk } from '../on-disk.ts';

const yaml: { load(text: string): unknown } = createRequire(import.meta.url)('js-yaml');
type Card = { pretty_name: string; configs: [{ features: { name: string; dtype: unknown }[] }] };
type Line = Record<string, unknown> & { file_name: string; label: string };
const linesOf = (folder: string): Line[] =>
  readFileSync(join(folder, 'train', 'metadata.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const byHash = (list: readonly Record<string, unknown>[]) =>
  list.toSorted((a, b) => (String(a['hash']) < String(b['hash']) ? -1 : 1));

// Windows refuses most of the names.
test.skipIf(process.platform === 'win32')(
  'each photo with a class is a file of its own name, with all that is known of it',
  async () => {
    const { db } = hostileLibrary();
    const folder = await onDisk(db);
    const into = temporaryFolder();
    await hfImageFolder.write(contextOf(db, hfImageFolder, { folder }), into);

    const photos = rowsOf(db).filter((photo) => photo['class'] !== null);
    const lines = linesOf(into);
    const known = photos.map(({ class: label, ...rest }) => ({ file_name: expect.any(String), label, ...rest }));
    expect(byHash(lines)).toEqual(byHash(known));
    expect(Object.keys(lines[0]!).slice(2)).toEqual(fields.map(({ name }) => name).filter((name) => name !== 'class'));
    const names = lines.map((line) => line.file_name);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(photos.length);
    expect(readdirSync(join(into, 'train')).sort()).toEqual([...names, 'metadata.jsonl'].sort());
    expect(names.filter((name) => /[\p{Cc}\\/:*?"<>|]/u.test(name) || name.startsWith('.'))).toEqual([]);
    const same = lines.filter(({ path }) => /\/same\.jpg$/i.test(String(path)));
    expect(same.length).toBeGreaterThan(1);
    for (const line of lines)
      expect(readFileSync(join(into, 'train', line.file_name))).toEqual(
        readFileSync(join(folder, String(line['path']))),
      );
  },
);

test('the card is YAML that names every class as it is, in the order of the library', async () => {
  const { db } = hostileLibrary();
  const folder = await onDisk(db);
  const into = temporaryFolder();
  await hfImageFolder.write(contextOf(db, hfImageFolder, { folder, name: 'Cats # "and": \n- dogs\u0085' }), into);
  const [, head] = readFileSync(join(into, 'README.md'), 'utf8').split(/^---$/m);
  const card = yaml.load(head!) as Card;
  expect(card.pretty_name).toBe('Cats # "and": \n- dogs\u0085');
  const [image, label, ...rest] = card.configs[0].features;
  expect(image).toEqual({ name: 'image', dtype: 'image' });
  expect(label).toEqual({ name: 'label', dtype: { class_label: { names: { ...hostileClasses } } } });
  expect(rest.map(({ name }) => name)).toEqual(fields.map(({ name }) => name).filter((name) => name !== 'class'));
});

test('copies are files of their own, hard links are not, and the originals stay as they are', async () => {
  const { db, ids } = sampleDatabase(['a.jpg', 'b/a.jpg']);
  setLabels(db, ids, createClass(db, { name: 'Cat' }).id, by.person);
  const folder = await onDisk(db);
  const stateOf = () => {
    const { ino, size, mtimeMs, ctimeMs, mode } = statSync(join(folder, 'a.jpg'));
    return { ino, size, mtimeMs, ctimeMs, mode };
  };
  const original = stateOf();
  const placed = async (how?: 'hardlink') => {
    const into = temporaryFolder();
    await hfImageFolder.write(contextOf(db, hfImageFolder, { folder, ...(how && { how }) }), into);
    return join(into, 'train');
  };
  const copied = await placed();
  expect(statSync(join(copied, 'a.jpg')).ino).not.toBe(original.ino);
  writeFileSync(join(copied, 'a.jpg'), 'scribbled over');
  expect(stateOf()).toEqual(original);
  expect(statSync(join(await placed('hardlink'), 'a.jpg')).ino).toBe(original.ino);
});

test('a file that is gone or has changed is left out and told; another place of the same content does as well', async () => {
  const { db, ids } = sampleDatabase(['gone.jpg', 'changed.jpg', 'first.jpg|second.jpg', 'there.jpg']);
  setLabels(db, ids, createClass(db, { name: 'Cat' }).id, by.person);
  const folder = await onDisk(db);
  rmSync(join(folder, 'gone.jpg'));
  rmSync(join(folder, 'first.jpg'));
  writeFileSync(join(folder, 'changed.jpg'), 'another picture');
  const into = temporaryFolder();
  const leftOut: string[] = [];
  const told: number[] = [];
  const context = contextOf(db, hfImageFolder, {
    folder,
    leaveOut: (path) => void leftOut.push(path),
    progress: (written) => void told.push(written),
  });
  await hfImageFolder.write(context, into);
  expect(leftOut).toEqual(['gone.jpg', 'changed.jpg']);
  expect(told).toEqual([1, 2]);
  expect(linesOf(into).map((line) => line.file_name)).toEqual(['first.jpg', 'there.jpg']);
});

test('the first lines know something for every column for which anything is known', async () => {
  const { db } = hostileLibrary();
  const folder = await onDisk(db);
  const into = temporaryFolder();
  const pages = [...contextOf(db, hfImageFolder).photos()].flat();
  // Those that say the most come last.
  const photos = () =>
    [...pages.filter(({ confidence }) => confidence === null), ...pages.filter(({ run }) => run)].map((one) => [one]);
  await hfImageFolder.write(contextOf(db, hfImageFolder, { folder, photos }), into);
  const lines = linesOf(into);
  expect(new Set(lines.map((line) => line['hash'])).size).toBe(pages.length);
  expect(lines).toHaveLength(pages.length);
  const first = lines.slice(0, 6);
  for (const name of ['predicted', 'confidence', 'calibrated', 'run', 'taken', 'chosen'])
    expect(
      first.some((line) => line[name] !== null),
      name,
    ).toBe(true);
  expect(first.some((line) => (line['copies'] as string[]).length > 0)).toBe(true);
});

test('it stops at the next photo when the person cancels', async () => {
  const { db, ids } = sampleDatabase(20);
  setLabels(db, ids, createClass(db, { name: 'Cat' }).id, by.person);
  const folder = await onDisk(db);
  const into = temporaryFolder();
  const stop = new AbortController();
  const context = contextOf(db, hfImageFolder, {
    folder,
    signal: stop.signal,
    progress: (written) => written === 5 && stop.abort(new Error('enough')),
  });
  await expect(hfImageFolder.write(context, into)).rejects.toThrow('enough');
  expect(readdirSync(join(into, 'train')).filter((name) => name.endsWith('.jpg'))).toHaveLength(5);
});
