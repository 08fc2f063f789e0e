// Sees to it that every photo has its feature vector: decodes and extracts those that have none, two processes side by
// side.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackboneSource, FeatureFile } from '../../engine/messages.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { Device } from '../../shared/training.ts';
import type { PhotoId } from '../../shared/types.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import type { Engine } from '../engine-host/engine.ts';
import { packBatch } from './pack-batch.ts';
import type { DecodeOrder, FoundPhoto, RowTarget } from './pack-batch.ts';
import { openFeatureStore } from './feature-store.ts';
import type { FeatureStore } from './feature-store.ts';
import { rowsOf } from './packed-pixels.ts';

export interface ExtractOrder extends DecodeOrder {
  trainer: Pick<Engine, 'request'>;
  backbone: InstalledBackbone;
  /** Where the library keeps its caches. */
  libraryDir: string;
  device: Device;
  photos: readonly FoundPhoto[];
  /** Photos that have got their vector so far, of those that had none. */
  onProgress?: (done: number, total: number) => void;
}

/** Row `features.rows[i]` of the file is the vector of the photo `ids[i]`. */
export interface PhotoFeatures {
  ids: PhotoId[];
  features: FeatureFile;
}

/** Bounds what a stop loses and what lies in memory: 10 MB of pixels at 224 px. */
const BATCH = 64;

/**
 * The vectors of all photos but those that can't be decoded, in their order. Rejects with 'cancelled' when aborted,
 * 'bad-input' when the backbone is not the one that it was, 'training-failed' when no photo could be read; whatever was
 * extracted is kept.
 */
export async function extractFeatures(order: ExtractOrder): Promise<PhotoFeatures> {
  const { libraryDir, backbone, photos } = order;
  const store = await openFeatureStore(libraryDir, backbone.info);
  try {
    await extractMissing(order, store);
  } finally {
    await store.close();
  }
  const { ids, rows } = rowsOf(store, photos);
  return { ids, features: { path: store.path, length: store.features, rows, backbone: backbone.info.sha256 } };
}

async function extractMissing(order: ExtractOrder, store: FeatureStore): Promise<void> {
  const { photos, backbone, onProgress } = order;
  const missing = photos.filter(({ sha256 }) => store.rowOf(sha256) === undefined);
  // The store is ours alone, and so is what lies beside it.
  const dir = `${store.path}.work`;
  await mkdir(dir, { recursive: true });
  let before: Promise<void> = Promise.resolve();
  try {
    for (let at = 0; at < missing.length; at += BATCH) {
      if (at === 0) onProgress?.(0, missing.length);
      const pixels = await emptyPixels(join(dir, `${(at / BATCH) % 2}.u8`), backbone);
      // While these are decoded the trainer works on the ones before them, in the other file.
      const [packed] = await Promise.all([packBatch(order, missing.slice(at, at + BATCH), pixels), before]);
      before = extractBatch(order, store, pixels, packed, (done) => onProgress?.(at + done, missing.length));
    }
    await before;
  } finally {
    // The store is closed next: nothing may still be on its way to it.
    await before.catch(() => {});
    await rm(dir, { recursive: true, force: true });
  }
}

async function emptyPixels(file: string, { info }: InstalledBackbone): Promise<RowTarget> {
  await writeFile(file, '');
  return { file, firstRow: 0, sizePx: info.inputPx, channels: 3 };
}

async function extractBatch(
  { trainer, backbone, device, signal }: ExtractOrder,
  store: FeatureStore,
  { file: path, sizePx, channels }: RowTarget,
  photos: readonly FoundPhoto[],
  onProgress: (done: number) => void,
): Promise<void> {
  if (photos.length === 0) return;
  const rows = Int32Array.from(photos.keys());
  const reply = await trainer.request(
    {
      kind: 'extract',
      backbone: sourceOf(backbone),
      pixels: { path, count: photos.length, rows, sizePx, channels },
      device,
    },
    { signal, onEvent: (message) => message.event === 'progress' && onProgress(message.step) },
  );
  if (reply.backbone.sha256 !== backbone.info.sha256) {
    throw new WhiskerError(
      'bad-input',
      `The backbone in "${backbone.path}" is not the one that was set up any more.`,
      'Choose its folder again.',
    );
  }
  await store.append(photos, reply.features);
}

const sourceOf = ({ path, info }: InstalledBackbone): BackboneSource => ({ path, inputRange: info.inputRange });
