// Feature vectors that a backbone has already made of photos, on disk: a store for each backbone and each scale of its
// pixels. Vectors of a byte a number, which other machines have made, lie in a second one beside it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quantisedRow, quantisedRowBytes } from '../../files/quantised.ts';
import type { QuantisedVector } from '../../files/quantised.ts';
import type { BackboneInfo } from '../../shared/training.ts';
import { openRowStore } from './row-store.ts';
import type { RowStore, RowStoreOptions } from './row-store.ts';

/** Of decoding, cropping and pooling, and of the store's own format. */
const EXTRACTOR_VERSION = 2;

export interface StoredVector {
  /** SHA-256 in hex of the photo. */
  sha256: string;
  vector: Float32Array | QuantisedVector;
}

export interface FeatureStore extends Pick<RowStore, 'path' | 'length' | 'keep' | 'close'> {
  /** Floats in a row. */
  readonly features: number;
  /** The file of the vectors that are quantised; null while there are none. */
  readonly quantised: string | null;
  /** Row of the photo with this content; -1 - r for row r of the quantised ones. Undefined when it has none yet. */
  rowOf(sha256: string): number | undefined;
  /** Adds vectors that were made elsewhere, of photos that have none. On disk when this resolves. */
  append(vectors: readonly StoredVector[]): Promise<void>;
}

/** Throws 'training-running' while another process writes to it. */
export async function openFeatureStore(libraryDir: string, info: BackboneInfo): Promise<FeatureStore> {
  // The scale of the pixels makes as much of a difference as the weights do.
  const stem = `${info.sha256.slice(0, 32)}-${info.inputRange}`;
  const place = { dir: join(libraryDir, 'features'), version: EXTRACTOR_VERSION };
  const quantisedOptions: RowStoreOptions = {
    ...place,
    name: { stem: `${stem}-int8`, ending: 'i8' },
    rowBytes: quantisedRowBytes(info.features),
  };
  const store = await openRowStore({
    ...place,
    name: { stem, ending: 'f32' },
    rowBytes: info.features * Float32Array.BYTES_PER_ELEMENT,
  });
  const isThere = existsSync(join(place.dir, `${stem}-int8-${EXTRACTOR_VERSION}.i8`));
  let quantised = isThere ? await openRowStore(quantisedOptions) : null;

  return {
    path: store.path,
    features: info.features,
    get length() {
      return store.length;
    },
    get quantised() {
      return quantised?.path ?? null;
    },
    rowOf(sha256) {
      const row = store.rowOf(sha256);
      if (row !== undefined || quantised === null) return row;
      const other = quantised.rowOf(sha256);
      return other === undefined ? undefined : -1 - other;
    },
    keep: store.keep,
    async append(vectors) {
      const floats = vectors.flatMap(({ sha256, vector }) =>
        vector instanceof Float32Array ? [{ sha256, bytes: new Uint8Array(vector.slice().buffer) }] : [],
      );
      const bytes = vectors.flatMap(({ sha256, vector }) =>
        vector instanceof Float32Array ? [] : [{ sha256, bytes: quantisedRow(vector) }],
      );
      if (floats.length > 0) await store.append(floats);
      if (bytes.length === 0) return;
      quantised ??= await openRowStore(quantisedOptions);
      await quantised.append(bytes);
    },
    async close() {
      await store.close();
      await quantised?.close();
    },
  };
}
