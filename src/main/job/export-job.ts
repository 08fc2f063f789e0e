// Writes a job: a folder with all that another machine needs to look at a library's photos with its network.

import { copyFile, mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { unwritable } from '../../files/whole-file.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { photoSizes } from '../../shared/urls.ts';
import type { BackboneService } from '../backbone/backbone.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { jobNames, JOB_VERSION, prefixDigitsFor } from './job-file.ts';
import type { JobFile, VectorType } from './job-file.ts';
import { manifestRows, uriOf, writeManifest } from './manifest.ts';

export interface JobOrder {
  /** Made by this, or empty. */
  dir: string;
  /** Where the library's folder lies for the job's machines; null: where it lies here. */
  prefix: string | null;
  /** Addresses of photos that the library has not met. */
  others: readonly string[];
  type: VectorType;
  thumbnails: boolean;
  /** The Python file (`places().jobScript`). */
  script: string;
}

interface JobParts {
  library: OpenLibrary;
  backbones: Pick<BackboneService, 'require' | 'describe'>;
}

/**
 * The folder gets its name when it is whole. Throws 'bad-input' when something is in it, or when the network is not an
 * ONNX file, 'not-found' without a network, 'wrong-usage' for an address that can't be read, 'storage-failed'.
 */
export async function exportJob({ library, backbones }: JobParts, order: JobOrder): Promise<JobFile> {
  const dir = resolve(order.dir);
  const backbone = await backbones.require();
  const { input, output } = await backbones.describe(backbone);
  const { name, sha256, inputRange } = backbone.info;
  const place = uriOf(library.folder, order.prefix);
  const isThere = await isEmptyFolder(dir);
  const partial = join(dirname(dir), `.${basename(dir)}.partial`);
  const at = (file: string) => join(partial, file);
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    const photos = writeManifest(at(jobNames.manifest), manifestRows(library.db, place, order.others));
    if (photos === 0) throw new WhiskerError('bad-input', 'There are no photos to look at.', 'Add photos first.');
    const job: JobFile = {
      version: JOB_VERSION,
      backbone: { name, sha256, inputRange },
      ...{ input, output, type: order.type, photos },
      thumbnailPx: order.thumbnails ? photoSizes.thumb : 0,
      prefixDigits: prefixDigitsFor(photos),
    };
    await copyFile(backbone.path, at(jobNames.network));
    await copyFile(order.script, at(jobNames.script));
    await writeFile(at(jobNames.settings), `${JSON.stringify(job, null, 2)}\n`);
    if (isThere) await rmdir(dir);
    await rename(partial, dir);
    return job;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error instanceof WhiskerError ? error : unwritable(dir, error);
  }
}

/** False where there is nothing. Throws 'bad-input' for anything but an empty folder. */
async function isEmptyFolder(dir: string): Promise<boolean> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new WhiskerError('bad-input', `"${dir}" is no folder that can be read.`, 'Choose another name.');
  });
  if (names === null) return false;
  if (names.length === 0) return true;
  throw new WhiskerError('bad-input', `"${dir}" is not empty.`, 'Choose a folder that is not there yet.');
}
