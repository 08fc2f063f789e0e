import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRegularFile } from '../../src/files/regular-file.ts';
import { temporaryFolder } from '../fixtures/folder.ts';

const at = (name: string) => join(temporaryFolder(), name);
const posix = platform() !== 'win32';

test('all of a file is read, up to the most that it may have', async () => {
  const path = at('a');
  writeFileSync(path, 'abc');
  expect((await readRegularFile(path, 3)).toString()).toBe('abc');
  await expect(readRegularFile(path, 2)).rejects.toMatchObject({ how: 'has 3 bytes where at most 2 may be' });
});

test('a file that is not there, and a folder, are told apart', async () => {
  await expect(readRegularFile(at('none'), 9)).rejects.toMatchObject({ how: 'is missing' });
  const folder = at('folder');
  mkdirSync(folder);
  await expect(readRegularFile(folder, 9e9)).rejects.toMatchObject({ how: 'is not a regular file' });
});

test.skipIf(!posix)('a pipe is not waited on, and a device is not read', async () => {
  const [pipe, zeros] = [at('pipe'), at('zeros')];
  execFileSync('mkfifo', [pipe]);
  symlinkSync('/dev/zero', zeros);
  for (const path of [pipe, zeros]) {
    await expect(readRegularFile(path, 9e9)).rejects.toMatchObject({ how: 'is not a regular file' });
  }
});

test.skipIf(!posix || process.getuid?.() === 0)(
  'without permission that is what is said (root may always)',
  async () => {
    const path = at('secret');
    writeFileSync(path, 'abc');
    chmodSync(path, 0);
    await expect(readRegularFile(path, 9)).rejects.toMatchObject({ how: expect.stringContaining('no permission') });
  },
);

test.skipIf(!posix)('too many open files are not called a missing file', () => {
  const path = at('a');
  writeFileSync(path, 'abc');
  const script = `
    const { openSync } = await import('node:fs');
    const { readRegularFile } = await import(process.argv[1]);
    try { for (;;) openSync(process.argv[2]); } catch {}
    await readRegularFile(process.argv[2], 9).catch(({ how }) => process.stdout.write(how));`;
  const module = join(import.meta.dirname, '../../src/files/regular-file.ts');
  const limited = ['-c', 'ulimit -n 200; exec "$@"', 'bash', process.execPath, '-e', script, module, path];
  expect(execFileSync('bash', limited, { encoding: 'utf8' })).toBe("can't be opened because too many files are open");
});
