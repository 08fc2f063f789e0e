// Thumbnails that were being written when their process was killed, and that nobody would ever finish or remove.

import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Writing one takes milliseconds; younger ones may be another process's that is at it. */
const STRAY_AFTER_MS = 3600_000;

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Removes those in the folders of `thumbDir`; what can't be looked at or removed stays. */
export async function removeStrayThumbs(thumbDir: string): Promise<void> {
  for (const folder of await namesIn(thumbDir)) {
    // One folder after the other: a million names at once would take hundreds of megabytes.
    for (const name of await namesIn(join(thumbDir, folder))) {
      if (!name.endsWith('.tmp')) continue;
      const path = join(thumbDir, folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (Date.now() - mtimeMs > STRAY_AFTER_MS) await rm(path, { force: true }).catch(() => {});
    }
  }
}
