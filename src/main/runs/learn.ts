// What the two ways to learn have in common: what they are given, what they give back, and a trainer that is started
// again when it dies.

import type { TrainerEvent, TrainReply } from '../../engine/messages.ts';
import { toFailure } from '../../shared/errors.ts';
import type { TrainingOptions } from '../../shared/training.ts';
import type { PhotoId, RunId } from '../../shared/types.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { FeatureService } from '../features/feature-service.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import type { Reconnection } from '../remote/reconnection.ts';
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
  features: Pick<FeatureService, 'of'>;
  imaging: Engine;
  trainer: Engine;
  live: LiveRun;
  /** Hears all of the training itself; position i of its arrays is the photo `ids[i]`. */
  onTrainerEvent(message: TrainerEvent, ids: readonly PhotoId[], input: ModelInput): void;
  /** The run goes on from its checkpoint. */
  resume: boolean;
  /** Aborted when the person wants the run to end. */
  signal: AbortSignal;
  /** Aborted when the trainer is not to be asked again. */
  closing: AbortSignal;
  /** Of a trainer on another computer. */
  reconnection: Reconnection | null;
}

export interface Learned {
  /** Position i of the reply's arrays is the photo `ids[i]`. */
  ids: PhotoId[];
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

/** Says how many photos could not be read. `ids`: those that could. */
export function noticeMissingPhotos({ snapshot, live }: LearnParts, ids: readonly PhotoId[]): void {
  const missing = snapshot.photos.length - ids.length;
  if (missing === 0) return;
  live.notice(
    missing === 1
      ? '1 photo was left out: its file was moved, changed, deleted or damaged.'
      : `${missing} photos were left out: their files were moved, changed, deleted or damaged.`,
  );
}

const MOST_RESTARTS = 3;

/**
 * The trainer's `request`, asked again when the process dies, up to three times in a run, and on the CPU when the GPU's
 * memory is too small; the person is told. A `train` that is asked again goes on from its last checkpoint, everything
 * else begins anew. What it says meanwhile shows in the run.
 */
export function restartingTrainer({
  trainer,
  live,
  signal,
  closing,
  resume: resumed,
  reconnection,
}: LearnParts): Pick<Engine, 'request'> {
  let restarts = 0;
  let avoidsGpu = false;

  /** True when there is a way to go on after this. */
  async function mend(error: unknown): Promise<boolean> {
    const { code, message } = toFailure(error);
    if (closing.aborted) return false;
    if (code === 'engine-crashed' && restarts < MOST_RESTARTS) {
      restarts++;
      live.notice(`${message} It was started again and went on from what had been saved.`);
      return true;
    }
    if (code === 'connection-lost' && reconnection?.wasReached()) {
      live.advance({ connectionLost: message, photosPerSecond: null, etaSeconds: null });
      return reconnection.wait();
    }
    if (code === 'out-of-memory' && !avoidsGpu && live.progress.device?.kind === 'gpu') {
      avoidsGpu = true;
      live.notice("The graphics card's memory is too small for this, so the run went on without it.");
      // A process keeps the device that it once took.
      await trainer.kill();
      return true;
    }
    return false;
  }

  const request: Engine['request'] = async (asked, options) => {
    if (resumed) reconnection?.reached();
    const onEvent = (message: TrainerEvent) => {
      reconnection?.reached();
      if (live.progress.connectionLost) live.advance({ connectionLost: null });
      // What it was told before it had begun, or before it died, would be lost; telling it again does no harm.
      if (signal.aborted) trainer.tell('stop');
      else if (live.status === 'paused') trainer.tell('pause');
      (options?.onEvent ?? live.onTrainerEvent)(message);
    };
    for (let again = resumed; ; again = true) {
      const resume = again && asked.kind === 'train' ? { resume: true } : {};
      const device = avoidsGpu ? { device: 'cpu' } : {};
      try {
        return await trainer.request({ ...asked, ...resume, ...device }, { ...options, onEvent });
      } catch (error) {
        if (!(await mend(error))) throw error;
      }
    }
  };
  return { request };
}
