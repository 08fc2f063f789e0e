// What the two ways to learn have in common: what they are given, what they give back, and a trainer that is started again when it dies.

import type { TrainReply } from '../../engine/messages.ts';
import { toFailure } from '../../shared/errors.ts';
import type { PhotoId, RunId, TrainingOptions } from '../../shared/types.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { OpenLibrary } from '../library/library.ts';
import type { LiveRun } from './live-run.ts';
import { modelFolder } from './run-folder.ts';
import type { ModelInput } from './run-folder.ts';
import { lessonOf } from './snapshot.ts';
import type { Snapshot, StartingModel } from './snapshot.ts';

export interface LearnParts {
  library: OpenLibrary;
  runId: RunId;
  options: TrainingOptions;
  snapshot: Snapshot;
  startFrom: StartingModel | null;
  imaging: Engine;
  trainer: Engine;
  live: LiveRun;
  /** Aborted when the person wants the run to end. */
  signal: AbortSignal;
  /** Aborted when the app is closing. */
  closing: AbortSignal;
}

export interface Learned {
  /** Position i of the reply's arrays is the photo `ids[i]`. */
  ids: PhotoId[];
  input: ModelInput;
  reply: TrainReply;
}

/** What is asked of the trainer whatever the networks see. */
export function lesson({ library, runId, options, snapshot, startFrom }: LearnParts, ids: readonly PhotoId[]) {
  return {
    ...lessonOf(snapshot, ids, startFrom),
    classes: snapshot.classes.length,
    seed: options.seed,
    minutes: options.minutes,
    device: options.device,
    startFrom: startFrom?.dir ?? null,
    modelDir: modelFolder(library.dir, runId),
  };
}

const MOST_RESTARTS = 3;

/**
 * The trainer's `request`, asked again when the process dies, up to three times in a run; the person is told. A `train` that is asked
 * again goes on from its last checkpoint, everything else begins anew. What it says meanwhile shows in the run.
 */
export function steadyTrainer({ trainer, live, signal, closing }: LearnParts): Pick<Engine, 'request'> {
  let restarts = 0;
  const request: Engine['request'] = async (asked, options) => {
    const onEvent: NonNullable<typeof options>['onEvent'] = (message) => {
      // A stop that came before the trainer had begun would be lost; asking again does no harm.
      if (signal.aborted) trainer.stop();
      (options?.onEvent ?? live.onTrainerEvent)(message);
    };
    for (let again = false; ; again = true) {
      try {
        const next = asked.kind === 'train' && again ? { ...asked, resume: true } : asked;
        return await trainer.request(next, { ...options, onEvent });
      } catch (error) {
        const { code, message } = toFailure(error);
        if (code !== 'engine-crashed' || restarts >= MOST_RESTARTS || closing.aborted) throw error;
        restarts++;
        live.notice(`${message} It was started again and went on from what had been saved.`);
      }
    }
  };
  return { request };
}
