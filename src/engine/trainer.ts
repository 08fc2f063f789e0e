// The trainer role of the engine: answers each of its requests. TensorFlow is loaded on the first request, never
// before.

import { performance } from 'node:perf_hooks';
import { WhiskerError } from '../shared/errors.ts';
import type { BackboneInfo, DeviceInfo } from '../shared/training.ts';
import type {
  BackboneSource,
  ExtractRequest,
  LearnLiveRequest,
  OpenBackboneRequest,
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
import type { Backbone } from './backbone/load.ts';
import { Pause } from './pause.ts';
import type { RunClock } from './ssgan/progress-reports.ts';

type Emit = (event: TrainerEvent) => void;

export interface Trainer {
  /** One reply a request; rejects with a WhiskerError. One training or extraction at a time. */
  handle(request: TrainerRequest, emit: Emit): Promise<TrainerReplies[TrainerRequest['kind']]>;
  /**
   * 'stop' asks the running training to end after its current step and keep what it has learned, and cancels a running
   * extraction; 'pause' lets a training rest after its current step until 'resume' or 'stop'.
   */
  tell(signal: TrainerSignal): void;
}

/** `now`: the clock that budgets are counted on, in seconds. */
export function createTrainer(now: () => number = () => performance.now() / 1000): Trainer {
  let running = false;
  let stopped = false;
  let pause = new Pause(now);
  const shelf = backboneShelf();
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
      shelf.clear(); // Its memory is for the networks that learn.
      const device = await openDevice(asked);
      emit({ event: 'device', device });
      const elapsed = () => now() - began - pause.rested;
      const paused = () => pause.rest();
      return run(device, { emit, stopped: () => stopped, paused, elapsed, budgetSeconds: minutes * 60 });
    });

  const extract = (
    { backbone: source, pixels, device }: ExtractRequest,
    emit: Emit,
  ): Promise<TrainerReplies['extract']> =>
    alone(async (began) => {
      await openDevice(device);
      const { extractFeatures } = await import('./backbone/extract.ts');
      const backbone = await shelf.take(source);
      const onBatch = (done: number) => {
        const photosPerSecond = done / Math.max(1e-3, now() - began);
        const etaSeconds = (pixels.count - done) / photosPerSecond;
        emit({ event: 'progress', step: done, fraction: done / pixels.count, photosPerSecond, etaSeconds });
      };
      const features = await extractFeatures(backbone, pixels, () => stopped, onBatch);
      return { backbone: infoOf(backbone), features };
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
      case 'open-backbone':
        return openBackbone(request);
      case 'extract':
        return extract(request, emit);
      case 'train-on-features': {
        const { trainOnFeatures } = await import('./features/train-on-features.ts');
        return learn(request, emit, (device, clock) => trainOnFeatures(request, device, clock));
      }
      case 'predict-features':
        return predictWithFeatureModel(request);
      case 'learn-live':
        return learnFromTheseLabels(request);
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

/** Keeps the last backbone loaded, because photos come in batches and loading takes a second. */
function backboneShelf() {
  let kept: { source: BackboneSource; backbone: Backbone } | null = null;
  function clear(): void {
    kept?.backbone.dispose();
    kept = null;
  }
  return {
    clear,
    async take(source: BackboneSource): Promise<Backbone> {
      if (kept?.source.path === source.path && kept.source.inputRange === source.inputRange) return kept.backbone;
      clear();
      const { loadBackbone } = await import('./backbone/load.ts');
      const backbone = await loadBackbone(source.path, source.inputRange);
      kept = { source, backbone };
      return backbone;
    },
  };
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

async function openBackbone({ backbone: { path, inputRange } }: OpenBackboneRequest): Promise<BackboneInfo> {
  const { loadBackbone } = await import('./backbone/load.ts');
  const backbone = await loadBackbone(path, inputRange);
  backbone.dispose();
  return infoOf(backbone);
}

const infoOf = ({ name, format, sha256, inputRange, inputPx, features, bytes, takenFrom }: Backbone): BackboneInfo => ({
  name,
  format,
  sha256,
  inputRange,
  inputPx,
  features,
  bytes,
  takenFrom,
});
