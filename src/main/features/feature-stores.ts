// The stores of vectors of one library: each is opened for the first who needs it, shared, and closed after the last,
// so that another Whisker on the same library gets its turn.

import type { BackboneInfo } from '../../shared/training.ts';
import { openFeatureStore } from '../training-data/feature-store.ts';
import type { FeatureStore } from '../training-data/feature-store.ts';

export interface FeatureStores {
  /** Throws 'training-running' while another process writes to the network's store. */
  using<T>(network: BackboneInfo, body: (store: FeatureStore) => Promise<T>): Promise<T>;
  /** What `using` last gave for this network; what is in it can be looked up and read also when it is closed. */
  known(network: BackboneInfo): FeatureStore | null;
}

interface Opened {
  store: Promise<FeatureStore>;
  users: number;
}

export function createFeatureStores(libraryDir: string): FeatureStores {
  const opened = new Map<string, Opened>();
  const known = new Map<string, FeatureStore>();
  /** A store is closed before it is opened again. */
  let closing: Promise<void> = Promise.resolve();
  const keyOf = ({ sha256, inputRange }: BackboneInfo) => `${sha256}-${inputRange}`;

  async function open(key: string, network: BackboneInfo): Promise<FeatureStore> {
    await closing;
    const store = await openFeatureStore(libraryDir, network);
    known.set(key, store);
    return store;
  }

  return {
    async using(network, body) {
      const key = keyOf(network);
      const mine = opened.get(key) ?? { store: open(key, network), users: 0 };
      opened.set(key, mine);
      mine.users++;
      try {
        return await body(await mine.store);
      } finally {
        mine.users--;
        if (mine.users === 0) {
          opened.delete(key);
          closing = mine.store.then((store) => store.close()).catch(() => {}); // It was never open.
          await closing;
        }
      }
    },
    known: (network) => known.get(keyOf(network)) ?? null,
  };
}
