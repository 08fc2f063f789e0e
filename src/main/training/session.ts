// One training run from its row to its predictions: packs the pixels, lets the trainer work, stores the result.
// Whatever goes wrong ends in a run marked failed, with a sentence.

import { join } from 'node:path';
import type { TrainReply } from '../../engine/messages.ts';
import { toFailure } from '../../shared/errors.ts';
import type { RunId, RunSummary, TrainingOptions, TrainingState } from '../../shared/types.ts';
import { endRun, getRun } from '../db/runs.ts';
import type { RunEnd } from '../db/runs.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import type { OpenLibrary } from '../library/library.ts';
import { createLiveRun } from './live-run.ts';
import { findChannels, packPixels } from './pixels.ts';
import type { PixelPack } from './pixels.ts';
import { heldOutScore, storePredictions } from './predictions.ts';
import { findPreset } from './presets.ts';
import { modelFolder, pruneModels, showSignOfLife, writeNote } from './run-folder.ts';
import { labelPositions } from './snapshot.ts';
import type { Snapshot, StartingModel } from './snapshot.ts';

export const CLOSED_WHILE_TRAINING = 'Whisker was closed while this run was training.';

export interface SessionParts {
  library: OpenLibrary;
  runId: RunId;
  options: TrainingOptions;
  snapshot: Snapshot;
  startFrom: StartingModel | null;
  events: EventBus;
  imaging: Engine;
  trainer: Engine;
}

export interface Session {
  state(): TrainingState;
  /** Ends the run soon and keeps its best so far. */
  stop(): void;
  /** Ends the run now, as failed: the app is closing. */
  abandon(): Promise<void>;
  readonly ended: Promise<RunSummary>;
}

export function startSession(parts: SessionParts): Session {
  const { library, runId, options, snapshot, startFrom, events, imaging, trainer } = parts;
  const { db } = library;
  const classIds = snapshot.classes.map(({ id }) => id);
  const stopping = new AbortController();
  const live = createLiveRun({ db, events, runId, minutes: options.minutes }, () => stopping.signal.aborted);
  let abandoned = false;

  async function pack(): Promise<PixelPack> {
    live.advance({ stage: 'packing' });
    const order = {
      imaging,
      dir: join(library.dir, 'pixels'),
      folder: library.folder,
      photos: snapshot.photos,
      signal: stopping.signal,
    };
    const wished = { auto: startFrom?.note.channels, grey: 1, rgb: 3 } as const;
    const channels = wished[options.colour] ?? (await findChannels(order));
    const { sizePx } = findPreset(options.preset);
    return packPixels({ ...order, sizePx, channels, onProgress: live.packed });
  }

  function train({ ids, ...pixels }: PixelPack): Promise<TrainReply> {
    live.advance({ stage: 'preparing', photosPerSecond: null });
    return trainer.request(
      {
        kind: 'train',
        pixels,
        classes: classIds.length,
        labels: labelPositions(snapshot, ids),
        seed: options.seed,
        minutes: options.minutes,
        device: options.device,
        mirror: options.mirror,
        preset: options.preset,
        startFrom: startFrom?.dir ?? null,
        modelDir: modelFolder(library.dir, runId),
      },
      {
        onEvent(message) {
          // A stop that came before the trainer had begun would be lost; asking again does no harm.
          if (stopping.signal.aborted) trainer.stop();
          live.onTrainerEvent(message);
        },
      },
    );
  }

  async function work(): Promise<RunEnd> {
    const pixels = await pack();
    const { status, steps, device, receipt, active, probabilities, otherProbabilities } = await train(pixels);
    live.advance({ stage: 'predicting', step: steps, device, etaSeconds: null });
    const { sizePx, channels } = pixels;
    const trainedOn = [...new Set([...snapshot.labelled, ...(startFrom?.note.trainedOn ?? [])])];
    writeNote(library.dir, runId, { sizePx, channels, active, classIds, trainedOn });
    await storePredictions(db, runId, {
      photoIds: pixels.ids,
      classIds,
      probabilities,
      otherProbabilities,
      heldOut: heldOutScore(receipt, active),
    });
    return { status, steps, device, receipt, seconds: live.progress.seconds, error: null };
  }

  /** The end of a run that has nothing to keep. */
  function endWithout(error: unknown): RunEnd {
    const { step: steps, device, seconds } = live.progress;
    const nothing = { steps, device, seconds, receipt: null };
    if (abandoned) return { ...nothing, status: 'failed', error: CLOSED_WHILE_TRAINING };
    const { code, message, remedy } = toFailure(error);
    const stopped = code === 'cancelled' || error === stopping.signal.reason;
    if (stopped) return { ...nothing, status: 'stopped', error: null };
    return { ...nothing, status: 'failed', error: remedy === undefined ? message : `${message} ${remedy}` };
  }

  async function runToItsEnd(): Promise<RunSummary> {
    const endSign = showSignOfLife(library.dir, runId);
    try {
      const end = await work().catch(endWithout);
      live.flush();
      endRun(db, runId, end);
    } finally {
      endSign();
      // Gives the memory back, the GPU's too.
      await Promise.all([trainer.kill(), imaging.kill(), pruneModels(library.dir)]);
    }
    return getRun(db, runId);
  }

  const ended = runToItsEnd();
  return {
    state: () => ({ status: stopping.signal.aborted ? 'stopping' : 'running', progress: live.progress }),
    stop() {
      stopping.abort();
      trainer.stop();
      live.advance({});
      live.flush();
    },
    async abandon() {
      abandoned = true;
      stopping.abort();
      await trainer.kill();
      await ended;
    },
    ended,
  };
}
