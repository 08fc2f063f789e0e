// One training run from its row to its predictions: lets the networks learn in one of two ways and stores the result.
// Whatever goes wrong ends in a run marked failed, with a sentence.

import { toFailure } from '../../shared/errors.ts';
import type { RunSummary, TrainingOptions, TrainingState } from '../../shared/training.ts';
import type { RunId } from '../../shared/types.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { endRun, getRun } from '../db/runs.ts';
import type { RunEnd } from '../db/runs.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { learnFromPixels } from './learn-from-pixels.ts';
import { learnOnBackbone } from './learn-on-backbone.ts';
import type { Learned } from './learn.ts';
import { createLiveRun } from './live-run.ts';
import { scoreInUse, storePredictions } from '../predictions/store.ts';
import { pruneRuns, heartbeatFile, writeNote } from './run-folder.ts';
import { beginHeartbeat } from './heartbeat.ts';
import type { Snapshot, StartingModel } from './snapshot.ts';

export const CLOSED_WHILE_TRAINING = 'Whisker was closed while this run was training.';

export interface SessionParts {
  library: OpenLibrary;
  runId: RunId;
  options: TrainingOptions;
  snapshot: Snapshot;
  startFrom: StartingModel | null;
  /** What to learn on; null to learn from pixels. */
  backbone: InstalledBackbone | null;
  events: EventBus;
  imaging: Engine;
  trainer: Engine;
}

export interface Session {
  state(): TrainingState;
  /** Ends the run soon and keeps its best so far. */
  stop(): void;
  /** Lets the run rest, while it learns, until it is resumed or stopped. */
  pause(): void;
  resume(): void;
  /** Ends the run now, as failed: the app is closing. */
  abandon(): Promise<void>;
  readonly ended: Promise<RunSummary>;
}

export function startSession({ backbone, events, ...parts }: SessionParts): Session {
  const { library, runId, options, snapshot, startFrom, imaging, trainer } = parts;
  const { db } = library;
  const stopping = new AbortController();
  const closing = new AbortController();
  const live = createLiveRun({ db, events, runId, minutes: options.minutes }, () => stopping.signal.aborted);

  async function work(): Promise<RunEnd> {
    const learning = { ...parts, live, signal: stopping.signal, closing: closing.signal };
    const learned = await (backbone ? learnOnBackbone(learning, backbone) : learnFromPixels(learning));
    return keep(learned);
  }

  async function keep({ ids, input, reply }: Learned): Promise<RunEnd> {
    const { status, steps, device, receipt, heldOut, probabilities, otherProbabilities } = reply;
    live.advance({ stage: 'predicting', step: steps, device, etaSeconds: null });
    const classIds = snapshot.classes.map(({ id }) => id);
    const measured = new Set(Array.from(heldOut, (position) => ids[position]));
    const learnedFrom = snapshot.labelled.filter((id) => !measured.has(id));
    const trainedOn = [...new Set([...learnedFrom, ...(startFrom?.note.trainedOn ?? [])])];
    writeNote(library.dir, runId, { ...input, classIds, trainedOn });
    const heldOutScore = scoreInUse(receipt);
    await storePredictions(db, runId, {
      photoIds: ids,
      classIds,
      probabilities,
      otherProbabilities,
      heldOut: heldOutScore,
    });
    return { status, steps, device, receipt, seconds: live.progress.seconds, error: null };
  }

  /** The end of a run that has nothing to keep. */
  function endWithout(error: unknown): RunEnd {
    const { step: steps, device, seconds } = live.progress;
    const nothing = { steps, device, seconds, receipt: null };
    if (closing.signal.aborted) return { ...nothing, status: 'failed', error: CLOSED_WHILE_TRAINING };
    const { code, message, remedy } = toFailure(error);
    const stopped = code === 'cancelled' || error === stopping.signal.reason;
    if (stopped) return { ...nothing, status: 'stopped', error: null };
    return { ...nothing, status: 'failed', error: remedy === undefined ? message : `${message} ${remedy}` };
  }

  async function runToItsEnd(): Promise<RunSummary> {
    const endHeartbeat = beginHeartbeat(heartbeatFile(library.dir, runId));
    try {
      const end = await work().catch(endWithout);
      live.flush();
      endRun(db, runId, end);
    } finally {
      endHeartbeat();
      // Gives the memory back, the GPU's too.
      await Promise.all([trainer.kill(), imaging.kill(), pruneRuns(db, library.dir)]);
    }
    return getRun(db, runId);
  }

  const ended = runToItsEnd();
  return {
    state: () => ({ status: live.status, progress: live.progress }),
    stop() {
      stopping.abort();
      trainer.tell('stop');
      live.resume();
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
    async abandon() {
      closing.abort();
      stopping.abort();
      await trainer.kill();
      await ended;
    },
    ended,
  };
}
