// The trainer role of the engine: answers describe, train and predict. TensorFlow is loaded on the first request, never before.

import { performance } from 'node:perf_hooks';
import { WhiskerError } from '../shared/errors.ts';
import type { DeviceInfo } from '../shared/types.ts';
import type {
  PredictRequest,
  TrainerEvent,
  TrainerReplies,
  TrainerRequest,
  TrainReply,
  TrainRequest,
} from './messages.ts';
import { openDevice } from './backend/device.ts';

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

  async function train(request: TrainRequest): Promise<TrainReply> {
    if (running) throw new WhiskerError('training-running', 'A training is already running.', 'Stop it or let it end.');
    running = true;
    stopped = false;
    const began = now();
    try {
      const device = await openDevice(request.device);
      emit({ event: 'device', device });
      const { train } = await import('./ssgan/train.ts');
      return await train(request, device, {
        emit,
        stopped: () => stopped,
        elapsed: () => now() - began,
        budgetSeconds: request.minutes * 60,
      });
    } finally {
      running = false;
    }
  }

  async function handle(request: TrainerRequest): Promise<DeviceInfo | TrainReply | TrainerReplies['predict']> {
    if (request.kind === 'describe') return openDevice(request.device);
    return request.kind === 'train' ? train(request) : predictWithModel(request);
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
