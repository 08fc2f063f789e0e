// Has a handful of photos turned into vectors. One that is not what it was, that can't be decoded, or that takes its
// process down, costs only itself.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { WhiskerError } from '../../shared/errors.ts';
import type { Device } from '../../shared/training.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { FeatureStore } from '../training-data/feature-store.ts';
import { packBatch } from '../training-data/pack-batch.ts';
import type { DecodeOrder, FoundPhoto } from '../training-data/pack-batch.ts';

export interface ExtractOrder extends Omit<DecodeOrder, 'imaging'> {
  network: InstalledBackbone;
  store: FeatureStore;
  device: Device;
  /** Of the photos asked for, how many are done. */
  onProgress(done: number): void;
}

export interface Extractor {
  /**
   * Afterwards the store has a vector of each of the photos that could be looked at. Rejects with 'cancelled' when
   * aborted, and 'bad-input' when the network is not the one that it was or gives no numbers.
   */
  extract(photos: readonly FoundPhoto[], order: ExtractOrder): Promise<void>;
  /** Ends its processes, and with them the memory that they take; the next batch starts them again. */
  rest(): Promise<void>;
}

export function createExtractor(engine: Omit<EngineOptions, 'role'>): Extractor {
  const imaging = createEngine({ role: 'imaging', ...engine });
  const trainer = createEngine({ role: 'trainer', ...engine });
  return {
    async extract(photos, { network, store, device, onProgress, ...decoding }) {
      const { info, folder } = network;
      const dir = `${store.path}.work`;
      const pixels = { file: `${dir}/pixels.u8`, firstRow: 0, sizePx: info.inputPx, channels: 3 as const };
      try {
        await mkdir(dir, { recursive: true });
        await writeFile(pixels.file, '');
        const packed = await packBatch({ imaging, ...decoding }, photos, pixels);
        if (packed.length === 0) return;
        const rows = Int32Array.from(packed.keys());
        const reply = await trainer.request(
          {
            kind: 'extract',
            backbone: { folder, inputRange: info.inputRange },
            pixels: { path: pixels.file, count: packed.length, rows, sizePx: info.inputPx, channels: 3 },
            device,
          },
          { signal: decoding.signal, onEvent: (message) => message.event === 'progress' && onProgress(message.step) },
        );
        if (reply.backbone.sha256 !== info.sha256) throw anotherNetwork(folder);
        await store.append(packed, reply.features);
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
    async rest() {
      await Promise.all([imaging.kill(), trainer.kill()]);
    },
  };
}

const anotherNetwork = (folder: string) =>
  new WhiskerError(
    'bad-input',
    `The backbone in "${folder}" is not the one that was set up any more.`,
    'Choose its folder again.',
  );
