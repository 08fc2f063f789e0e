// The feature vectors of one open library's photos: which there are, and the one lane in which missing ones are made.
// Who needs some at once goes first; what is made ahead gives way between two batches.

import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeatureFile } from '../../engine/messages.ts';
import { readRows } from '../../files/rows.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { Device } from '../../shared/training.ts';
import type { PhotoId } from '../../shared/types.ts';
import { photosWithFile, readablePages } from '../db/readable-photos.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { readablePath } from '../library/open-library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { openFeatureStore } from '../training-data/feature-store.ts';
import type { FeatureStore, StoredVector } from '../training-data/feature-store.ts';
import type { FoundPhoto } from '../training-data/pack-batch.ts';
import type { Extractor } from './extractor.ts';
import { createFeatureStores } from './feature-stores.ts';
import type { Gate } from './gate.ts';
import { createPace } from './pace.ts';

/** Row `features.rows[i]` of the file is the vector of the photo `ids[i]`. */
export interface PhotoFeatures {
  ids: PhotoId[];
  features: FeatureFile;
}

export interface Wish {
  network: InstalledBackbone;
  device: Device;
  signal: AbortSignal;
  /** Photos that have been looked at, of those that had to be. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** How far looking ahead is: photos that were looked at, also in vain, of all. */
export interface Looked {
  done: number;
  total: number;
  etaSeconds: number | null;
}

interface Ahead extends Pick<Wish, 'network' | 'signal'> {
  onProgress(looked: Looked): void;
}

export interface LibraryFeatures {
  now(network: InstalledBackbone): Promise<PhotoFeatures | null>;
  of(photos: readonly FoundPhoto[], wish: Wish): Promise<PhotoFeatures>;
  /**
   * Looks at every photo that has no vector yet, whenever the gate is open. Resolves with the number of photos that
   * have one when none is left.
   */
  lookAhead(network: InstalledBackbone, signal: AbortSignal, onProgress: (looked: Looked) => void): Promise<number>;
  /** What the network makes of these photos now, by content; nothing of it is kept. */
  fresh(photos: readonly FoundPhoto[], wish: Wish): Promise<Map<string, Float32Array>>;
  /** Keeps vectors that were made elsewhere, of photos that have none. Resolves with how many those were. */
  adopt(network: InstalledBackbone, vectors: AsyncIterable<StoredVector[]>): Promise<number>;
}

/** Bounds what a kill loses, and how long somebody waits for what is under way. */
const BATCH = 64;
const WAITING = 'somebody waits';

export function createLibraryFeatures(library: OpenLibrary, extractor: Extractor, gate: Gate): LibraryFeatures {
  const stores = createFeatureStores(library.dir);
  let lane: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  /** Resolves when somebody who could not wait has got vectors, and is another promise then. */
  let served = Promise.withResolvers<void>();

  function inLane<T>(work: () => Promise<T>): Promise<T> {
    const mine = lane.then(work);
    lane = mine.catch(() => {});
    return mine;
  }

  async function ahead<T>(work: () => Promise<T>): Promise<T> {
    waiting++;
    gate.hold(WAITING);
    try {
      return await inLane(() => work().finally(rest));
    } finally {
      waiting--;
      if (waiting === 0) gate.release(WAITING);
    }
  }

  /** Nobody who waits goes on with the processes: their memory is for others. */
  async function rest(): Promise<void> {
    if (waiting <= 1) await extractor.rest();
  }

  async function extractMissing(store: FeatureStore, photos: readonly FoundPhoto[], wish: Wish): Promise<void> {
    const { onProgress = () => {}, ...how } = wish;
    const missing = withoutVector(store, photos);
    for (let at = 0; at < missing.length; at += BATCH) {
      if (at === 0) onProgress(0, missing.length);
      const batch = missing.slice(at, at + BATCH);
      await extractor.extract(batch, {
        ...how,
        store,
        pathOf: (id) => readablePath(library, id),
        onProgress: (done) => onProgress(at + done, missing.length),
      });
      onProgress(at + batch.length, missing.length);
    }
  }

  async function lookAt(store: FeatureStore, photos: readonly FoundPhoto[], ahead: Ahead): Promise<void> {
    const { network, signal, onProgress } = ahead;
    let missing = withoutVector(store, photos);
    /** How many of them were looked at. */
    let at = 0;
    const pace = createPace();
    const tell = (done: number) => {
      const left = missing.length - at - done;
      onProgress({ done: photos.length - left, total: photos.length, etaSeconds: pace.secondsFor(left) });
    };
    if (photos.length === 0) tell(0);
    while (at < missing.length) {
      tell(0);
      await Promise.race([gate.passed(signal), served.promise]);
      if (gate.isOpen) {
        const batch = missing.slice(at, at + BATCH);
        const wish: Wish = { network, signal, device: 'auto', onProgress: tell };
        await inLane(() => pace.time(batch.length, () => extractMissing(store, batch, wish)));
        at += BATCH;
      } else {
        missing = withoutVector(store, missing.slice(at));
        at = 0;
      }
    }
  }

  return {
    async now(network) {
      const store = stores.known(network.info) ?? (await stores.using(network.info, async (opened) => opened));
      return vectorsOf(store, network, readablePages(library.db));
    },

    of: (photos, wish) =>
      ahead(() =>
        stores.using(wish.network.info, async (store) => {
          await extractMissing(store, photos, wish);
          served.resolve();
          served = Promise.withResolvers();
          const found = await vectorsOf(store, wish.network, [photos]);
          if (found) return found;
          throw new WhiskerError(
            'training-failed',
            'None of the photos could be read.',
            'Check that the folder is there, let Whisker look for new photos, then train again.',
          );
        }),
      ),

    lookAhead: (network, signal, onProgress) =>
      stores.using(network.info, async (store) => {
        const photos = await photosWithFile(library.db);
        await lookAt(store, photos, { network, signal, onProgress }).finally(() => inLane(rest));
        return photos.length - withoutVector(store, photos).length;
      }),

    fresh: (photos, wish) =>
      ahead(async () => {
        const dir = await mkdtemp(join(tmpdir(), 'whisker-check-'));
        try {
          const store = await openFeatureStore(dir, wish.network.info);
          await extractMissing(store, photos, wish).finally(() => store.close());
          return await readVectors(store, photos);
        } finally {
          await rm(dir, { recursive: true, force: true });
        }
      }),

    adopt: (network, vectors) =>
      inLane(() =>
        stores.using(network.info, async (store) => {
          let kept = 0;
          for await (const some of vectors) {
            const unknown = new Map(some.map((one) => [one.sha256, one]));
            for (const sha256 of unknown.keys()) if (store.rowOf(sha256) !== undefined) unknown.delete(sha256);
            if (unknown.size > 0) await store.append([...unknown.values()]);
            kept += unknown.size;
          }
          return kept;
        }),
      ),
  };
}

/** By content, of those of the photos that have one. */
async function readVectors(
  { path, features, rowOf }: FeatureStore,
  photos: readonly FoundPhoto[],
): Promise<Map<string, Float32Array>> {
  const file = await open(path, 'r');
  try {
    const found = photos.flatMap(({ sha256 }) => {
      const row = rowOf(sha256);
      if (row === undefined) return [];
      const vector = new Float32Array(features);
      readRows(file.fd, new Uint8Array(vector.buffer), vector.byteLength, Int32Array.of(row));
      return [[sha256, vector] as const];
    });
    return new Map(found);
  } finally {
    await file.close();
  }
}

const withoutVector = <Photo extends FoundPhoto>(store: FeatureStore, photos: readonly Photo[]): Photo[] =>
  photos.filter(({ sha256 }) => store.rowOf(sha256) === undefined);

/** Those of the photos that have a vector, in their order; null when none has. */
async function vectorsOf(
  store: FeatureStore,
  { info }: InstalledBackbone,
  pages: Iterable<readonly FoundPhoto[]> | AsyncIterable<readonly FoundPhoto[]>,
): Promise<PhotoFeatures | null> {
  const ids: PhotoId[] = [];
  const rows: number[] = [];
  for await (const photos of pages)
    for (const { id, sha256 } of photos) {
      const row = store.rowOf(sha256);
      if (row === undefined) continue;
      ids.push(id);
      rows.push(row);
    }
  if (ids.length === 0) return null;
  return {
    ids,
    features: {
      ...{ path: store.path, length: store.features, rows: Int32Array.from(rows), backbone: info.sha256 },
      ...(store.quantised !== null && { quantised: store.quantised }),
    },
  };
}
