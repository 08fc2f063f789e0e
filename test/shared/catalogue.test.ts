import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { getConfig, Hub, type FS } from 'wuchale';

const root = resolve(import.meta.dirname, '../..');
const catalogue = join(root, 'src/shared/locales/en.po');

it('the catalogue holds what the code says; `npm run words` brings it up to date', async () => {
  const written = new Map<string, string>();
  const fs: FS = {
    read: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null),
    exists: existsSync,
    write: (file, text) => void written.set(resolve(file), text),
    mkdir: () => {},
    unlink: () => true,
  };
  const hub = await Hub.create('cli', () => getConfig(), root, undefined, fs);
  await hub.directVisit(true, false, false);
  expect(written.get(catalogue) ?? readFileSync(catalogue, 'utf8')).toBe(readFileSync(catalogue, 'utf8'));
});
