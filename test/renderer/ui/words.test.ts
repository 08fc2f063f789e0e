import { describe, expect, it } from 'vitest';
import { crumbsOf } from '../../../src/renderer/screens/open/folder-crumbs.ts';
import { groupProblems } from '../../../src/renderer/screens/label/problems/problem-groups.ts';
import { plural } from '../../../src/shared/words.ts';
import { agoInWords, bytesInWords } from '../../../src/renderer/ui/numbers.ts';
import type { Problem } from '../../../src/shared/types.ts';

describe('numbers in words', () => {
  it('counts photos', () => {
    expect([0, 1, 1200].map((n) => plural(n, ['# photo', '# photos']))).toEqual([
      '0 photos',
      '1 photo',
      '1,200 photos',
    ]);
  });

  it('sizes files as file managers do', () => {
    expect([0, 999, 2_400_000, 48_000_000].map(bytesInWords)).toEqual(['0 bytes', '999 bytes', '2.4 MB', '48 MB']);
  });

  it('says how long ago', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    const ago = (iso: string) => agoInWords(iso, now);
    expect(ago('2026-11-22T11:59:40Z')).toBe('just now');
    expect(ago('2026-11-22T09:00:00Z')).toBe('3 hours ago');
    expect(ago('2026-11-21T12:00:00Z')).toBe('yesterday');
    expect(ago('2026-08-22T12:00:00Z')).toBe('3 months ago');
  });
});

describe('the way to a folder', () => {
  it('goes part by part on every system', () => {
    const way = (path: string) => crumbsOf(path).map(({ name, path }) => `${name}=${path}`);
    expect(way('/')).toEqual(['/=/']);
    expect(way('/home/ada')).toEqual(['/=/', 'home=/home', 'ada=/home/ada']);
    expect(way('C:\\Photos\\2026')).toEqual(['C:=C:\\', 'Photos=C:\\Photos', '2026=C:\\Photos\\2026']);
  });
});

describe('problems', () => {
  const problems: Problem[] = [
    { path: 'a/b/one.jpg', code: 'damaged', reason: 'The picture data are damaged.' },
    { path: 'two.nef', code: 'unsupported-format', reason: 'Camera raw files can’t be read yet.' },
    { path: 'a/three.jpg', code: 'damaged', reason: 'The picture data are damaged.' },
  ];

  it('are grouped by reason, the largest group first, with folder and file apart', () => {
    const groups = groupProblems(problems, '');
    expect(groups.map(({ title, problems }) => [title, problems.length])).toEqual([
      ['Damaged', 2],
      ['Format not supported', 1],
    ]);
    expect(groups[0]!.problems[0]).toMatchObject({ folder: 'a/b/', file: 'one.jpg' });
  });

  it('are found by every word, in path or reason', () => {
    const found = (search: string) =>
      groupProblems(problems, search).flatMap((group) => group.problems.map(({ path }) => path));
    expect(found('RAW nef')).toEqual(['two.nef']);
    expect(found('a/ damaged')).toEqual(['a/b/one.jpg', 'a/three.jpg']);
    expect(found('nothing')).toEqual([]);
  });
});
