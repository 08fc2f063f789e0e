// Training pixels: every photo once, as a square of bytes in one flat file that the trainer reads in batches.

import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { Packed, PackRequest } from '../messages.ts';
import { openPicture } from './decode.ts';
import { forEachInLane } from './lanes.ts';
import { withFile } from './read.ts';
import { Unusable, unwritable } from './unusable.ts';

/**
 * Writes uint8 [n, sizePx, sizePx, channels] to `outFile`, whole or not at all: centre squares, upright, on the
 * backdrop. Grey is luma (ITU-R BT.601). Each row is written where it belongs as soon as it is ready, so memory does
 * not grow with n.
 */
export async function pack({ paths, sizePx, channels, outFile }: PackRequest): Promise<Packed> {
  const rowBytes = sizePx * sizePx * channels;
  const failed: Packed['failed'] = [];
  let chromaSum = 0;

  await writeWhole(outFile, async (file) => {
    await file.truncate(paths.length * rowBytes);
    await forEachInLane(paths, async (path, index) => {
      const rgb = await squareOf(path, sizePx).catch((error: unknown) => {
        if (!(error instanceof Unusable)) throw error;
        failed.push({ index, reason: error.message });
      });
      if (!rgb) return;
      chromaSum += meanChroma(rgb);
      await file.write(channels === 3 ? rgb : toLuma(rgb), 0, rowBytes, index * rowBytes);
    });
  });
  failed.sort((a, b) => a.index - b.index);
  const packed = paths.length - failed.length;
  return { failed, chroma: packed === 0 ? 0 : chromaSum / packed };
}

async function writeWhole(outFile: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const partial = `${outFile}.${process.pid}.tmp`;
  try {
    await using file = await open(partial, 'w');
    await fill(file);
    await rename(partial, outFile);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw unwritable('file of training pixels', outFile, error);
  }
}

/** [sizePx, sizePx, 3] bytes. */
const squareOf = (path: string, sizePx: number): Promise<Buffer> =>
  withFile(path, async (file) => {
    const picture = await openPicture(file);
    return picture.render((upright) => upright.resize(sizePx, sizePx, { fit: 'cover' }).raw({ depth: 'uchar' }));
  });

/** Mean over the pixels of max(r, g, b) - min(r, g, b), 0 to 255. */
function meanChroma(rgb: Buffer): number {
  let sum = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const [r = 0, g = 0, b = 0] = [rgb[i], rgb[i + 1], rgb[i + 2]];
    sum += Math.max(r, g, b) - Math.min(r, g, b);
  }
  return sum / (rgb.length / 3);
}

function toLuma(rgb: Buffer): Buffer {
  const grey = Buffer.allocUnsafe(rgb.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    grey[i] = Math.round(0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0));
  }
  return grey;
}
