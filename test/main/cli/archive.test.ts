// whisker archive and unarchive, each a process of its own: from one person's machine to another's.

import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cool, drawPhotos, warm, writeTable } from '../photo-folder.ts';
import { environment, whisker } from './whisker.ts';

let dir: string;
const at = (name: string) => join(dir, name);
const on = (machine: 'theirs' | 'ours', ...args: string[]) => whisker(args, environment(at(machine)));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'whisker-archive-'));
  await drawPhotos(at('photos'), 0, 4);
  await writeTable(at('labels.csv'), 0, 4);
  await cp(at('photos'), at('mine'), { recursive: true });
  await mkdir(at('copy'));
  for (let i = 0; i < 4; i++) {
    await copyFile(join(at('photos'), warm(i)), join(at('copy'), `${i}.png`));
    await copyFile(join(at('photos'), cool(i)), join(at('copy'), `${10 + i}.png`));
  }
  await on('theirs', 'label', at('photos'), '--csv', at('labels.csv'));
});
afterAll(() => rm(dir, { recursive: true }));

test('archive writes one file, whole or not at all', async () => {
  const { code, last, stderr } = await on('theirs', 'archive', at('photos'), '--to', at('a.whisker'), '--json');
  expect(code, stderr).toBe(0);
  expect(last()).toEqual({ file: at('a.whisker'), bytes: expect.any(Number), photos: 8, labelled: 8, runs: 0 });
  const large = await on('theirs', 'archive', at('photos'), '--to', at('b.whisker'), '--with', 'thumbs', '--json');
  expect(large.last()['bytes']).toBeGreaterThan(Number(last()['bytes']));
  const nowhere = await on('theirs', 'archive', at('photos'), '--to', join(dir, 'no', 'folder.whisker'));
  expect(nowhere.code).not.toBe(0);
  expect((await readdir(dir)).filter((name) => name.includes('partial'))).toEqual([]);
});

test('unarchive finds every photo by its content, and says how many labels came', async () => {
  const dry = await on('ours', 'unarchive', at('a.whisker'), '--photos', at('copy'), '--dry-run', '--json');
  expect(dry.last()).toMatchObject({ card: { photos: 8, labelled: 8 }, merge: null });
  const { code, last, stderr } = await on('ours', 'unarchive', at('a.whisker'), '--photos', at('copy'), '--json');
  expect(code, stderr).toBe(0);
  expect(last()).toEqual({ photos: 8, found: 8, labelled: 8, runs: 0 });
});

test('labels of one’s own are merged only when that is asked for, with what becomes of contradictions', async () => {
  await writeFile(at('mine.csv'), `file,class\n${warm(0)},Cool\n${cool(0)},Cool\n`);
  await on('ours', 'label', at('mine'), '--csv', at('mine.csv'));
  const refused = await on('ours', 'unarchive', at('a.whisker'), '--photos', at('mine'));
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/has labels of its own, of which 1 say otherwise.*\n.*Add --merge/);
  const dry = await on('ours', 'unarchive', at('a.whisker'), '--photos', at('mine'), '--dry-run', '--json');
  expect(dry.last()).toMatchObject({ merge: { added: 6, same: 1, conflicts: 1, newClasses: ['Warm'] } });
  const merged = await on(
    ...(['ours', 'unarchive', at('a.whisker'), '--photos', at('mine'), '--merge', '--conflicts', 'theirs'] as const),
    '--json',
  );
  expect(merged.code, merged.stderr).toBe(0);
  expect(merged.last()).toMatchObject({ labelled: 8 });
});

test('what is no archive is bad input, in one sentence, and makes no library', async () => {
  await writeFile(at('no.whisker'), 'no archive');
  const { code, stderr } = await on('ours', 'unarchive', at('no.whisker'), '--photos', at('photos'));
  expect(code).toBe(3);
  expect(stderr).toMatch(/^whisker: "[^"]+no\.whisker" is no archive of Whisker/);
  const gone = await on('ours', 'unarchive', at('gone.whisker'), '--photos', at('photos'));
  expect(gone.code).toBe(3);
  expect(existsSync(at('gone.whisker'))).toBe(false);
});
