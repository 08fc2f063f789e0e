// What the pretrained network makes of the open library's photos: looked at ahead as soon as there is a network, behind
// everything that somebody waits for; and at once for a run that needs it. The only owner of the feature store.

import { setTimeout as after } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { inSentences, toFailure, WhiskerError } from '../../shared/errors.ts';
import type { Device } from '../../shared/training.ts';
import type { FeatureState } from '../../shared/types.ts';
import type { BackboneService } from '../backbone/backbone.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { sqliteError } from '../db/storage-error.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import type { LibraryService } from '../library/library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { throttle } from '../throttle.ts';
import type { StoredVector } from '../training-data/feature-store.ts';
import type { FoundPhoto } from '../training-data/pack-batch.ts';
import { createExtractor } from './extractor.ts';
import { createGate } from './gate.ts';
import { createLibraryFeatures } from './library-features.ts';
import type { LibraryFeatures, Looked, PhotoFeatures, Wish } from './library-features.ts';

export type { PhotoFeatures } from './library-features.ts';

export interface FeaturesWanted {
  signal: AbortSignal;
  /** Photos that have been looked at, of those that had no vector. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** The network that is set up, unless another is given. */
  network?: InstalledBackbone | undefined;
  device?: Device | undefined;
}

export interface FeatureService {
  state(): FeatureState;
  /**
   * Photos that have a vector now, by photo id, excluded ones left out; null without any. Throws 'no-library', and
   * 'training-running' while another Whisker writes to the store.
   */
  now(): Promise<PhotoFeatures | null>;
  /**
   * The vectors of all of these photos but those that can't be decoded, in their order; before everything else, also
   * when looking ahead is paused. Rejects with 'cancelled' when aborted, 'bad-input' when the network is not what it
   * was, 'training-failed' when no photo could be read, 'no-library', and as `BackboneService.require` does; what was
   * made is kept.
   */
  of(photos: readonly FoundPhoto[], wanted: FeaturesWanted): Promise<PhotoFeatures>;
  /**
   * What the network makes of these photos now, whatever is stored of them: vectors by content (SHA-256 in hex).
   * Rejects as `of` does.
   */
  fresh(photos: readonly FoundPhoto[], wanted: FeaturesWanted): Promise<Map<string, Float32Array>>;
  /**
   * Keeps vectors that the network has made elsewhere, of photos that have none here. Resolves with how many those
   * were. Throws as `now` does.
   */
  adopt(network: InstalledBackbone, vectors: AsyncIterable<StoredVector[]>): Promise<number>;
  /** Until `resume`, or the library closes. */
  pause(): FeatureState;
  /** Also tries again what has failed. */
  resume(): FeatureState;
  /** Somebody looks at pictures: what is made ahead waits a moment. */
  giveWay(): void;
  close(): Promise<void>;
}

export interface FeatureParts {
  library: LibraryService;
  backbones: Pick<BackboneService, 'state' | 'require'>;
  events: EventBus;
  engine: Omit<EngineOptions, 'role'>;
  /** Whether photos are looked at before anybody asks. */
  looksAhead: boolean;
}

const ANNOUNCE_EVERY_MS = 250;
/** Pictures come in bursts; the next one is often on its way. */
const PICTURES_MS = 300;
const TRY_AGAIN_MS = 5000;
const [SCAN, RUN, PICTURES, PAUSED] = ['scan', 'run', 'pictures', 'paused'];

/** An open library, and the look ahead at its photos. */
interface Open {
  library: OpenLibrary;
  features: LibraryFeatures;
  /** Ends the look that is under way. */
  looking: AbortController;
  ended: Promise<void>;
}

