// The trainer role of the engine: answers each of its requests. TensorFlow is loaded on the first request, never before.

import { performance } from 'node:perf_hooks';
import { WhiskerError } from '../shared/errors.ts';
import type { DeviceInfo } from '../shared/types.ts';
import type {
  BackboneInfo,
  ExtractRequest,
  OpenBackboneRequest,
  PredictFeaturesRequest,
  PredictRequest,
  TrainerEvent,
  TrainerReplies,
  TrainerRequest,
  TrainOnFeaturesRequest,
  TrainRequest,
} from './messages.ts';
import { openDevice } from './backend/device.ts';
import type { Backbone } from './backbone/load.ts';
import type { RunClock } from './ssgan/report.ts';

export interface Trainer {
  /** One reply a request; rejects with a WhiskerError. One training at a time. */
  handle(request: TrainerRequest): Promise<TrainerReplies[TrainerRequest['kind']]>;
  /** Asks the running training to end after its current step and keep what it has learned. */
  stop(): void;
}

/** `now`: the clock that budgets are counted on, in seconds. */
export function createTrainer(
  emit: (event: TrainerEvent) => void,
  now: () => number = () => performance.now() / 1000,
): Trainer {
  let running = false;
  let stopped = false;

  /** Device and clock for one run; runs never overlap. */
  async function alone<T>(
    { device: wish, minutes }: TrainRequest | TrainOnFeaturesRequest,
    run: (device: DeviceInfo, clock: RunClock) => Promise<T>,
  ): Promise<T> {
    if (running) throw new WhiskerError('training-running', 'A training is already running.', 'Stop it or let it end.');
    running = true;
    stopped = false;
    const began = now();
    try {
      const device = await openDevice(wish);
      emit({ event: 'device', device });
      return await run(device, {
        emit,
        stopped: () => stopped,
        elapsed: () => now() - began,
        budgetSeconds: minutes * 60,
      });
    } finally {
      running = false;
    }
  }

  async function extract({ backbone: source, pixels, device }: ExtractRequest): Promise<TrainerReplies['extract']> {
    stopped = false;
    const began = now();
    await openDevice(device);
    const { loadBackbone } = await import('./backbone/load.ts');
    const { extractFeatures } = await import('./backbone/extract.ts');
    const backbone = await loadBackbone(source.folder, source.inputRange);
    try {
      const onBatch = (done: number) => {
        const photosPerSecond = done / Math.max(1e-3, now() - began);
        const etaSeconds = (pixels.count - done) / photosPerSecond;
        emit({ event: 'progress', step: done, fraction: done / pixels.count, photosPerSecond, etaSeconds });
      };
      const features = await extractFeatures(backbone, pixels, () => stopped, onBatch);
      return { backbone: infoOf(backbone), features };
    } finally {
      backbone.dispose();
    }
  }

  async function handle(request: TrainerRequest): Promise<TrainerReplies[TrainerRequest['kind']]> {
    switch (request.kind) {
      case 'describe':
        return openDevice(request.device);
      case 'train': {
        const { train } = await import('./ssgan/train.ts');
        return alone(request, (device, clock) => train(request, device, clock));
      }
      case 'predict':
        return predictWithModel(request);
      case 'open-backbone':
        return openBackbone(request);
      case 'extract':
        return extract(request);
      case 'train-on-features': {
        const { trainOnFeatures } = await import('./backbone/train-on-features.ts');
        return alone(request, (device, clock) => trainOnFeatures(request, device, clock));
      }
      case 'predict-features':
        return predictWithFeatureModel(request);
    }
  }

  return { handle, stop: () => void (stopped = true) };
}

async function predictWithModel({
  pixels,
  modelDir,
  device,
  network,
}: PredictRequest): Promise<TrainerReplies['predict']> {
  await openDevice(device);
  const { predictPictures } = await import('./ssgan/model.ts');
  return { probabilities: await predictPictures(modelDir, pixels, network ?? 'active') };
}

async function predictWithFeatureModel({
  features,
  modelDir,
  device,
  head,
}: PredictFeaturesRequest): Promise<TrainerReplies['predict-features']> {
  await openDevice(device);
  const { predictFeatures } = await import('./backbone/train-on-features.ts');
  return { probabilities: await predictFeatures(modelDir, features, head ?? 'active') };
}

async function openBackbone({ backbone: { folder, inputRange } }: OpenBackboneRequest): Promise<BackboneInfo> {
  const { loadBackbone } = await import('./backbone/load.ts');
  const backbone = await loadBackbone(folder, inputRange);
  backbone.dispose();
  return infoOf(backbone);
}

const infoOf = ({ name, format, sha256, inputRange, inputPx, features, bytes, takenFrom }: Backbone): BackboneInfo => ({
  ...{ name, format, sha256, inputRange },
  ...{ inputPx, features, bytes, takenFrom },
});
