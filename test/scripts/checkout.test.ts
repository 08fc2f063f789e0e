// What git makes of the repository's files on a machine that turns line ends into CRLF, as Windows does.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from './fixture.ts';

const root = resolve(import.meta.dirname, '../..');
const isCheckout = existsSync(join(root, '.git'));

test.skipIf(!isCheckout)('a checkout under autocrlf has LF line ends and untouched pictures', () => {
  const files = ['README.md', 'scripts/start.mjs', 'src/main/index.ts', 'resources/icon.png', 'resources/icon.ico'];
  const folder = folderWith({});
  execFileSync(
    'git',
    ['-c', 'core.autocrlf=true', '-c', 'core.eol=crlf', 'checkout-index', `--prefix=${folder}/`, '--', ...files],
    { cwd: root },
  );
  for (const file of files) {
    const inRepository = execFileSync('git', ['cat-file', 'blob', `:${file}`], { cwd: root, maxBuffer: 1e8 });
    expect(readFileSync(join(folder, file)).equals(inRepository), file).toBe(true);
  }
});
