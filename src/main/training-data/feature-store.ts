// Feature vectors that a backbone has already made of photos, on disk: a store for each backbone and each scale of its
// pixels.

import { join } from 'node:path';
import type { BackboneInfo } from '../../shared/training.ts';
import { openRowStore } from './row-store.ts';
import type { RowStore } from './row-store.ts';

/** Of decoding, cropping and pooling, and of the store's own format. */
const EXTRACTOR_VERSION = 2;

export interface FeatureStore extends Omit<RowStore, 'rowBytes'> {
  /** Floats in a row. */
  readonly features: number;
}

/** Throws 'training-running' while another process writes to it. */
export async function openFeatureStore(libraryDir: string, info: BackboneInfo): Promise<FeatureStore> {
  const store = await openRowStore({
    dir: join(libraryDir, 'features'),
    // The scale of the pixels makes as much of a difference as the weights do.
    name: { stem: `${info.sha256.slice(0, 32)}-${info.inputRange}`, ending: 'f32' },
    version: EXTRACTOR_VERSION,
    rowBytes: info.features * Float32Array.BYTES_PER_ELEMENT,
  });
  return {
    path: store.path,
    features: info.features,
    get length() {
      return store.length;
    },
    rowOf: store.rowOf,
    keep: store.keep,
    close: store.close,
  };
}
