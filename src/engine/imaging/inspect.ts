// One pass over a file: what it is, its content hash, its upright size, when it was taken, what it looks like, and its
// thumbnail in the cache.

import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type ResizeOptions } from 'sharp';
import { unwritable } from '../../files/whole-file.ts';
import type { InspectRequest, Inspected } from '../messages.ts';
import { openPicture, type Picture } from './decode.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { RawPicture } from './heic.ts';
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
      const small = await picture.pixels((upright) => upright.resize(boxOf(thumbPx)));
      await keepThumb(small, join(thumbDir, sha256.slice(0, 2), `${sha256}.jpg`));
      const { width, height, takenAt, damaged } = picture;
      const { format, bytes } = file;
      return {
        ok: true,
        sha256,
        width,
        height,
        format,
        bytes: bytes.length,
        damaged,
        takenAt,
        fingerprint: fingerprintOf(small),
      };
    });
  } catch (error) {
    if (error instanceof Unusable) return { ok: false, code: error.code, reason: error.message, sha256 };
    throw error;
  }
}

let thumbsWritten = 0;

/** Another process may be writing the same: whoever comes last leaves it whole. */
async function keepThumb(small: RawPicture, file: string): Promise<void> {
  const jpeg = await encodeThumb(small);
  const partial = `${file}.${process.pid}-${thumbsWritten++}.tmp`;
  try {
    await writeFile(partial, jpeg).catch(async () => {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(partial, jpeg);
    });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw unwritable(file, error);
  }
}

/** As `renderWebp`, for looking at single pixels: colour is not coarser than light, and losses are not seen. */
export function renderJpeg(picture: Picture, sizePx: number): Promise<Buffer> {
  const box = { width: sizePx, height: sizePx, fit: 'inside', withoutEnlargement: true } as const;
  return picture.render((upright) => upright.resize(box).jpeg({ quality: 93, chromaSubsampling: '4:4:4' }));
}

/**
 * As JPEG, because WebP at the same size looks no better and takes three times as long to encode and to decode
 * (docs/benchmarks.md); Huffman tables that fit would take a third longer for 4 % fewer bytes.
 */
const encodeThumb = ({ pixels, width, height }: RawPicture): Promise<Buffer> =>
  sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 75, optimiseCoding: false })
    .toBuffer();

/** Longest side at most `sizePx`; never enlarged. */
const boxOf = (sizePx: number) =>
  ({ width: sizePx, height: sizePx, fit: 'inside', withoutEnlargement: true }) satisfies ResizeOptions;

export const renderWebp = (picture: Picture, sizePx: number): Promise<Buffer> =>
  picture.render((upright) => upright.resize(boxOf(sizePx)).webp({ quality: 84, effort: 0 }));
