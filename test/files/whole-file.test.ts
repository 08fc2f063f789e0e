// Files are whole or as they were before: with writes that take less than asked, that fail one after the other, and on
// disks that are really full.

import { execFileSync } from 'node:child_process';
import type * as fs from 'node:fs';
import { closeSync, openSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readAt, writeAt, writeWhole } from '../../src/files/whole-file.ts';
import { temporaryFolder } from '../fixtures/folder.ts';
import { smallDisk } from '../fixtures/small-disk.ts';

/** Stands before the real call; what it throws, the disk said. */
const before: { call: (name: string) => void; mostBytes: number } = vi.hoisted(() => ({
  call: () => {},
  mostBytes: Infinity,
}));
vi.mock('node:fs', async (load) => {
  const real = await load<typeof fs>();
  const told =
    <A extends unknown[], R>(name: string, call: (...args: A) => R) =>
    (...args: A): R => (before.call(name), call(...args));
  return {
    ...real,
    openSync: told('open', real.openSync),
    writeSync: told('write', (file: number, bytes: Uint8Array, at: number, length: number) =>
      real.writeSync(file, bytes, at, Math.min(length, before.mostBytes)),
    ),
    fsyncSync: told('fsync', real.fsyncSync),
    closeSync: told('close', real.closeSync),
    renameSync: told('rename', real.renameSync),
  };
});
function disturb(change: Partial<typeof before>): void {
  Object.assign(before, change);
  onTestFinished(() => void Object.assign(before, { call: () => {}, mostBytes: Infinity }));
}

const chunks = ['one ', 'two ', 'three'].map((text) => Buffer.from(text));

test('a file is its chunks, one after the other, and nothing lies beside it', () => {
  const folder = temporaryFolder();
  writeWhole(join(folder, 'a'), chunks);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('one two three');
  expect(readdirSync(folder)).toEqual(['a']);
});

test('it is whole though each write takes a byte only', () => {
  const file = join(temporaryFolder(), 'a');
  disturb({ mostBytes: 1 });
  writeWhole(file, chunks);
  expect(readFileSync(file, 'utf8')).toBe('one two three');
});

test('whichever call fails, the good file stands, nothing lies beside it, and the sentence names it', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'a');
  const failed: string[] = [];
  for (let nth = 1; ; nth++) {
    writeFileSync(file, 'good');
    let calls = 0;
    disturb({
      call(name) {
        if (++calls !== nth) return;
        failed.push(name);
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      },
    });
    try {
      writeWhole(file, chunks);
      break;
    } catch (error) {
      expect(error).toMatchObject({ code: 'storage-failed', message: expect.stringContaining(`"${file}"`) });
      before.call = () => {};
      expect(readFileSync(file, 'utf8')).toBe('good');
      expect(readdirSync(folder)).toEqual(['a']);
    }
  }
  expect(failed).toEqual(['open', 'write', 'write', 'write', 'fsync', 'close', 'rename']);
  expect(readFileSync(file, 'utf8')).toBe('one two three');
});

/** Runs it under plain Node, as the engine does; what it says when it can't write. */
const script = `
  const [module, file] = process.argv.slice(1);
  const { writeWhole } = await import(module);
  try {
    writeWhole(file, [Buffer.alloc(300_000, 'x'), Buffer.alloc(300_000, 'y')]);
  } catch (error) {
    console.log(error.code, error.message);
  }`;
const module = join(import.meta.dirname, '../../src/files/whole-file.ts');

test.skipIf(platform() === 'win32')('a file that may not grow any more leaves the good one as it was', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'model');
  writeFileSync(file, 'good');
  const limited = ['-c', 'ulimit -f 400; exec "$@"', 'bash', process.execPath, '-e', script, module, file];
  expect(execFileSync('bash', limited, { encoding: 'utf8' })).toMatch(/^storage-failed ".*model" can't be written/);
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['good', ['model']]);
});

test('a disk that is full leaves the good file as it was, and all its room', ({ skip }) => {
  const folder = smallDisk('400k');
  if (folder === null) return skip('only root may mount a small disk here');
  const file = join(folder, 'model');
  writeFileSync(file, 'good');
  const said = execFileSync(process.execPath, ['-e', script, module, file], { encoding: 'utf8' });
  expect(said).toMatch(/^storage-failed ".*model" can't be written \(ENOSPC/);
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['good', ['model']]);
  writeFileSync(join(folder, 'more'), Buffer.alloc(300_000));
});

test('bytes are written where they belong, and what a full disk does not take is an error', async ({ skip }) => {
  const folder = smallDisk('400k');
  if (folder === null) return skip('only root may mount a small disk here');
  await using file = await open(join(folder, 'rows'), 'w+');
  await writeAt(file, Buffer.from('later'), 8);
  await writeAt(file, Buffer.from('sooner'), 1);
  expect(await file.readFile('latin1')).toBe('\0sooner\0later');
  await expect(writeAt(file, Buffer.alloc(500_000), 0)).rejects.toMatchObject({ code: 'ENOSPC' });
});

test('a file that ends before the last byte that was asked for is an error, not zeros', () => {
  const path = join(temporaryFolder(), 'rows');
  writeFileSync(path, 'abcdef');
  const file = openSync(path, 'r');
  onTestFinished(() => closeSync(file));
  const target = Buffer.alloc(4);
  readAt(file, target, 2);
  expect(target.toString()).toBe('cdef');
  truncateSync(path, 5);
  expect(() => readAt(file, target, 2)).toThrow('cut short');
});
