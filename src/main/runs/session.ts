// One training run from its row to its predictions: lets the networks learn in one of two ways and stores the result.
// Whatever goes wrong ends in a run marked failed, with a sentence; what is cut off can go on.

import { toFailure } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { MeasuredRows, TrainerEvent } from '../../engine/messages.ts';
import { mostLikely } from '../../shared/statistics.ts';
import { libraryAccuracy } from '../../shared/training.ts';
import type { PreviewedPhoto, Receipt, RunSummary, TrainingOptions, TrainingState } from '../../shared/training.ts';
import type { PhotoId, RunId } from '../../shared/types.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { storeMeasured } from '../db/measured.ts';
import type { MeasuredRow } from '../db/measured.ts';
import { endRun, getRun, storeReceipt } from '../db/runs.ts';
import { sqliteError } from '../db/storage-error.ts';
import type { RunEnd } from '../db/runs.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import type { FeatureService } from '../features/feature-service.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import type { RemoteEngine } from '../remote/computers.ts';
import { createReconnection } from '../remote/reconnection.ts';
import { storePredictions } from '../predictions/store.ts';
import { beginHeartbeat } from './heartbeat.ts';
import { storeHeldOutChoice } from './held-out-choice.ts';
import { learnFromPixels } from './learn-from-pixels.ts';
import { learnOnBackbone } from './learn-on-backbone.ts';
import type { Learned } from './learn.ts';
import { createSheetKeeper } from './kept-sheets.ts';
import { createLiveRun } from './live-run.ts';
import { heartbeatFile, writeNote } from './run-folder.ts';
import type { ModelInput } from './run-folder.ts';
import { asItIs } from './run-history.ts';
import { learnedFrom } from './snapshot.ts';
import type { Snapshot, StartingModel } from './snapshot.ts';

export interface SessionParts {
  library: OpenLibrary;
  runId: RunId;
  options: TrainingOptions;
  snapshot: Snapshot;
  startFrom: StartingModel | null;
  /** What to learn on; null to learn from pixels. */
  backbone: InstalledBackbone | null;
  /** Goes on from the run's checkpoint. */
  resume: boolean;
  events: EventBus;
  features: Pick<FeatureService, 'of'>;
  imaging: Engine;
  trainer: Engine;
  /** Where the trainer is on another computer. */
  remote: { engine: RemoteEngine; retryAfterMs: readonly number[] } | null;
}

export interface Session {
  state(): TrainingState;
  /** Ends the run soon and keeps its best so far; asked again, or not heard for half a minute, it ends now. */
  stop(): void;
  /** Ends the run now, and nothing of it is kept. */
  discard(): void;
  /** Lets the run rest, while it learns, until it is resumed or stopped. */
  pause(): void;
  resume(): void;
  /** Asks a computer that was lost again at once. */
  reconnect(): void;
  /** Ends the run now, so that it can go on from a fresh checkpoint: the app is closing. */
  interrupt(): Promise<void>;
  /** What became of it: null when it was interrupted. */
  readonly ended: Promise<RunSummary | null>;
}

const STOP_HEARD_WITHIN_MS = 30_000;
/** A model on its way home over a slow line. */
const REMOTE_STOP_HEARD_WITHIN_MS = 10 * 60_000;
const CHECKPOINT_WITHIN_MS = 3_000;

/** What is wrong with another computer, not with the run. */
const ofThePlace = new Set<ErrorCode>(['connection-lost', 'training-unavailable', 'training-running']);

type Preview = Extract<TrainerEvent, { event: 'preview' }>;

/** Why the trainer is not to be asked again, whatever it was doing. */
type Cut = 'forced' | 'discarded' | 'interrupted';

