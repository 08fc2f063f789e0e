// Decodes a handful of photos into rows of pixels. One that can't be decoded, or that takes the decoder down, costs
// only itself.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toFailure } from '../../shared/errors.ts';
import type { Engine } from '../engine-host/engine.ts';

export interface DecodeOrder {
  imaging: Engine;
  /** Folder for the batch on its way. Only one order at a time works in it. */
  dir: string;
  /** Folder of the photos. */
  folder: string;
  sizePx: number;
  channels: 1 | 3;
  signal: AbortSignal;
}

export interface DecodedPhoto<Photo> {
  photo: Photo;
  /** [sizePx, sizePx, channels] bytes. */
  row: Uint8Array;
}

export const rowBytes = ({ sizePx, channels }: Pick<DecodeOrder, 'sizePx' | 'channels'>): number =>
  sizePx * sizePx * channels;

/** Those of `photos`, whose paths are relative to the folder, that can be decoded, in their order. */
export async function decodeBatch<Photo extends { path: string }>(
  order: DecodeOrder,
  photos: readonly Photo[],
): Promise<DecodedPhoto<Photo>[]> {
  const { imaging, folder, sizePx, channels, signal } = order;
  const outFile = join(order.dir, 'batch.part');
  try {
    const paths = photos.map(({ path }) => join(folder, path));
    const packed = await imaging.request({ kind: 'pack', paths, sizePx, channels, outFile }, { signal });
    const failed = new Set(packed.failed.map(({ index }) => index));
    const pixels = await readFile(outFile);
    const size = rowBytes(order);
    return photos
      .map((photo, i) => ({ photo, row: pixels.subarray(i * size, (i + 1) * size) }))
      .filter((_, i) => !failed.has(i));
  } catch (error) {
    if (toFailure(error).code !== 'engine-crashed') throw error;
    if (photos.length === 1) return [];
    const half = Math.ceil(photos.length / 2);
    return [...(await decodeBatch(order, photos.slice(0, half))), ...(await decodeBatch(order, photos.slice(half)))];
  }
}
