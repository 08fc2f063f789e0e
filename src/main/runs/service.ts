// Training as the rest of Whisker sees it: one run at a time on the open library, its history, and the model that is in
// use.

import { toFailure, WhiskerError } from '../../shared/errors.ts';
import type { RunDetail, RunSummary, TrainingOptions, TrainingState } from '../../shared/training.ts';
import { presets, type Preset } from '../../shared/presets.ts';
import type { RunId } from '../../shared/types.ts';
import type { BackboneService } from '../backbone/backbone.ts';
import type { BurstService } from '../bursts/burst-service.ts';
import { transact, type Db } from '../db/open.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { addNotice, getRun, insertRun, putInUse } from '../db/runs.ts';
import { sqliteError } from '../db/storage-error.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import type { FeatureService } from '../features/feature-service.ts';
import type { LibraryService } from '../library/library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import type { LabelRow } from '../labels/label-csv.ts';
import { evaluate } from '../review/score.ts';
import type { Evaluation } from '../review/score.ts';
import { predictMissing } from '../predictions/predict-missing.ts';
import type { Predicted } from '../predictions/predict-missing.ts';
import type { ComputerService } from '../remote/computers.ts';
import type { RuntimeService } from '../runtime/runtime.ts';
import { pruneRuns, readNote, runFolder } from './run-folder.ts';
import {
  deleteRun,
  forgetDeleted,
  restoreRun,
  runDetail,
  runInUse,
  runsOf,
  settleRuns,
  useRun,
} from './run-history.ts';
import { startSession } from './session.ts';
import type { Session, SessionParts } from './session.ts';
import { canRepeat, readLesson, snapshotOf, writeLesson } from './lesson-file.ts';
import { requireRuntime } from './require-runtime.ts';
import { checkSnapshot, findStartingModel, startingModel, takeSnapshot } from './snapshot.ts';
import { mayTakeOver } from './take-over.ts';

export interface TrainingService {
  presets(): Preset[];
  state(): TrainingState;
  /**
   * On a backbone it is the one that is set up unless another is given. Throws 'training-unavailable',
   * 'too-few-labels', 'training-running', 'no-library', and as `BackboneService.require` does.
   */
  start(options: TrainingOptions, backbone?: InstalledBackbone): Promise<RunSummary>;
  /** Ends the run soon and keeps its best so far; nothing happens when none runs. */
  stop(): void;
  /** Ends the run now; nothing of it is kept. */
  discard(): void;
  /**
   * Lets a run that was cut off go on with the time it has left, where it began or `here`. Throws 'not-found' for one
   * that can't.
   */
  goOn(id: RunId, options?: { here: boolean }): Promise<RunSummary>;
  /** A computer that trains and was lost is asked again at once. */
  reconnect(): void;
  /**
   * Trains as a run did, with the seed, the options and the labels that it had. Throws 'not-found' when they are no
   * longer kept, and as `start` does.
   */
  repeat(id: RunId): Promise<RunSummary>;
  /**
   * Puts a run's model in use and lets it judge the photos that it has not seen. Throws 'not-found' without a model.
   */
  use(id: RunId): Promise<void>;
  /** Frees what a run takes on disk when the app closes; until then it can be restored. Throws 'conflict'. */
  delete(id: RunId): void;
  restore(id: RunId): void;
  /**
   * Lets the run rest until it is resumed or stopped; its budget waits with it. Nothing happens unless a run is
   * learning.
   */
  pause(): void;
  resume(): void;
  /** Resolves when the run in progress ends; null when none runs. */
  ended(): Promise<RunSummary | null>;
  runs(): RunSummary[];
  run(id: RunId): Promise<RunDetail>;
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
  features: Pick<FeatureService, 'of'>;
  runtime: Pick<RuntimeService, 'known' | 'installed'>;
  computers: ComputerService;
  bursts: Pick<BurstService, 'settled'>;
  events: EventBus;
  engine: Omit<EngineOptions, 'role'>;
}