export function createFeatureService({ library, backbones, events, engine, looksAhead }: FeatureParts): FeatureService {
  const extractor = createExtractor(engine);
  const announce = throttle(ANNOUNCE_EVERY_MS, () => events.emit('features.changed', state()));
  const gate = createGate(() => found.status === 'looking' && announce());
  let open: Open | null = null;
  let paused = false;
  let scanning = false;
  let found: Exclude<FeatureState, { status: 'looking' }> | ({ status: 'looking' } & Looked) = none('no-library');

  function state(): FeatureState {
    if (found.status !== 'looking') return found;
    return { ...found, etaSeconds: gate.isOpen ? found.etaSeconds : null, paused };
  }

  function become(next: typeof found): void {
    if (next.status !== 'looking' && isDeepStrictEqual(next, found)) return;
    const isNews = next.status !== 'looking' || found.status !== 'looking';
    found = next;
    announce();
    if (isNews) announce.flush();
  }

  /** Begins the look ahead, or begins it anew with what there is now. */
  function look(): void {
    if (!open || !looksAhead) return;
    const here = open;
    here.looking.abort();
    const { signal } = (here.looking = new AbortController());
    here.ended = here.ended.then(() => lookAt(here, signal));
  }

  async function lookAt({ library: { db }, features }: Open, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        const network = await backbones.state();
        if (signal.aborted) return;
        if (network.status === 'unusable') {
          throw new WhiskerError('bad-input', network.reason, network.remedy ?? undefined);
        }
        if (network.status !== 'ready') return become(none('no-network'));
        try {
          const photos = await features.lookAhead(network, signal, (looked) =>
            become({ status: 'looking', ...looked }),
          );
          // A scan may bring the first ones; its end is a beginning.
          if (photos > 0 || !scanning) become({ status: 'ready', photos });
          return;
        } catch (error) {
          if (toFailure(error).code !== 'training-running') throw error;
          // Another Whisker writes to the store; what it makes is ours too.
          await after(TRY_AGAIN_MS, undefined, { signal, ref: false });
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      become({ status: 'failed', reason: inSentences(toFailure(sqliteError(error, db.name))) });
    }
  }

  library.accompany({
    opened(opened) {
      scanning = true;
      gate.hold(SCAN);
      const features = createLibraryFeatures(opened, extractor, gate);
      open = { library: opened, features, looking: new AbortController(), ended: Promise.resolve() };
      become(none('no-network'));
      look();
    },
    async closing() {
      const closing = open;
      if (!closing) return;
      open = null;
      closing.looking.abort();
      become(none('no-library'));
      await closing.ended;
      await extractor.rest();
      paused = false;
      for (const reason of [PAUSED, SCAN, PICTURES]) gate.release(reason);
    },
  });

  const unsubscribe = events.subscribe(({ name, payload }) => {
    if (name === 'scan.progress') {
      scanning = payload.phase === 'listing' || payload.phase === 'reading';
      if (scanning) return gate.hold(SCAN);
      gate.release(SCAN);
      // What it found is looked at too; a failure is no other for that.
      if (found.status !== 'failed') look();
    }
    if (name === 'training.state') {
      if (payload.status === 'idle' || payload.status === 'paused') gate.release(RUN);
      else gate.hold(RUN);
    }
    if (name === 'backbone.changed' && payload.state.status !== 'downloading') look();
  });

  function opened(): LibraryFeatures {
    library.require();
    if (!open) throw new WhiskerError('no-library', 'No library is open.', 'Open a folder of photos first.');
    return open.features;
  }

  const wishOf = async ({ network, device = 'auto', signal, onProgress }: FeaturesWanted): Promise<Wish> => ({
    network: network ?? (await backbones.require()),
    ...{ device, signal, onProgress },
  });

  return {
    state,
    async now() {
      const features = opened();
      const network = await backbones.state();
      return network.status === 'ready' ? features.now(network) : null;
    },
    of: async (photos, wanted) => opened().of(photos, await wishOf(wanted)),
    fresh: async (photos, wanted) => opened().fresh(photos, await wishOf(wanted)),
    adopt: async (network, vectors) => opened().adopt(network, vectors),
    pause() {
      paused = true;
      gate.hold(PAUSED);
      return state();
    },
    resume() {
      paused = false;
      gate.release(PAUSED);
      if (found.status === 'failed') look();
      return state();
    },
    giveWay: () => gate.holdFor(PICTURES, PICTURES_MS),
    async close() {
      unsubscribe();
      open?.looking.abort();
      await open?.ended;
      await extractor.rest();
    },
  };
}

const none = (reason: 'no-library' | 'no-network') => ({ status: 'none', reason }) as const;
