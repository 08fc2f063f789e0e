// The services wired together. Knows no host: Electron, the web host and the command line all hold one App.

import { platform } from 'node:os';
import * as v from 'valibot';
import manifest from '../../package.json' with { type: 'json' };
import { callNames } from '../shared/contract.ts';
import type { CallName, EventMessage, Handlers, Input } from '../shared/contract.ts';
import { toFailure, WhiskerError } from '../shared/errors.ts';
import type { ErrorCode, Result } from '../shared/errors.ts';
import type { BackboneOffer } from '../shared/training.ts';
import { parseBroughtUrl, parseExportUrl, parsePhotoUrl, parseSheetUrl, type Export } from '../shared/urls.ts';
import { createArchiveService } from './archive/archive-service.ts';
import { archiveResponse } from './archive/archive-response.ts';
import { createBackboneService } from './backbone/backbone.ts';
import { offers as knownOffers } from './backbone/offers.ts';
import { createBurstService } from './bursts/burst-service.ts';
import { createAnnouncer } from './calls/announce.ts';
import { createHandlers } from './calls/handlers.ts';
import type { Services } from './calls/handlers.ts';
import { schemas } from './calls/schemas.ts';
import { slowQueries } from './db/open.ts';
import { hasRun } from './db/runs.ts';
import type { SlowQuery } from './db/open.ts';
import { sqliteError } from './db/storage-error.ts';
import { diagnose } from './diagnostics/diagnostics.ts';
import { createEngine } from './engine-host/engine.ts';
import { createEventBus } from './events.ts';
import type { EventBus } from './events.ts';
import { createExplorer } from './explorer/explorer.ts';
import { createDrawingService } from './drawings/drawings.ts';
import { createModelExporter } from './export/model/service.ts';
import { createPictureShelf } from './export/picture-shelf.ts';
import { runLabelsResponse } from './export/run-labels.ts';
import { curvesResponse, pictureResponse } from './export/download.ts';
import { createExportService } from './export/export-service.ts';
import { createFeatureService } from './features/feature-service.ts';
import { createImportService } from './labels/import-service.ts';
import { createFolderFollower } from './library/folder-follower.ts';
import { createLibraryService } from './library/library.ts';
import type { OpenLibrary } from './library/open-library.ts';
import { createLiveService } from './live/live.ts';
import { createSuggester } from './live/suggestions.ts';
import { framesOf } from './log.ts';
import type { Log } from './log.ts';
import type { LogFile } from './log-file.ts';
import { createOwnKeysService } from './keys/own-keys.ts';
import { createMapService } from './map/map.ts';
import { createPilesService } from './piles/piles.ts';
import { createHandedIn } from './predictions/handed-in.ts';
import { predictNewcomers } from './predictions/newcomers.ts';
import { createPredictor } from './predictions/predictor.ts';
import { createFolderSorter } from './predictions/sort-folder.ts';
import { createComputerService } from './remote/computers.ts';
import type { ComputerParts } from './remote/computers.ts';
import { createBurstFinder } from './review/bursts.ts';
import { createLabelChecker } from './review/doubtful-labels.ts';
import { createCurveService } from './runs/learning-curve.ts';
import { createTrainingService } from './runs/service.ts';
import { releases as knownReleases } from './runtime/offers.ts';
import type { RuntimeReleases } from './runtime/offers.ts';
import { createWayService } from './runs/way-to-learn.ts';
import { createRuntimeService } from './runtime/runtime.ts';

export interface AppOptions {
  /** The command line passes 'web'. */
  host: 'desktop' | 'web';
  /** Folder for everything Whisker keeps; `defaultDataDir()` unless asked otherwise. */
  dataDir: string;
  /** `--library DIR`: database and caches of the one library live here instead of dataDir/libraries/<id>. */
  libraryDir?: string;
  /** The plain-Node binary and the engine's entry file (`places().engineEntry`). */
  engine: { node: string; entry: string };
  /** Backbones to download when asked; those of `backbone/offers.ts` unless given. */
  offers?: readonly BackboneOffer[];
  /** Whether Whisker was installed, without the set-up that a checkout has. */
  installed?: boolean;
  /** Native runtimes to download when asked; those of `runtime/offers.ts` unless given. */
  releases?: RuntimeReleases;
  /** How patient it is with another computer that trains. */
  remote?: Pick<ComputerParts, 'retryAfterMs' | 'silenceMs'>;
  /**
   * Whether a library's photos are looked at, and its folder watched, before anybody asks; a command that ends by
   * itself has no use for it.
   */
  looksAhead?: boolean;
  /** Where slow work and failures are written down; nowhere unless given. */
  logFile?: LogFile;
}