export function createTrainingService({
  library,
  backbones,
  features,
  runtime,
  computers,
  bursts,
  events,
  engine,
}: TrainingParts): TrainingService {
  const trainer = createEngine({ role: 'trainer', ...engine });
  // Its own imaging process: packing never makes the grid wait, and is cancelled by ending it.
  const imaging = createEngine({ role: 'imaging', ...engine });
  const settled = new WeakSet<Db>();
  let session: Session | null = null;
  /** From the wish to train or predict until there is a session, or the predicting ends. */
  let preparing = false;

  /** The open library, in which every run that was cut off is settled. */
  function opened(): OpenLibrary {
    const open = library.require();
    if (!settled.has(open.db)) {
      settled.add(open.db);
      settleRuns(open);
      void housekeep(open, () => forgetDeleted(open));
    }
    return open;
  }

  function refuseWhileBusy(): void {
    if (!session && !preparing) return;
    throw new WhiskerError('training-running', 'Whisker is training.', 'Wait until it ends, or stop it first.');
  }

  /** Lets a run that ended well take the place of the one in use, if it may; then says that it has ended. */
  function finished(open: OpenLibrary, summary: RunSummary | null): void {
    session = null;
    if (summary?.usable && mayTakeOver(summary, runInUse(open))) putInUse(open.db, summary.id);
    events.emit('training.state', { status: 'idle' });
    if (summary) events.emit('run.ended', summary);
    void housekeep(open, () => pruneRuns(open.db, open.dir));
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

  function refuseBesideAnother(open: OpenLibrary): void {
    if (!runsOf(open).some(({ status }) => status === 'running')) return;
    throw new WhiskerError('training-running', 'Another Whisker is training on these photos.', 'Wait until it ends.');
  }

  async function start(options: TrainingOptions, given: InstalledBackbone | undefined): Promise<RunSummary> {
    const open = opened();
    refuseBesideAnother(open);
    // What is nearly the same is learned from together, or measures together.
    await bursts.settled();
    const snapshot = await takeSnapshot(open, options);
    const backbone = options.features === 'backbone' ? (given ?? (await backbones.require())) : null;
    const info = backbone?.info ?? null;
    await requirePlace(options);
    const startFrom = findStartingModel(open, options, snapshot.classes, info);
    return beginAnew({ library: open, options, snapshot, startFrom, backbone }, null);
  }

  async function repeat(id: RunId): Promise<RunSummary> {
    const open = opened();
    refuseBesideAnother(open);
    const { startedAt } = getRun(open.db, id);
    const lesson = canRepeat(open, id) ? readLesson(open.dir, id) : null;
    if (lesson === null) {
      const message = `What run ${id} learned from is no longer kept, so it can't be trained again exactly.`;
      throw new WhiskerError('not-found', message, 'Pin a run to be able to repeat it.');
    }
    const { options, backbone } = lesson;
    await requirePlace(options);
    const snapshot = await snapshotOf(open, { ...lesson, asOf: lesson.asOf ?? startedAt });
    checkSnapshot(snapshot);
    const startFrom = startingModel(open, lesson.startFrom);
    const started = beginAnew({ library: open, options, snapshot, startFrom, backbone }, id);
    const missing = lesson.photos.length - snapshot.photos.length;
    if (missing > 0) addNotice(open.db, started.id, missingSince(missing, id));
    return getRun(open.db, started.id);
  }

  function beginAnew(plan: Omit<Plan, 'runId' | 'resume'>, repeats: RunId | null): RunSummary {
    const { library: open, options, snapshot, startFrom, backbone } = plan;
    const { classes, photos, labelled, asOf } = snapshot;
    const startedFrom = startFrom?.runId ?? null;
    // There is no run without its lesson, nor a lesson without its run.
    const runId = transact(open.db, () => {
      const id = insertRun(open.db, {
        options,
        startedFrom,
        repeats,
        labelled: labelled.length,
        photos: photos.length,
        classes,
        backbone: backbone?.info ?? null,
      });
      writeLesson(open.dir, id, {
        options,
        backbone,
        startFrom: startedFrom,
        classes,
        photos: photos.map((photo) => [photo.id, photo.classId]),
        accepted: photos.flatMap((photo) => (photo.accepted ? [photo.id] : [])),
        none: photos.flatMap((photo) => (photo.none ? [photo.id] : [])),
        bursts: photos.flatMap(({ id: photoId, sha256, burst }) => (burst === sha256 ? [] : [[photoId, burst]])),
        ...(asOf !== undefined && { asOf }),
      });
      return id;
    });
    return begin({ ...plan, runId, resume: false });
  }

  /** What another computer lacks it says itself. Throws 'training-unavailable'. */
  const requirePlace = async (options: TrainingOptions): Promise<void> => {
    if (options.computer === undefined) await requireRuntime(runtime, options);
  };

  /** Lets a run that was cut off go on as it began. Throws 'not-found' for one that can't. */
  async function goOn(id: RunId, here: boolean): Promise<RunSummary> {
    const open = opened();
    refuseBesideAnother(open);
    const lesson = readLesson(open.dir, id);
    const run = runsOf(open).find((one) => one.id === id);
    if (run?.status !== 'interrupted' || lesson === null) {
      throw new WhiskerError('not-found', `Run ${id} has nothing left to go on with.`, 'Train again.');
    }
    const { backbone } = lesson;
    const options = here ? { ...lesson.options, computer: undefined } : lesson.options;
    if (here) computers.leave(runFolder(open.dir, id));
    await requirePlace(options);
    return begin({
      library: open,
      runId: id,
      options,
      snapshot: await snapshotOf(open, lesson),
      startFrom: startingModel(open, lesson.startFrom),
      backbone,
      resume: true,
    });
  }

  function begin(plan: Plan): RunSummary {
    const { library: open, runId, options } = plan;
    const { computer } = options;
    const remote =
      computer === undefined
        ? null
        : { engine: computers.trainer(computer, runFolder(open.dir, runId)), retryAfterMs: computers.retryAfterMs };
    const started = startSession({ ...plan, events, features, imaging, trainer: remote?.engine ?? trainer, remote });
    session = started;
    void started.ended.then(
      (summary) => finished(open, summary),
      (error: unknown) => {
        // Its row could not be written: it stays as it is, and the run can go on when that is mended.
        const { message } = toFailure(sqliteError(error, open.db.name));
        finished(open, { ...getRun(open.db, runId), status: 'failed', error: message });
      },
    );
    events.emit('training.state', started.state());
    return getRun(open.db, runId);
  }

  async function predict(onProgress?: (done: number, total: number) => void): Promise<Predicted> {
    try {
      return await predictMissing(opened(), { imaging, trainer, features, onProgress });
    } finally {
      await Promise.all([imaging.kill(), trainer.kill()]);
    }
  }

  return {
    presets: () => [...presets],
    state: () => session?.state() ?? { status: 'idle' },
    start: (options, backbone) => alone(() => start(options, backbone)),
    stop: () => session?.stop(),
    discard: () => session?.discard(),
    goOn: (id, { here } = { here: false }) => alone(() => goOn(id, here)),
    reconnect: () => session?.reconnect(),
    repeat: (id) => alone(() => repeat(id)),
    async use(id) {
      useRun(opened(), id);
      // Photos that it has not judged yet: those that came after it, or all when predicting was cut off.
      await alone(() => predict());
    },
    delete: (id) => deleteRun(opened(), id),
    restore: (id) => restoreRun(opened(), id),
    pause: () => session?.pause(),
    resume: () => session?.resume(),
    ended: async () => session && session.ended,
    runs: () => runsOf(opened()),
    run: (id) => runDetail(opened(), id),
    active: () => runInUse(opened()),
    predict: (onProgress) => alone(() => predict(onProgress)),
    async evaluate(rows, onProgress) {
      const { run } = await alone(() => predict(onProgress));
      const { db, dir } = opened();
      return evaluate(db, run, rows, readNote(dir, run)?.trainedOn ?? []);
    },
    refuseWhileBusy,
    async close() {
      await session?.interrupt();
      await Promise.all([trainer.kill(), imaging.kill()]);
    },
  };
}

type Plan = Omit<SessionParts, 'events' | 'features' | 'imaging' | 'trainer' | 'remote'>;

const missingSince = (photos: number, id: RunId): string =>
  photos === 1
    ? `1 photo that run ${id} looked at is no longer here, so the two may differ.`
    : `${photos} photos that run ${id} looked at are no longer here, so the two may differ.`;

/** What is only tidied away is never a reason for anything else to fail. A library that was closed meanwhile waits. */
const housekeep = ({ db }: OpenLibrary, work: () => Promise<void>): Promise<void> =>
  work().catch((error: unknown) => {
    if (db.open) process.emitWarning(`Old runs could not be tidied away: ${toFailure(error).message}`);
  });
