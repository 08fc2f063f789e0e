// Training as the rest of Whisker sees it: one run at a time on the open library, its history, and the model that is in
// use.

import { toFailure, WhiskerError } from '../../shared/errors.ts';
import type {
  Preset,
  RunDetail,
  RunSummary,
  TrainingOptions,
  TrainingRuntime,
  TrainingState,
} from '../../shared/training.ts';
import type { RunId } from '../../shared/types.ts';
import type { BackboneService } from '../backbone/backbone.ts';
import type { Db } from '../db/open.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { activeRun, failInterruptedRun, getRun, getRunDetail, insertRun, listRuns } from '../db/runs.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import type { LibraryService } from '../library/library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import type { LabelRow } from '../labels/label-csv.ts';
import { evaluate } from '../review/score.ts';
import type { Evaluation } from '../review/score.ts';
import { predictMissing } from '../predictions/predict-missing.ts';
import type { Predicted } from '../predictions/predict-missing.ts';
import { presets } from './presets.ts';
import { readNote, heartbeatFile } from './run-folder.ts';
import { createRuntimeProbe } from './runtime.ts';
import { CLOSED_WHILE_TRAINING, startSession } from './session.ts';
import type { Session } from './session.ts';
import { isAlive } from './heartbeat.ts';
import { findStartingModel, takeSnapshot } from './snapshot.ts';

export interface TrainingService {
  presets(): Preset[];
  runtime(): TrainingRuntime;
  state(): TrainingState;
  /**
   * On a backbone it is the one that is set up unless another is given. Throws 'training-unavailable',
   * 'too-few-labels', 'training-running', 'no-library', and as `BackboneService.require` does.
   */
  start(options: TrainingOptions, backbone?: InstalledBackbone): Promise<RunSummary>;
  /** Ends the run soon and keeps its best so far; nothing happens when none runs. */
  stop(): void;
  /**
   * Lets the run rest until it is resumed or stopped; its budget waits with it. Nothing happens unless a run is
   * learning.
   */
  pause(): void;
  resume(): void;
  /** Resolves when the run in progress ends; null when none runs. */
  ended(): Promise<RunSummary | null>;
  runs(): RunSummary[];
  run(id: RunId): RunDetail;
  /** The run whose predictions are shown. */
  active(): RunSummary | null;
  /** Lets the active run's model judge the photos that came after it. Throws 'not-found' when there is no model. */
  predict(onProgress?: (done: number, total: number) => void): Promise<Predicted>;
  /** Scores the active run on `rows`, after `predict`. Throws 'bad-input' as `evaluate` does. */
  evaluate(rows: readonly LabelRow[], onProgress?: (done: number, total: number) => void): Promise<Evaluation>;
  /** Throws 'training-running' while the open library may not be closed. */
  refuseWhileBusy(): void;
  close(): Promise<void>;
}

export interface TrainingParts {
  library: LibraryService;
  backbones: BackboneService;
  events: EventBus;
  engine: Omit<EngineOptions, 'role'>;
}

export function createTrainingService({ library, backbones, events, engine }: TrainingParts): TrainingService {
  const runtime = createRuntimeProbe(engine, events);
  const trainer = createEngine({ role: 'trainer', ...engine });
  // Its own imaging process: packing never makes the grid wait, and is cancelled by ending it.
  const imaging = createEngine({ role: 'imaging', ...engine });
  const settled = new WeakSet<Db>();
  let session: Session | null = null;
  /** From the wish to train or predict until there is a session, or the predicting ends. */
  let preparing = false;

  /** The open library, in which no run is 'running' but those that really are. */
  function opened(): OpenLibrary {
    const open = library.require();
    if (!settled.has(open.db)) {
      settled.add(open.db);
      for (const { id } of runningElsewhere(open)) {
        if (!isAlive(heartbeatFile(open.dir, id))) failInterruptedRun(open.db, id, CLOSED_WHILE_TRAINING);
      }
    }
    return open;
  }

  const runningElsewhere = ({ db }: OpenLibrary) => listRuns(db).filter(({ status }) => status === 'running');

  function refuseWhileBusy(): void {
    if (!session && !preparing) return;
    throw new WhiskerError('training-running', 'Whisker is training.', 'Wait until it ends, or stop it first.');
  }

  function finished(summary: RunSummary | null): void {
    session = null;
    events.emit('training.state', { status: 'idle' });
    if (summary) events.emit('run.ended', summary);
  }

  /** Nothing else may begin, and the library stays open, until `work` has ended. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    refuseWhileBusy();
    preparing = true;
    try {
      return await work();
    } finally {
      preparing = false;
    }
  }

  async function start(options: TrainingOptions, given: InstalledBackbone | undefined): Promise<RunSummary> {
    const open = opened();
    const [other] = runningElsewhere(open).filter(({ id }) => isAlive(heartbeatFile(open.dir, id)));
    if (other) {
      throw new WhiskerError('training-running', 'Another Whisker is training on these photos.', 'Wait until it ends.');
    }
    const snapshot = await takeSnapshot(open);
    const backbone = options.features === 'backbone' ? (given ?? (await backbones.require())) : null;
    const info = backbone?.info ?? null;
    const known = await runtime.known();
    if (!known.available) throw new WhiskerError('training-unavailable', known.reason, known.remedy);
    if (options.device === 'gpu' && known.device.kind === 'cpu') throw noGpu();
    const startFrom = findStartingModel(open, options, snapshot.classes, info);
    const runId = insertRun(open.db, {
      options,
      startedFrom: startFrom?.runId ?? null,
      labelled: snapshot.labelled.length,
      photos: snapshot.photos.length,
      classes: snapshot.classes,
      backbone: info,
    });
    const plan = { library: open, runId, options, snapshot, startFrom, backbone };
    const started = startSession({ ...plan, events, imaging, trainer });
    session = started;
    void started.ended.then(finished, (error: unknown) => {
      finished(null);
      // The row could not be written: opening the library again marks the run as failed.
      process.emitWarning(toFailure(error).message);
    });
    events.emit('training.state', started.state());
    return getRun(open.db, runId);
  }

  async function predict(onProgress?: (done: number, total: number) => void): Promise<Predicted> {
    try {
      return await predictMissing(opened(), { imaging, trainer, onProgress });
    } finally {
      await Promise.all([imaging.kill(), trainer.kill()]);
    }
  }

  return {
    presets: () => [...presets],
    runtime: runtime.current,
    state: () => session?.state() ?? { status: 'idle' },
    start: (options, backbone) => alone(() => start(options, backbone)),
    stop: () => session?.stop(),
    pause: () => session?.pause(),
    resume: () => session?.resume(),
    ended: async () => session && session.ended,
    runs: () => listRuns(opened().db),
    run: (id) => getRunDetail(opened().db, id),
    active() {
      const { db } = opened();
      const id = activeRun(db);
      return id === null ? null : getRun(db, id);
    },
    predict: (onProgress) => alone(() => predict(onProgress)),
    async evaluate(rows, onProgress) {
      const { run } = await alone(() => predict(onProgress));
      const { db, dir } = opened();
      return evaluate(db, run, rows, readNote(dir, run)?.trainedOn ?? []);
    },
    refuseWhileBusy,
    async close() {
      await session?.abandon();
      await Promise.all([runtime.close(), trainer.kill(), imaging.kill()]);
    },
  };
}

const noGpu = (): WhiskerError =>
  new WhiskerError(
    'training-unavailable',
    'Training on the GPU was asked for, but TensorFlow sees no GPU here.',
    'Choose the CPU, or run "npm run setup -- --gpu" on a machine with an NVIDIA GPU and its driver.',
  );
