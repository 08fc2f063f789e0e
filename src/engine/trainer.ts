// The trainer role of the engine: answers each of its requests. TensorFlow is loaded on the first request that needs
// it, never before.

import { performance } from 'node:perf_hooks';
import { WhiskerError } from '../shared/errors.ts';
import type { DeviceInfo } from '../shared/training.ts';
import type {
  LearnLiveRequest,
  Prediction,
  PredictFeaturesRequest,
  PredictRequest,
  TrainerEvent,
  TrainerReplies,
  TrainerRequest,
  TrainerSignal,
  TrainOnFeaturesRequest,
  TrainRequest,
} from './messages.ts';
import { openDevice } from './tensorflow/device.ts';
import { isOutOfMemory, outOfMemory } from './tensorflow/out-of-memory.ts';
import { describeDevice } from './tensorflow/describe-device.ts';
import { Pause } from './pause.ts';
import type { RunClock } from './ssgan/progress-reports.ts';

type Emit = (event: TrainerEvent) => void;

export interface Trainer {
  /** One reply a request; rejects with a WhiskerError. One training at a time. */
  handle(request: TrainerRequest, emit: Emit): Promise<TrainerReplies[TrainerRequest['kind']]>;
  /**
   * 'stop' asks the running training to end after its current step and keep what it has learned; 'pause' lets it rest
   * after its current step until 'resume' or 'stop'.
   */
  tell(signal: TrainerSignal): void;
}

/** `now`: the clock that budgets are counted on, in seconds. */
export function createTrainer(now: () => number = () => performance.now() / 1000): Trainer {
  let running = false;
  let stopped = false;
  let pause = new Pause(now);
  let lastLive: LearnLiveRequest | null = null;

  /** Runs that listen to what they are told never overlap. */
  async function alone<T>(run: (began: number) => Promise<T>): Promise<T> {
    if (running) throw new WhiskerError('training-running', 'A training is already running.', 'Stop it or let it end.');
    running = true;
    stopped = false;
    pause = new Pause(now);
    try {
      return await run(now());
    } finally {
      running = false;
    }
  }

  const learn = <T>(
    { device: asked, minutes }: TrainRequest | TrainOnFeaturesRequest,
    emit: Emit,
    run: (device: DeviceInfo, clock: RunClock) => Promise<T>,
  ): Promise<T> =>
    alone(async (began) => {
      const device = await openDevice(asked);
      emit({ event: 'device', device });
      const elapsed = () => now() - began - pause.rested;
      const paused = () => pause.rest();
      return run(device, { emit, stopped: () => stopped, paused, elapsed, budgetSeconds: minutes * 60 });
    });

  async function learnFromTheseLabels(request: LearnLiveRequest): Promise<TrainerReplies['learn-live']> {
    lastLive = request;
    await openDevice('auto');
    const { learnLive } = await import('./features/learn-live.ts');
    return learnLive(request, () => lastLive !== request);
  }

  async function answer(request: TrainerRequest, emit: Emit): Promise<TrainerReplies[TrainerRequest['kind']]> {
    switch (request.kind) {
      case 'describe':
        if (request.runtime !== undefined) await useRuntime(request.runtime);
        return describeDevice(request.device);
      case 'train': {
        const { train } = await import('./pixels/train-on-pixels.ts');
        return learn(request, emit, (device, clock) => train(request, device, clock));
      }
      case 'predict':
        return predictWithModel(request);
      case 'train-on-features': {
        const { trainOnFeatures } = await import('./features/train-on-features.ts');
        return learn(request, emit, (device, clock) => trainOnFeatures(request, device, clock));
      }
      case 'predict-features':
        return predictWithFeatureModel(request);
      case 'learn-live':
        return learnFromTheseLabels(request);
      case 'find-doubtful-labels': {
        await openDevice('auto');
        const { findDoubtfulLabels } = await import('./features/doubtful-labels.ts');
        return findDoubtfulLabels(request);
      }
      case 'measure-curve': {
        await openDevice('auto');
        const { measureCurve } = await import('./features/learning-curve.ts');
        return measureCurve(request);
      }
      case 'lay-out': {
        await openDevice('auto');
        const { layOut } = await import('./exploring/lay-out.ts');
        return layOut(request, ({ epoch, fraction }) =>
          emit({ event: 'progress', step: epoch, fraction, photosPerSecond: 0, etaSeconds: null }),
        );
      }
      case 'find-piles':
      case 'suggest':
      case 'find-alike':
      case 'find-bursts': {
        await openDevice('auto');
        const { explore } = await import('./exploring/explore.ts');
        return explore(request);
      }
      case 'draw-walk': {
        await openDevice('auto');
        const { drawWalk } = await import('./pixels/drawings.ts');
        return drawWalk(request);
      }
      case 'find-nearest-photos': {
        await openDevice('auto');
        const { findNearestPhotos } = await import('./pixels/nearest-photos.ts');
        return findNearestPhotos(request);
      }
      case 'export-model': {
        await openDevice('cpu');
        const { exportModel } = await import('./export/export-model.ts');
        return exportModel(request);
      }
      case 'ask-exported': {
        await openDevice('cpu');
        const { askExported } = await import('./export/ask-exported.ts');
        return askExported(request);
      }
    }
  }

  return {
    handle: (request, emit) =>
      answer(request, emit).catch((error: unknown) => {
        throw isOutOfMemory(error) ? outOfMemory() : error;
      }),
    tell(signal) {
      if (signal === 'pause') return pause.ask();
      if (signal === 'stop') stopped = true;
      pause.end();
    },
  };
}

/** Throws 'training-unavailable' when the runtime in that folder does not load. */
async function useRuntime(folder: string): Promise<void> {
  process.env['WHISKER_RUNTIME'] = folder;
  const { whyNotNative } = await import('./tensorflow/tensorflow.ts');
  if (whyNotNative !== null) throw new WhiskerError('training-unavailable', whyNotNative);
}

async function predictWithModel({ pixels, modelDir, device }: PredictRequest): Promise<Prediction> {
  await openDevice(device);
  const { predictPictures } = await import('./pixels/model.ts');
  return predictPictures(modelDir, pixels);
}

async function predictWithFeatureModel({ features, modelDir, device }: PredictFeaturesRequest): Promise<Prediction> {
  await openDevice(device);
  const { predictFeatures } = await import('./features/feature-model.ts');
  return predictFeatures(modelDir, features);
}
