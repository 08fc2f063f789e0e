// A runtime's archive: its files come out as they were, and whatever else an archive can hold is refused.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TarEntry } from 'modern-tar';
import { BrokenPromise } from '../../../src/main/download/promise.ts';
import { unpackRuntime } from '../../../src/main/runtime/unpack.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { archiveOf, archiveWith } from './archive.ts';

async function unpack(archive: Buffer, mostBytes = 1_000_000) {
  const dir = temporaryFolder();
  const paths = { archive: join(dir, 'archive'), folder: join(dir, 'unpacked') };
  writeFileSync(paths.archive, archive);
  const progress: number[] = [];
  const { signal } = new AbortController();
  const done = unpackRuntime({ ...paths, mostBytes, signal, onProgress: (bytes) => progress.push(bytes) });
  const error = await done.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { dir, folder: paths.folder, error, progress };
}

test('files come out as they were, deep names too, and progress is told', async () => {
  const deep = `site/tensorflow/${'very-long-folder-name/'.repeat(8)}libtensorflow_framework.so.2`;
  const source = fill(temporaryFolder(), { 'runtime.json': '{}', [deep]: Buffer.alloc(300_000, 1) });
  const { folder, error, progress } = await unpack(await archiveOf(source));
  expect(error).toBeNull();
  expect(readFileSync(join(folder, 'runtime.json'), 'utf8')).toBe('{}');
  expect(statSync(join(folder, deep)).size).toBe(300_000);
  expect(progress.at(-1)).toBeGreaterThanOrEqual(300_000);
});

const entry = (header: Partial<TarEntry['header']>, body = ''): TarEntry => ({
  header: { name: 'odd', size: body.length, ...header },
  body,
});

describe('an archive is refused that holds', () => {
  test.each<[string, TarEntry]>([
    ['a way up', entry({ name: '../outside' }, 'x')],
    ['a way up inside a name', entry({ name: 'site/../../outside' }, 'x')],
    ['an absolute path', entry({ name: '/outside' }, 'x')],
    ['a drive', entry({ name: 'C:/outside' }, 'x')],
    ['a way up for Windows', entry({ name: 'site\\..\\..\\outside' }, 'x')],
    ['a symbolic link', entry({ type: 'symlink', linkname: '/etc/passwd' })],
    ['a symbolic link inside', entry({ type: 'symlink', linkname: 'runtime.json' })],
    ['a hard link', entry({ type: 'link', linkname: 'runtime.json' })],
    ['a device', entry({ type: 'character-device' })],
    ['a pipe', entry({ type: 'fifo' })],
  ])('%s', async (_, odd) => {
    const { error, dir } = await unpack(await archiveWith(entry({ name: 'runtime.json' }, '{}'), odd));
    expect(error).toBeInstanceOf(BrokenPromise);
    expect(String(error)).toMatch(/^WhiskerError: The archive of the runtime holds a .*Nothing of it was kept\.$/);
    expect(readdirSync(dir).sort()).toEqual(['archive', 'unpacked']);
    expect(existsSync(join(dir, 'unpacked', 'odd'))).toBe(false);
  });

  test('more bytes than were promised', async () => {
    const { error } = await unpack(await archiveWith(entry({ name: 'big' }, 'x'.repeat(2000))), 1999);
    expect(String(error)).toContain('holds more than was promised');
  });
});

test.each([
  ['that is cut short', async () => (await archiveWith(entry({ name: 'a' }, 'x'.repeat(5000)))).subarray(0, -20)],
  ['that is no archive', async () => Buffer.from('<html>Please log in</html>')],
])('an archive %s is said to be damaged', async (_, make) => {
  const { error } = await unpack(await make());
  expect(error).toBeInstanceOf(BrokenPromise);
  expect(String(error)).toContain('The archive of the runtime holds damage');
});
