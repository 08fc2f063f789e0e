// Training pixels on disk: a store for each picture size and colour, in which every photo is decoded once and stays
// from run to run.

import { join } from 'node:path';
import type { PixelFile } from '../../engine/messages.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { PhotoId } from '../../shared/types.ts';
import { packBatch } from './pack-batch.ts';
import type { DecodeOrder, FoundPhoto } from './pack-batch.ts';
import { openRowStore } from './row-store.ts';
import type { RowStore } from './row-store.ts';

/** Row `rows[i]` of the file is the photo `ids[i]`, in the order of the photos asked for. */
export interface PixelPack extends PixelFile {
  ids: PhotoId[];
  rows: Int32Array;
}

export interface PackOrder extends DecodeOrder {
  /** Where the library keeps its caches. */
  libraryDir: string;
  photos: readonly FoundPhoto[];
  sizePx: number;
  channels: 1 | 3;
  /** Photos decoded so far, of those that had to be. */
  onProgress?: (done: number, total: number) => void;
}

/** Of decoding and cropping, and of the store's own format. */
const PACKER_VERSION = 3;
const BATCH = 64;

/**
 * The pixels of these photos, less those that can't be read any more. Only photos that were never packed in this size
 * and colour are decoded. Rejects with 'cancelled' when aborted, 'training-running' while another process packs,
 * 'training-failed' when no photo could be read; whatever was decoded is kept.
 */
export async function packPixels(order: PackOrder): Promise<PixelPack> {
  const { sizePx, channels, photos, libraryDir } = order;
  const store = await openRowStore({
    dir: join(libraryDir, 'pixels'),
    name: { stem: `${sizePx}px-${channels === 1 ? 'grey' : 'rgb'}`, ending: 'u8' },
    version: PACKER_VERSION,
    rowBytes: sizePx * sizePx * channels,
  });
  try {
    await packMissing(order, store);
  } finally {
    await store.close();
  }
  const { ids, rows } = rowsOf(store, photos);
  return { path: store.path, ids, rows, count: ids.length, sizePx, channels };
}

async function packMissing(order: PackOrder, store: RowStore): Promise<void> {
  const { photos, sizePx, channels, onProgress } = order;
  const missing = photos.filter(({ sha256 }) => store.rowOf(sha256) === undefined);
  for (let at = 0; at < missing.length; at += BATCH) {
    onProgress?.(at, missing.length);
    const target = { file: store.path, firstRow: store.length, sizePx, channels };
    await store.keep(await packBatch(order, missing.slice(at, at + BATCH), target));
  }
}

/** The photos that a store has, in their order. Throws 'training-failed' when there are none. */
export function rowsOf(
  store: Pick<RowStore, 'rowOf'>,
  photos: readonly FoundPhoto[],
): { ids: PhotoId[]; rows: Int32Array } {
  const found = photos.flatMap(({ id, sha256 }) => {
    const row = store.rowOf(sha256);
    return row === undefined ? [] : [{ id, row }];
  });
  if (found.length === 0) {
    throw new WhiskerError(
      'training-failed',
      'None of the photos could be read.',
      'Check that the folder is there, let Whisker look for new photos, then train again.',
    );
  }
  return { ids: found.map(({ id }) => id), rows: Int32Array.from(found, ({ row }) => row) };
}
