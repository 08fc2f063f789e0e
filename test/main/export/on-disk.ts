// Files for made-up photos: each file that a database knows is there, as it was looked at, one small picture for all.

import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { prepare } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';

/** Returns the folder of photos. */
export async function onDisk(db: Db): Promise<string> {
  const folder = temporaryFolder();
  const picture = await jpeg();
  const looked = prepare(db, `UPDATE file SET bytes = ?, mtime_ms = ? WHERE path = ?`);
  for (const { path } of prepare<{ path: string }>(db, `SELECT path FROM file`).all()) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, picture);
    const { size, mtimeMs } = statSync(file);
    looked.run(size, mtimeMs, path);
  }
  return folder;
}