export interface App {
  /** Validates the input, runs the handler, never throws: errors come back as Result. */
  call(name: string, input: unknown): Promise<Result<unknown>>;
  /** Returns the function that unsubscribes. */
  subscribe(listener: (event: EventMessage) => void): () => void;
  /** Answers the addresses of shared/urls.ts; 404 for everything else. */
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
  /**
   * The system takes the time that `close` needs: what is labelled is on the disk and the database closed when this
   * returns, and a run that learns can go on another time. The process must end next.
   */
  closeNow(): void;
}

/** What the command line holds: its commands go beyond the calls. */
export interface OpenedApp extends App {
  readonly services: Services;
}

export function createApp(options: AppOptions): OpenedApp {
  const { dataDir, offers = knownOffers, installed = false, releases = knownReleases } = options;
  const { looksAhead = false, logFile = null } = options;
  const log: Log = logFile?.log ?? (() => {});
  const events = createEventBus((error, name) =>
    log('error', `A listener of ${name} failed: ${framesOf(error)}`.trimEnd(), String(error)),
  );
  const engine = { ...options.engine, log };
  const imaging = createEngine({ role: 'imaging', ...engine });
  const library = createLibraryService({ options: { ...options, engine }, events, imaging });
  const backbones = createBackboneService({ dataDir, engine, events, offers });
  const follower = createFolderFollower({ library, events, log, dataDir, watches: looksAhead });
  const runtime = createRuntimeService({ engine, events, releases, installed });
  const features = createFeatureService({ library, backbones, events, engine, looksAhead });
  const bursts = createBurstService({ library, events, engine });
  const predictor = createPredictor({ library, engine });
  const computers = createComputerService({ dataDir, log, ...options.remote });
  const training = createTrainingService({ library, backbones, features, runtime, computers, bursts, events, engine });
  const explorer = createExplorer(engine);
  const live = createLiveService({ dataDir, library, events, features, explorer });
  // What it has read is of one library.
  library.accompany({ opened: () => {}, closing: () => explorer.rest() });
  const piles = createPilesService({ library, features, explorer, events });
  const map = createMapService({ library, features, explorer, events, log });
  const suggester = createSuggester({ library, learner: live.learner, explorer });
  const drawings = createDrawingService({ library, training, explorer, imaging });
  const pictures = createPictureShelf();
  const exports = createExportService({ library, events, predictedBy: () => live.newest() });
  const announce = createAnnouncer({ library, training, events });
  const stopNewcomers = looksAhead
    ? predictNewcomers({ library, training, features, predictor, events, log, onPredicted: announce.library })
    : async () => {};
  const handedIn = createHandedIn({ library, predictor, imaging });
  const sorter = createFolderSorter({ library, predictor, imaging, events, dataDir });
  const info = { version: manifest.version, host: options.host, platform: platform() };
  const diagnosed = { info, dataDir, library, backbones, runtime, logFile };
  const archives = createArchiveService({
    dataDir,
    library,
    refuseWhileBusy: training.refuseWhileBusy,
    async backbone() {
      const state = await backbones.state();
      return state.status === 'ready' ? { path: state.path, info: state.info } : null;
    },
  });
  const services: Services = {
    info,
    library,
    follower,
    training,
    runtime,
    backbones,
    features,
    ways: createWayService({ library, engine }),
    live,
    suggester,
    labelChecker: createLabelChecker({ library, features, explorer }),
    bursts,
    imports: createImportService({ library, events, engine }),
    burstFinder: createBurstFinder({ library, features, explorer, events, log }),
    curve: createCurveService({ library, features, explorer }),
    piles,
    drawings,
    pictures,
    exports,
    map,
    ownKeys: createOwnKeysService({ dataDir, events }),
    archives,
    predictor,
    handedIn,
    sorter,
    models: createModelExporter({ library, training, events, engine, version: manifest.version }),
    computers,
    events,
    announce,
    diagnose: (asked) => diagnose(diagnosed, asked),
  };
  const handlers = createHandlers(services);

  function exported(open: OpenLibrary, asked: Export): Response | Promise<Response> | null {
    const { db, name } = open;
    switch (asked.what) {
      case 'download':
        return exports.download(asked.number);
      case 'run-labels':
        return runLabelsResponse(open, asked.run);
      case 'curves':
        return hasRun(db, asked.run) ? curvesResponse(db, name, asked.run) : null;
      case 'picture': {
        const picture = pictures.take(asked.number);
        return picture && pictureResponse(name, picture);
      }
      case 'archive':
        return archiveResponse(archives, name, asked.parts);
      case 'sorted':
        return sorter.csv(asked.job);
    }
  }

  const stopLogging = logWhatHappens(log, events);
  // Numbers that no single call has changed: the end of a run, the end of a scan.
  events.subscribe(({ name, payload }) => {
    const scanEnded = name === 'scan.progress' && !['listing', 'reading'].includes(payload.phase);
    if (name === 'run.ended' || scanEnded) announce.library();
  });

  return {
    services,
    async call(name, input) {
      try {
        if (!isCallName(name)) throw new WhiskerError('forbidden', `There is no call named "${name.slice(0, 60)}".`);
        return { ok: true, value: await timed(log, name, () => answer(handlers, name, input)) };
      } catch (error) {
        const failure = toFailure(sqliteError(error, library.current?.db.name ?? options.dataDir));
        if (faults.has(failure.code)) {
          log('error', `${name.slice(0, 60)} failed: ${failure.code} ${framesOf(error)}`.trimEnd(), String(error));
        }
        return { ok: false, error: failure };
      }
    },
    subscribe: events.subscribe,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const photo = parsePhotoUrl(pathname);
      if (photo && library.current) {
        features.giveWay();
        return library.photoResponse(photo.id, photo.size, request);
      }
      const moment = parseSheetUrl(pathname);
      if (moment && library.current) return drawings.sheet(moment);
      const brought = library.current && parseBroughtUrl(pathname);
      if (brought?.what === 'handed') return handedIn.response(brought.number);
      if (brought) return sorter.picture(brought.job, brought.index);
      const asked = parseExportUrl(pathname);
      return (asked && library.current && exported(library.current, asked)) ?? new Response(null, { status: 404 });
    },
    async close() {
      live.close();
      follower.close();
      sorter.stop();
      await stopNewcomers();
      await predictor.close();
      await training.close();
      await bursts.close();
      await explorer.rest();
      await features.close();
      await runtime.close();
      await backbones.close();
      await library.close();
      await imaging.kill();
      stopLogging();
    },
    closeNow() {
      training.pause();
      library.closeNow();
    },
  };
}

