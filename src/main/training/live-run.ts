// What a run looks like while it works: its progress, curves and pictures, passed on a few times a second and stored as they come.

import type { TrainerEvent } from '../../engine/messages.ts';
import type { RunId, TrainingMetrics, TrainingProgress } from '../../shared/types.ts';
import type { Db } from '../db/open.ts';
import { addMetrics, setSamples } from '../db/runs.ts';
import type { EventBus } from '../events.ts';
import { throttle } from './throttle.ts';

export interface LiveRun {
  readonly progress: TrainingProgress;
  advance(change: Partial<TrainingProgress>): void;
  /** Photos decoded of those that must be, while the stage is 'packing'. */
  packed(done: number, total: number): void;
  onTrainerEvent(message: TrainerEvent): void;
  /** Sends and stores what is still waiting. */
  flush(): void;
}

const STATE_EVERY_MS = 200;
const METRICS_EVERY_MS = 250;
/** Share of the whole run's progress that packing gets; the trainer's own progress fills the rest. */
const PACKING_SHARE = 0.05;

export function createLiveRun(
  { db, events, runId, minutes }: { db: Db; events: EventBus; runId: RunId; minutes: number },
  isStopping: () => boolean,
): LiveRun {
  const startedAt = performance.now();
  let points: TrainingMetrics[] = [];
  let now: Omit<TrainingProgress, 'seconds'> = {
    runId,
    stage: 'preparing',
    step: 0,
    fraction: 0,
    photosPerSecond: null,
    etaSeconds: null,
    device: null,
  };
  const progress = () => ({ ...now, seconds: (performance.now() - startedAt) / 1000 });

  const announce = throttle(STATE_EVERY_MS, () =>
    events.emit('training.state', { status: isStopping() ? 'stopping' : 'running', progress: progress() }),
  );
  const sendMetrics = throttle(METRICS_EVERY_MS, () => {
    if (points.length === 0) return;
    addMetrics(db, runId, points);
    events.emit('training.metrics', { runId, points });
    points = [];
  });
  const advance = (change: Partial<TrainingProgress>) => {
    now = { ...now, ...change };
    announce();
  };

  return {
    get progress() {
      return progress();
    },
    advance,
    packed(done, total) {
      const photosPerSecond = done > 0 ? done / progress().seconds : null;
      const etaSeconds = photosPerSecond === null ? null : (total - done) / photosPerSecond + minutes * 60;
      advance({ fraction: (PACKING_SHARE * done) / total, photosPerSecond, etaSeconds });
    },
    onTrainerEvent(message) {
      switch (message.event) {
        case 'device':
          return advance({ device: message.device });
        case 'stage':
          return advance({ stage: message.stage, step: 0 });
        case 'progress': {
          const { step, fraction, photosPerSecond, etaSeconds } = message;
          const whole = PACKING_SHARE + (1 - PACKING_SHARE) * fraction;
          return advance({ step, fraction: whole, photosPerSecond, etaSeconds: isStopping() ? null : etaSeconds });
        }
        case 'metrics':
          points.push(...message.points);
          return sendMetrics();
        case 'samples': {
          const { step, count, sizePx, channels, pixels } = message;
          const samples = { runId, step, count, sizePx, channels, pixels: Buffer.from(pixels).toString('base64') };
          setSamples(db, samples);
          return events.emit('training.samples', samples);
        }
      }
    },
    flush() {
      announce.flush();
      sendMetrics.flush();
    },
  };
}
