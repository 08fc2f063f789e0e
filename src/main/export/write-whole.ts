// Writes an export beside its place and gives it its name once all of it is on the disk: it is whole, or not there.

import { createWriteStream } from 'node:fs';
import { mkdtemp, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WhiskerError } from '../../shared/errors.ts';
import type { ExportContext, FileFormat, FolderFormat } from './format.ts';
import { syncFolder } from './manifest.ts';
import { giveName, isThere } from './move-files.ts';
import { troubleWith } from './trouble.ts';

/** Throws 'conflict' where something of that name is, also a link that leads nowhere. */
export async function refuseTaken(target: string): Promise<void> {
  if (!(await isThere(target))) return;
  throw new WhiskerError('conflict', `"${target}" is there already.`, 'Choose another name; nothing is overwritten.');
}

/** Writes the format to `target`, an absolute path at which nothing is. Whatever it throws, nothing was left there. */
export async function writeWholeExport(
  format: FileFormat | FolderFormat,
  context: ExportContext,
  target: string,
): Promise<void> {
  await refuseTaken(target);
  const folder = dirname(target);
  let staging: string | null = null;
  try {
    staging = await mkdtemp(join(folder, '.whisker-export-'));
    const staged = join(staging, 'whole');
    if (format.kind === 'file') {
      await pipeline(Readable.from(format.write(context)), createWriteStream(staged, { flush: true }), {
        signal: context.signal,
      });
      await giveName(staged, target);
    } else {
      await mkdir(staged);
      await format.write(context, staged);
      context.signal.throwIfAborted();
      await syncAll(staged);
      await refuseTaken(target);
      await rename(staged, target);
    }
    syncFolder(folder);
  } catch (error) {
    context.signal.throwIfAborted();
    throw troubleWith(folder, error);
  } finally {
    if (staging !== null) await rm(staging, { recursive: true, force: true });
  }
}

/** Has everything below a folder written to the disk. */
async function syncAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncAll(path);
    else if (entry.isFile()) {
      const file = await open(path, 'r');
      await file.sync().finally(() => file.close());
    }
  }
  syncFolder(folder);
}