/** Failures that are no mistake of the person. */
const faults = new Set<ErrorCode>([
  'training-unavailable',
  'training-failed',
  'out-of-memory',
  'engine-crashed',
  'connection-lost',
  'storage-failed',
  'restorable',
  'internal',
]);

/** Slow queries, notices of runs, and failures that no call answers for. Returns the function that ends it. */
function logWhatHappens(log: Log, events: EventBus): () => void {
  const onSlowQuery = (query: unknown) => {
    const { sql, ms } = query as SlowQuery; // Published by db/open.ts alone.
    log('info', `A query took ${Math.round(ms)} ms: ${sql.replace(/\s+/g, ' ').trim()}`);
  };
  slowQueries.subscribe(onSlowQuery);
  const unsubscribe = events.subscribe(({ name, payload }) => {
    if (name === 'run.ended') {
      for (const notice of payload.notices) log('warning', `Run ${payload.id} gave a notice.`, notice);
      if (payload.error !== null) log('error', `Run ${payload.id} failed.`, payload.error);
    }
    if (name === 'scan.progress' && payload.error !== null) log('error', 'A scan failed.', payload.error);
  });
  return () => {
    slowQueries.unsubscribe(onSlowQuery);
    unsubscribe();
  };
}

const isCallName = (name: string): name is CallName => callNames.some((known) => known === name);

async function answer<K extends CallName>(handlers: Handlers, name: K, input: unknown): Promise<unknown> {
  // One mistake is enough to refuse; a list of two million could fill the memory.
  const parsed = v.safeParse(schemas[name], input, { abortEarly: true });
  if (!parsed.success) throw wrongInput(name, parsed.issues[0]);
  // The schema of this very name has just let it through; TypeScript can't follow the pairing through the table.
  return handlers[name](parsed.output as Input<K>);
}

function wrongInput(name: CallName, issue: v.BaseIssue<unknown>): WhiskerError {
  const field = v.getDotPath(issue);
  return new WhiskerError('bad-input', `${name}: ${field === null ? 'the input' : `"${field}"`} ${issue.message}.`);
}

const SLOW_MS = 50;

/** Logs the calls that took long enough to be felt. */
async function timed<T>(log: Log, name: CallName, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await work();
  } finally {
    const ms = performance.now() - startedAt;
    if (ms > SLOW_MS) log('info', `${name} took ${Math.round(ms)} ms.`);
  }
}
