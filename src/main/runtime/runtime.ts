// The native TensorFlow of this machine: whether there is one, and the download of one that is lacking, when a person
// asks for it.

import { rm, stat } from 'node:fs/promises';
import { cacheFolder } from '../../files/cache-folder.ts';
import { inSentences, toFailure, WhiskerError } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import type { RuntimeOffer, RuntimeState, SetupProgress, TrainingRuntime } from '../../shared/training.ts';
import { fetchedBytes, removeFetched } from '../download/fetch-file.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import { throttle } from '../throttle.ts';
import { installRuntime, runtimePaths } from './install.ts';
import { offerFor } from './offers.ts';
import type { RuntimeReleases } from './offers.ts';
import { createRuntimeProbe } from './probe.ts';
import type { KnownRuntime } from './probe.ts';

export interface RuntimeService {
  /** Whether Whisker was installed, rather than started from a checkout, where set-up can help. */
  readonly installed: boolean;
  /** Can this machine train? The first call begins to find out. */
  current(): TrainingRuntime;
  /** Resolves once it is known; asks again while no native TensorFlow was found. */
  known(): Promise<KnownRuntime>;
  state(): Promise<RuntimeState>;
  /** Begins to download what is offered; nothing happens while that goes on. Throws 'not-found' when nothing is. */
  download(): Promise<RuntimeState>;
  /** What has come so far stays. */
  cancelDownload(): Promise<RuntimeState>;
  /** Resolves when the download in progress ends, with why it failed; null when it did not, or none runs. */
  downloaded(): Promise<Failure | null>;
  /** Removes everything that was downloaded here, whole or not, and resolves with the names of the whole ones. */
  remove(): Promise<string[]>;
  close(): Promise<void>;
}

export interface RuntimeParts {
  engine: Omit<EngineOptions, 'role'>;
  events: EventBus;
  releases: RuntimeReleases;
  installed: boolean;
}

interface Download {
  offer: RuntimeOffer;
  progress: SetupProgress;
  cancelling: AbortController;
  ended: Promise<Failure | null>;
}

const ANNOUNCE_EVERY_MS = 200;

export function createRuntimeService(parts: RuntimeParts): RuntimeService {
  const { engine, events, releases, installed } = parts;
  const cacheDir = cacheFolder();
  const isOffered = (flavour: RuntimeOffer['flavour']) => offerFor(releases, flavour) !== null;
  const probe = createRuntimeProbe({ engine, events, cacheDir, installed, isOffered });
  let current: Download | null = null;

  function offered(): RuntimeOffer | null {
    const flavour = probe.lacks();
    return flavour && offerFor(releases, flavour);
  }

  async function state(): Promise<RuntimeState> {
    if (current) return { status: 'downloading', offer: current.offer, progress: current.progress };
    const offer = offered();
    if (!offer) return { status: 'none' };
    return { status: 'offered', offer, doneBytes: await fetchedBytes(runtimePaths(cacheDir, offer).archive) };
  }

  async function announce(error: string | null = null): Promise<RuntimeState> {
    const now = await state();
    events.emit('runtime.changed', { state: now, error });
    return now;
  }
  // What can be downloaded follows what is lacking.
  const unsubscribe = events.subscribe(({ name }) => {
    if (name === 'training.runtime' && !current) void announce();
  });

  function begin(offer: RuntimeOffer): Download {
    const download: Download = {
      offer,
      progress: { step: 'Downloading', done: 0, total: offer.bytes },
      cancelling: new AbortController(),
      ended: Promise.resolve(null),
    };
    const tell = throttle(ANNOUNCE_EVERY_MS, () => void announce());
    const { redirectHosts } = releases;
    const { signal } = download.cancelling;
    const onProgress = (progress: SetupProgress) => {
      download.progress = progress;
      tell();
    };
    download.ended = installRuntime({ offer, redirectHosts, cacheDir, engine, signal, onProgress })
      .then(() => probe.again())
      .then(
        () => ended(null),
        (error: unknown) => ended(toFailure(error)),
      );
    async function ended(failure: Failure | null): Promise<Failure | null> {
      tell.flush();
      current = null;
      await announce(failure && failure.code !== 'cancelled' ? inSentences(failure) : null);
      return failure;
    }
    return download;
  }

  async function endDownload(): Promise<void> {
    current?.cancelling.abort();
    await current?.ended;
  }

  return {
    installed,
    current: probe.current,
    known: probe.known,
    state,
    async download() {
      const offer = current?.offer ?? offered();
      if (!offer) {
        throw new WhiskerError(
          'not-found',
          'There is no TensorFlow to download that this machine lacks and could use.',
        );
      }
      current ??= begin(offer);
      return announce();
    },
    async cancelDownload() {
      await endDownload();
      return state();
    },
    downloaded: async () => current && current.ended,
    async remove() {
      await endDownload();
      const removed = [];
      for (const one of releases.runtimes) {
        const { folder, unpacked, archive } = runtimePaths(cacheDir, one);
        if (await isThere(folder)) removed.push(one.id);
        await removeFetched(archive);
        for (const place of [folder, unpacked]) await rm(place, { recursive: true, force: true });
      }
      if (removed.length > 0) await probe.again();
      await announce();
      return removed;
    },
    async close() {
      unsubscribe();
      await endDownload();
      await probe.close();
    },
  };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
