// One pass over a file: what it is, its content hash, its upright size, when it was taken, what it looks like, and its
// thumbnail in the cache.

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unwritable } from '../../files/whole-file.ts';
import type { InspectRequest, Inspected } from '../messages.ts';
import { openPicture, type Picture } from './decode.ts';
import { fingerprintOf } from './fingerprint.ts';
import { inLane } from './lanes.ts';
import { withFile } from './read.ts';
import { Unusable } from './unusable.ts';

/** Answers in the order of `paths`; a file that can't be used is an answer, not an error. */
export function inspect({ paths, thumbDir, thumbPx }: InspectRequest): Promise<Inspected[]> {
  return Promise.all(paths.map((path) => inLane(() => inspectFile(path, thumbDir, thumbPx))));
}

async function inspectFile(path: string, thumbDir: string, thumbPx: number): Promise<Inspected> {
  let sha256: string | null = null;
  try {
    return await withFile(path, async (file) => {
      sha256 = createHash('sha256').update(file.bytes).digest('hex');
      const picture = await openPicture(file);
      const fingerprint = await keepThumb(picture, join(thumbDir, sha256.slice(0, 2), `${sha256}.webp`), thumbPx);
      const { width, height, takenAt, damaged } = picture;
      const { format, bytes } = file;
      return { ok: true, sha256, width, height, format, bytes: bytes.length, damaged, takenAt, fingerprint };
    });
  } catch (error) {
    if (error instanceof Unusable) return { ok: false, code: error.code, reason: error.message, sha256 };
    throw error;
  }
}

let thumbsWritten = 0;

/** Leaves a thumbnail that is there and whole as it is; answers with its fingerprint. */
async function keepThumb(picture: Picture, file: string, sizePx: number): Promise<string> {
  const kept = await readFile(file).then(fingerprintOf, () => null);
  if (kept !== null) return kept;
  const webp = await renderWebp(picture, sizePx, 80);
  const partial = `${file}.${process.pid}-${thumbsWritten++}.tmp`;
  try {
    await writeFile(partial, webp).catch(async () => {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(partial, webp);
    });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw unwritable(file, error);
  }
  const fingerprint = await fingerprintOf(webp);
  if (fingerprint === null) throw new Error(`The thumbnail just made of ${file} can't be read.`);
  return fingerprint;
}

/** As `renderWebp`, for looking at single pixels: colour is not coarser than light, and losses are not seen. */
export function renderJpeg(picture: Picture, sizePx: number): Promise<Buffer> {
  const box = { width: sizePx, height: sizePx, fit: 'inside', withoutEnlargement: true } as const;
  return picture.render((upright) => upright.resize(box).jpeg({ quality: 93, chromaSubsampling: '4:4:4' }));
}

/**
 * Longest side at most `sizePx`; never enlarged. Effort 0 takes a fifth less of the time of an import than effort 2,
 * for a fifth more bytes.
 */
export function renderWebp(picture: Picture, sizePx: number, quality: number): Promise<Buffer> {
  const box = { width: sizePx, height: sizePx, fit: 'inside', withoutEnlargement: true } as const;
  return picture.render((upright) => upright.resize(box).webp({ quality, effort: 0 }));
}