export function startSession({ backbone, events, remote, ...parts }: SessionParts): Session {
  const { library, runId, snapshot, startFrom, imaging, trainer } = parts;
  const { db } = library;
  const stopping = new AbortController();
  const cutting = new AbortController();
  const paused = Promise.withResolvers<void>();
  let cut: Cut | null = null;
  let saved: { steps: number; receipt: Receipt } | null = null;
  let deadline: NodeJS.Timeout | undefined;
  let endHeartbeat = (): void => {};
  let over = false;
  const live = createLiveRun(
    { db, events, run: getRun(db, runId), onStorageError: () => cutOff('forced') },
    () => stopping.signal.aborted,
  );

  const reconnection = remote && createReconnection(remote.retryAfterMs, [stopping.signal, cutting.signal]);
  const sheets = createSheetKeeper({ libraryDir: library.dir, runId, imaging }, (error) => {
    if (cut === null) live.notice(`The drawings on the way could not be kept: ${toFailure(error).message}`);
  });

  /** Ends the processes of the run; what they were asked rejects. */
  function cutOff(why: Cut): void {
    // The processes may serve the next run by now.
    if (over) return;
    cut ??= why;
    cutting.abort();
    stopping.abort();
    void trainer.kill();
    void imaging.kill();
  }

  function onTrainerEvent(message: TrainerEvent, ids: readonly PhotoId[], input: ModelInput): void {
    if (message.event === 'paused') paused.resolve();
    if (message.event === 'samples') sheets.offer(message.step, message);
    if (message.event === 'preview') live.advance({ preview: previewOf(message, ids) });
    if (message.event === 'saved') {
      const { steps, receipt, heldOut, measured: rows } = message;
      live.store(() => {
        noteModel(ids, input, heldOut);
        storeReceipt(db, runId, { receipt, steps });
        const { measurable: labelled, asOf } = snapshot;
        storeHeldOutChoice(db, runId, { photoIds: ids, labelled, heldOut, measuredBy: receipt.measuredBy, asOf });
        storeMeasured(db, runId, rows ? measuredOf(rows, ids) : []);
      });
      saved = { steps, receipt };
    }
    live.onTrainerEvent(message);
  }

  /** What the trainer says by position, of the labels that it was told. */
  function measuredOf({ positions, predicted, confidences }: MeasuredRows, ids: readonly PhotoId[]): MeasuredRow[] {
    const labels = new Map(snapshot.photos.map(({ id, classId }) => [id, classId]));
    return Array.from(positions, (position, row) => {
      const photoId = ids[position];
      const truth = photoId === undefined ? undefined : labels.get(photoId);
      const classId = snapshot.classes[predicted[row] ?? -1]?.id;
      if (photoId === undefined || truth === undefined || truth === null || classId === undefined) {
        throw new RangeError(`There is no labelled photo at ${position}.`);
      }
      return { photoId, truth, predicted: classId, confidence: Math.min(1, confidences[row] ?? 0) };
    });
  }

  function previewOf({ positions, probabilities }: Preview, ids: readonly PhotoId[]): PreviewedPhoto[] {
    const { classes } = snapshot;
    return Array.from(positions, (position, row) => {
      const k = mostLikely(probabilities, row, classes.length);
      const [photoId, classId] = [ids[position], classes[k]?.id];
      if (photoId === undefined || classId === undefined) throw new RangeError(`There is no photo at ${position}.`);
      return { photoId, classId, confidence: probabilities[row * classes.length + k] ?? 0 };
    });
  }

  function noteModel(ids: readonly PhotoId[], input: ModelInput, heldOut: Int32Array): void {
    const measured = new Set(Array.from(heldOut).flatMap((position) => ids[position] ?? []));
    const trainedOn = [...new Set([...learnedFrom(snapshot, measured), ...(startFrom?.note.trainedOn ?? [])])];
    writeNote(library.dir, runId, { ...input, classIds: snapshot.classes.map(({ id }) => id), trainedOn });
  }

  async function work(): Promise<RunEnd> {
    endHeartbeat = beginHeartbeat(heartbeatFile(library.dir, runId));
    const learning = { ...parts, reconnection, live, onTrainerEvent, signal: stopping.signal, closing: cutting.signal };
    return keep(await (backbone ? learnOnBackbone(learning, backbone) : learnFromPixels(learning)));
  }

  async function keep({ ids, reply }: Learned): Promise<RunEnd> {
    const { status, steps, device, receipt, probabilities, otherProbabilities, doubts } = reply;
    live.advance({ stage: 'predicting', step: steps, device, etaSeconds: null });
    await storePredictions(db, runId, {
      photoIds: ids,
      classIds: snapshot.classes.map(({ id }) => id),
      probabilities,
      otherProbabilities,
      doubts,
      heldOut: libraryAccuracy({ receipt, measuredOn: getRun(db, runId).measuredOn }),
    });
    return { status, steps, device, receipt, seconds: live.progress.seconds, error: null };
  }

  /** The end of a run whose reply never came; null for one that can go on. */
  function endWithout(error: unknown): RunEnd | null {
    const { step, device, seconds } = live.progress;
    const end = { steps: step, device, seconds, receipt: null, error: null };
    if (live.storageError)
      return { ...end, status: 'failed', error: sentence(sqliteError(live.storageError, db.name)) };
    // The model was on disk: all that is missing are predictions, which can be caught up.
    if (cut === 'forced' && saved) return { ...end, ...saved, status: 'stopped' };
    const { code } = toFailure(error);
    // What was learned is kept, there and as far as it has come home.
    if (ofThePlace.has(code) && cut === null && reconnection?.wasReached()) {
      live.notice(sentence(error));
      return null;
    }
    const stopped = cut !== null || code === 'cancelled' || error === stopping.signal.reason;
    return stopped
      ? { ...end, status: 'stopped' }
      : { ...end, status: 'failed', error: sentence(sqliteError(error, db.name)) };
  }

  async function runToItsEnd(): Promise<RunSummary | null> {
    try {
      const end = await work().catch(endWithout);
      live.flush();
      if (cut === 'interrupted') return null;
      if (end) endRun(db, runId, end);
    } finally {
      await sheets.settled();
      over = true;
      clearTimeout(deadline);
      endHeartbeat();
      // Gives the memory back, the GPU's too.
      await Promise.all([trainer.kill(), imaging.kill()]);
    }
    return asItIs(library, getRun(db, runId));
  }

  const ended = runToItsEnd();
  return {
    state: () => ({ status: live.status, progress: live.progress }),
    stop() {
      if (over) return;
      if (stopping.signal.aborted) return cutOff('forced');
      stopping.abort();
      trainer.tell('stop');
      live.resume();
      live.flush();
      deadline = setTimeout(() => cutOff('forced'), remote ? REMOTE_STOP_HEARD_WITHIN_MS : STOP_HEARD_WITHIN_MS);
    },
    discard() {
      remote?.engine.discard();
      cutOff('discarded');
      live.flush();
    },
    pause() {
      if (!live.pause()) return;
      trainer.tell('pause');
      live.flush();
    },
    resume() {
      trainer.tell('resume');
      live.resume();
      live.flush();
    },
    reconnect: () => reconnection?.now(),
    async interrupt() {
      if (!stopping.signal.aborted && live.pause()) {
        trainer.tell('pause');
        await Promise.race([paused.promise, ended, timeout(CHECKPOINT_WITHIN_MS)]);
      }
      cutOff('interrupted');
      await ended.catch(() => {});
    },
    ended,
  };
}

function sentence(error: unknown): string {
  const { message, remedy } = toFailure(error);
  return remedy === undefined ? message : `${message} ${remedy}`;
}

const timeout = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms).unref());
