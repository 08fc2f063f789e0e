// Has a handful of photos turned into vectors. One that is not what it was, that can't be decoded, or that takes its
// process down, costs only itself.

import { toFailure, WhiskerError } from '../../shared/errors.ts';
import type { Device } from '../../shared/training.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions, RequestOptions } from '../engine-host/engine.ts';
import { askInHalves, locate } from '../training-data/pack-batch.ts';
import type { DecodeOrder, FoundPhoto } from '../training-data/pack-batch.ts';
import type { FeatureStore } from '../training-data/feature-store.ts';

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
   * aborted, and 'bad-input' when the network is not the one that it was, gives no numbers or takes its process down.
   */
  extract(photos: readonly FoundPhoto[], order: ExtractOrder): Promise<void>;
  /** Ends its process, and with it the memory that it takes; the next batch starts it again. */
  rest(): Promise<void>;
}

/** Photos in a row that take the process down, each alone: then it is the network's doing. */
const MOST_DEATHS = 3;

export function createExtractor(options: Omit<EngineOptions, 'role'>): Extractor {
  const engine = createEngine({ role: 'extractor', ...options });
  return {
    async extract(photos, { network: { path, info }, store, device, signal, pathOf, onProgress }) {
      const backbone = { path, inputRange: info.inputRange };
      const firstRow = store.length;
      let deaths = 0;
      /** `photosInIt`: of what the process ended over. */
      function blame(error: unknown, photosInIt: number): never {
        const { code, message } = toFailure(error);
        if (code !== 'engine-crashed' || photosInIt > 1 || ++deaths < MOST_DEATHS) throw error;
        const remedy = 'Choose another network, or learn from the photos alone.';
        throw new WhiskerError('bad-input', `The network ${info.name} can't be used here. ${message}`, remedy);
      }
      const looked = await askInHalves(await locate(photos, pathOf), async (some, done) => {
        const request = {
          kind: 'extract',
          backbone,
          photos: some,
          file: store.path,
          firstRow: firstRow + done,
          device,
        } as const;
        const onEvent: RequestOptions['onEvent'] = (message) =>
          message.event === 'progress' && onProgress(done + message.step);
        const reply = await engine.request(request, { signal, onEvent }).catch((error) => blame(error, some.length));
        deaths = 0;
        if (reply.backbone.sha256 !== info.sha256) throw anotherNetwork(path);
        return reply.rows.flatMap(({ index, checksum }) => (some[index] ? [{ ...some[index], checksum }] : []));
      });
      await store.keep(looked);
    },
    rest: () => engine.kill(),
  };
}

const anotherNetwork = (path: string) =>
  new WhiskerError(
    'bad-input',
    `The network in "${path}" is not the one that was set up any more.`,
    'Choose it again.',
  );
