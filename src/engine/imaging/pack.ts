// Training pixels: photos as squares of bytes, each a row of a flat file that the trainer reads in batches.

import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { unwritable, writeAt } from '../../files/whole-file.ts';
import type { PackRequest, Packed } from '../messages.ts';
import { forEachInLane } from './lanes.ts';
import { centreOf } from './squares.ts';

/**
 * Writes uint8 [sizePx, sizePx, channels] of each photo: centre squares, upright, on the backdrop. Grey is luma
 * (ITU-R BT.601). A row is written as soon as it is ready, so memory does not grow with the number of photos.
 */
export async function pack({ photos, sizePx, channels, file, firstRow }: PackRequest): Promise<Packed> {
  const rowBytes = sizePx * sizePx * channels;
  const rows: Packed['rows'] = [];
  const writing = (error: unknown) => Promise.reject(unwritable(file, error));
  await using out = await open(file, 'r+').catch(writing);
  await forEachInLane(photos, async (photo, index) => {
    const rgb = await centreOf(photo, sizePx);
    if (!rgb) return;
    const row = channels === 3 ? rgb : toLuma(rgb);
    const at = firstRow + rows.push({ index, checksum: crc32(row) }) - 1;
    await writeAt(out, row, at * rowBytes).catch(writing);
  });
  return { rows };
}

function toLuma(rgb: Buffer): Buffer {
  const grey = Buffer.allocUnsafe(rgb.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    // In whole numbers, so that a model that was taken away rounds as this does (export/pixel-graph.ts).
    const thousandths = 299 * (rgb[at] ?? 0) + 587 * (rgb[at + 1] ?? 0) + 114 * (rgb[at + 2] ?? 0);
    grey[i] = Math.floor((thousandths + 500) / 1000);
  }
  return grey;
}
