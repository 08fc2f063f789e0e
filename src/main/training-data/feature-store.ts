// Feature vectors that a backbone has already made of photos, on disk: a store for each backbone and each scale of its
// pixels.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { unwritable, writeAt } from '../../files/whole-file.ts';
import type { BackboneInfo } from '../../shared/training.ts';
import { openRowStore } from './row-store.ts';
import type { RowStore } from './row-store.ts';

/** Of decoding, cropping and pooling, and of the store's own format. */
const EXTRACTOR_VERSION = 2;

export interface FeatureStore extends Pick<RowStore, 'path' | 'rowOf' | 'close'> {
  /** Floats in a row. */
  readonly features: number;
  /** vectors: [photos, features] row-major. On disk when this resolves. */
  append(photos: readonly { sha256: string }[], vectors: Float32Array): Promise<void>;
}

/** Throws 'training-running' while another process writes to it. */
export async function openFeatureStore(libraryDir: string, info: BackboneInfo): Promise<FeatureStore> {
  const rowBytes = info.features * Float32Array.BYTES_PER_ELEMENT;
  const store = await openRowStore({
    dir: join(libraryDir, 'features'),
    // The scale of the pixels makes as much of a difference as the weights do.
    name: { stem: `${info.sha256.slice(0, 32)}-${info.inputRange}`, ending: 'f32' },
    version: EXTRACTOR_VERSION,
    rowBytes,
  });
  return {
    path: store.path,
    features: info.features,
    rowOf: store.rowOf,
    async append(photos, vectors) {
      const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
      try {
        await using file = await open(store.path, 'r+');
        await writeAt(file, bytes, store.length * rowBytes);
      } catch (error) {
        throw unwritable(store.path, error);
      }
      const checksum = (row: number) => crc32(bytes.subarray(row * rowBytes, (row + 1) * rowBytes));
      await store.keep(photos.map(({ sha256 }, row) => ({ sha256, checksum: checksum(row) })));
    },
    close: store.close,
  };
}
