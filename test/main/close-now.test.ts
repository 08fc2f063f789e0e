// The end of a session that waits for nobody, on real photos whose scan still runs: what was labelled is on the disk.

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApp } from '../../src/main/app.ts';
import type { OpenedApp } from '../../src/main/app.ts';
import { drawPhotos } from './photo-folder.ts';

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'whisker-close-now-'))));
afterAll(() => rm(dir, { recursive: true }));

function newApp(): OpenedApp {
  const entry = join(import.meta.dirname, '../../src/engine/entry.ts');
  return createApp({ host: 'desktop', dataDir: join(dir, 'data'), engine: { node: process.execPath, entry } });
}
const call = async (app: OpenedApp, name: string, input: unknown) => {
  const result = await app.call(name, input);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

test('the database is closed and whole when closing returns, with everything labelled in it', async () => {
  const folder = join(dir, 'photos');
  await drawPhotos(folder, 0, 12);
  const uncaught = vi.fn();
  process.on('unhandledRejection', uncaught);
  const app = newApp();
  await call(app, 'library.open', { folder });
  const photos = () => app.services.library.require().db.prepare('SELECT id FROM photo').all() as { id: number }[];
  await expect.poll(() => photos().length, { timeout: 30_000 }).toBeGreaterThan(0);
  const cat = (await call(app, 'classes.create', { name: 'Cat' })) as { id: number };
  const label = { photoIds: [photos()[0]?.id], label: cat.id, source: 'person', chosen: 'hand' };
  await call(app, 'labels.set', label);
  const { db } = app.services.library.require();

  app.closeNow();

  expect(db.open).toBe(false);
  const [library = ''] = await readdir(join(dir, 'data/libraries'));
  expect(existsSync(join(dir, 'data/libraries', library, 'library.sqlite-wal'))).toBe(false);
  // The process would have ended; here it must only not stumble over what is closed.
  await app.close();

  const again = newApp();
  expect(await call(again, 'library.open', { folder })).toMatchObject({ counts: { labelled: 1 } });
  await again.close();
  expect(uncaught).not.toHaveBeenCalled();
  process.off('unhandledRejection', uncaught);
});
