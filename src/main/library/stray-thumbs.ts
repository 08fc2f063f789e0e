// Thumbnails that were being written when their process was killed, and that nobody would ever finish or remove.

import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Writing one takes milliseconds; younger ones may be another process's that is at it. */
const STRAY_AFTER_MS = 3600_000;

/** Removes those in the folders of `thumbDir`; what can't be looked at or removed stays. */
export async function removeStrayThumbs(thumbDir: string): Promise<void> {
  const names = await readdir(thumbDir, { recursive: true }).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.tmp'))) {
    const path = join(thumbDir, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > STRAY_AFTER_MS) await rm(path, { force: true }).catch(() => {});
  }
}
