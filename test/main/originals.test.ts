// A whole session over real files: opened, watched, looked at, labelled, imported, moved, exported. Not one byte and
// not one time of change in the folder is another one after it.

import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createApp } from '../../src/main/app.ts';
import type { CallName, Input, Output } from '../../src/shared/contract.ts';
import { everything } from '../../src/shared/export.ts';
import { photoUrl } from '../../src/shared/urls.ts';
import { fill, temporaryFolder } from '../fixtures/folder.ts';
import { withIptc, xmpPacket } from '../fixtures/keywords.ts';
import { jpeg, photo } from '../fixtures/photos.ts';

/** Everything below the folder: what it holds, when it changed, who may read it. */
function stateOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  return Object.fromEntries(
    ['', ...names].map((name) => {
      const path = join(folder, name);
      const { mtimeMs, mode, ino, nlink } = lstatSync(path);
      const content = statSync(path).isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : 'folder';
      return [name, [content, mtimeMs, mode, ino, nlink].join(' ')];
    }),
  );
}

test('originals are never written', async () => {
  const home = realpathSync(temporaryFolder());
  const folder = fill(join(home, 'photos'), {
    'cat/1.jpg': withIptc(await jpeg({ seed: 1 }), ['cat', 'sofa']),
    'cat/2.jpg': await jpeg({ seed: 2 }),
    'dog/3.jpg': await jpeg({ seed: 3 }),
    'dog/3.xmp': xmpPacket(['dog']),
    'dog/4.png': await photo({ seed: 4 }).png().toBuffer(),
    'labels.csv': 'file,class\n1.jpg,Tabby\n',
    'notes.txt': 'hello',
    'broken.jpg': (await jpeg({ seed: 5 })).subarray(0, 600),
    '.hidden/6.jpg': await jpeg({ seed: 6 }),
  });
  const before = stateOf(folder);
  const entry = resolve(import.meta.dirname, '../../src/engine/entry.ts');
  const app = createApp({
    host: 'web',
    // The data lies beside the photos, as it does in a home folder.
    dataDir: join(home, 'data'),
    engine: { node: process.execPath, entry },
    looksAhead: true,
  });
  onTestFinished(() => app.close());
  async function call<K extends CallName>(name: K, input: Input<K>): Promise<Output<K>> {
    const result = await app.call(name, input);
    if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
    return result.value as Output<K>;
  }
  const scanned = () => app.services.library.scanFinished();

  await call('library.open', { folder });
  await scanned();
  const { ids } = await call('photos.list', { filter: { kind: 'all' } });
  expect(ids).toHaveLength(4);
  for (const id of ids) {
    for (const size of ['thumb', 'large'] as const) {
      expect((await app.fetch(new Request(`http://whisker${photoUrl(id, size)}`))).status).toBe(200);
    }
  }
  await call('imports.found', undefined);
  const gzip = gzipSync('file,class\n2.jpg,Cat\n').toString('base64');
  const { number } = await call('imports.handIn', { name: 'mine.csv', gzip });
  for (const source of [
    { from: 'table', number },
    { from: 'keywords' },
    { from: 'file', path: 'labels.csv' },
    { from: 'folders' },
  ] as const) {
    await call('imports.preview', { source, leftOut: null, replace: false });
    await call('imports.carryOut', { source, leftOut: [], replace: true });
  }
  await call('history.undo', undefined);
  await call('library.rescan', undefined);
  await scanned();
  await app.services.library.lookAgain();
  const { url } = await call('export.link', { ...everything, format: 'csv' });
  await (await app.fetch(new Request(`http://whisker${url}`))).text();
  for (const how of ['copy', 'symlink'] as const) {
    const wish = { ...everything, format: 'folders', how };
    await call('export.start', { wish, folder: home, name: how });
    expect(await app.services.exports.ended()).toMatchObject({ status: 'done' });
  }
  expect(stateOf(folder)).toEqual(before);

  const moved = join(home, 'elsewhere', 'photos');
  mkdirSync(join(home, 'elsewhere'));
  renameSync(folder, moved);
  await vi.waitUntil(() => app.services.library.scanProgress().phase === 'missing', { timeout: 20_000 });
  expect(await call('library.findMoved', undefined)).toEqual({ folder: moved });
  await call('library.locate', { from: folder, folder: moved });
  await scanned();
  await app.close();
  expect(stateOf(moved)).toEqual(before);
});
