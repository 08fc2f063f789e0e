// Knows a folder of photos again by what is in it: a sample of its files, where they lie and what they hold.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash } from '../../files/content-hash.ts';
import { SAMPLE_FILES, sampleFiles, type FileSample } from '../db/files.ts';
import type { Db } from '../db/open.ts';

/** Share of the sampled files that must lie where they lay. Some will have been deleted or edited since. */
const ENOUGH = 0.6;
/** Of those, how many are read to compare their content. */
const READ_FILES = 4;

export const takeSample = (db: Db): FileSample[] => sampleFiles(db, SAMPLE_FILES);

/** Whether the folder holds the photos of which the sample was taken; no folder holds those of an empty one. */
export async function holds(folder: string, sample: FileSample[]): Promise<boolean> {
  const inPlace: FileSample[] = [];
  const enough = Math.max(1, sample.length * ENOUGH);
  for (const [i, file] of sample.entries()) {
    const found = await stat(join(folder, file.path)).catch(() => null);
    if (found?.size === file.bytes) inPlace.push(file);
    // Most folders that are looked at are other ones.
    if (inPlace.length + sample.length - i - 1 < enough) return false;
  }
  if (inPlace.length < enough) return false;
  const step = Math.max(1, Math.floor(inPlace.length / READ_FILES));
  for (const { path, sha256 } of inPlace.filter((_, i) => i % step === 0)) {
    if ((await contentHash(join(folder, path)).catch(() => null)) !== sha256) return false;
  }
  return true;
}
