// What a run looks like while it works: its progress, curves and pictures, passed on a few times a second and stored as
// they come.

import type { TrainerEvent } from '../../engine/messages.ts';
import type {
  GeneratedSamples,
  RunSummary,
  TrainingMetrics,
  TrainingProgress,
  TrainingState,
} from '../../shared/training.ts';
import type { Db } from '../db/open.ts';
import { addMetrics, addNotice, removeMetricsAfter, secondsLearned, setSamples } from '../db/runs.ts';
import type { EventBus } from '../events.ts';
import { throttle } from '../throttle.ts';

export interface LiveRun {
  readonly progress: TrainingProgress;
  readonly status: Exclude<TrainingState['status'], 'idle'>;
  /** Only a run that learns can; says whether it is paused now. */
  pause(): boolean;
  resume(): void;
  advance(change: Partial<TrainingProgress>): void;
  /** Photos read of those that must be, while the stage is 'packing' or 'extracting'; begins with none. */
  read(done: number, total: number): void;
  /** Something the person should know of, as a sentence. */
  notice(message: string): void;
  onTrainerEvent(message: TrainerEvent): void;
  /** Carries out a write; once one has failed no more are tried, and the run hears of it. */
  store(write: () => void): void;
  /** What a write failed with; null while all went well. */
  readonly storageError: unknown;
  /** Sends and stores what is still waiting. */
  flush(): void;
}

const STATE_EVERY_MS = 200;
const METRICS_EVERY_MS = 250;
/** They are megabytes, and each write waits for the disk: only a screen that comes later needs them stored. */
const SAMPLES_STORED_EVERY_MS = 30_000;
/** Share of the whole run's progress that packing gets; the trainer's own progress fills the rest. */
const PACKING_SHARE = 0.05;
/** What learning on vectors takes a processor at most, as a rule, and how many photos it could look at meanwhile. */
const LEARNING_ON_VECTORS = { seconds: 30, photos: 1500 };

export function createLiveRun(
  { db, events, run, onStorageError }: { db: Db; events: EventBus; run: RunSummary; onStorageError: () => void },
  isStopping: () => boolean,
): LiveRun {
  const { id: runId, notices, options } = run;
  const { minutes } = options;
  // A run that goes on has learned before.
  const startedAt = performance.now() - 1000 * secondsLearned(db, runId);
  let storageError: unknown = null;
  let points: TrainingMetrics[] = [];
  let unstored: GeneratedSamples | null = null;
  /**
   * Since when reading is timed. The first photos, which wait for a backbone to load, say nothing of the time that the
   * others take.
   */
  let timed = { from: 0, since: startedAt };
  let readingShare = 0;
  let now: Omit<TrainingProgress, 'seconds'> = {
    runId,
    stage: 'preparing',
    step: 0,
    fraction: 0,
    photosPerSecond: null,
    photos: null,
    etaSeconds: null,
    device: null,
    notices,
    preview: [],
  };
  let pausedAt: number | null = null;
  let pausedMs = 0;
  const progress = () => ({ ...now, seconds: ((pausedAt ?? performance.now()) - startedAt - pausedMs) / 1000 });
  const status = () => (isStopping() ? 'stopping' : pausedAt === null ? 'running' : 'paused');

  function store(write: () => void): void {
    if (storageError !== null) return;
    try {
      write();
    } catch (error) {
      storageError = error;
      onStorageError();
    }
  }

  const announce = throttle(STATE_EVERY_MS, () =>
    events.emit('training.state', { status: status(), progress: progress() }),
  );
  const sendMetrics = throttle(METRICS_EVERY_MS, () => {
    if (points.length === 0) return;
    store(() => addMetrics(db, runId, points));
    events.emit('training.metrics', { runId, points });
    points = [];
  });
  const storeSamples = throttle(SAMPLES_STORED_EVERY_MS, () => {
    if (unstored === null) return;
    const samples = unstored;
    unstored = null;
    store(() => setSamples(db, samples));
  });
  const notice = (message: string) => {
    store(() => addNotice(db, runId, message));
    advance({ notices: [...now.notices, message] });
  };
  const advance = (change: Partial<TrainingProgress>) => {
    now = { ...now, ...change };
    announce();
  };

  const resume = () => {
    if (pausedAt !== null) pausedMs += performance.now() - pausedAt;
    pausedAt = null;
    announce();
  };

  return {
    get progress() {
      return progress();
    },
    get status() {
      return status();
    },
    pause() {
      if (now.stage !== 'labels-only' && now.stage !== 'ssgan') return false;
      pausedAt ??= performance.now();
      announce();
      return true;
    },
    resume,
    advance,
    read(done, total) {
      const at = performance.now();
      if (done === 0) timed = { from: 0, since: at };
      const extracting = now.stage === 'extracting';
      readingShare = extracting ? total / (total + LEARNING_ON_VECTORS.photos) : PACKING_SHARE;
      const learning = extracting ? Math.min(LEARNING_ON_VECTORS.seconds, minutes * 60) : minutes * 60;
      const photosPerSecond = done > timed.from ? (1000 * (done - timed.from)) / (at - timed.since) : null;
      const etaSeconds =
        photosPerSecond === null || timed.from === 0 ? null : (total - done) / photosPerSecond + learning;
      if (timed.from === 0) timed = { from: done, since: at };
      advance({ photos: { done, total }, fraction: (readingShare * done) / total, photosPerSecond, etaSeconds });
    },
    notice,
    onTrainerEvent(message) {
      switch (message.event) {
        case 'device':
          return advance({ device: message.device });
        case 'stage':
          // A pause that came with its last step came too late.
          if (message.stage === 'evaluating') resume();
          return advance({ stage: message.stage, photos: null });
        case 'sent':
          return advance({ stage: 'sending', fraction: message.fraction, photos: null });
        case 'progress': {
          const { step, fraction, photosPerSecond, etaSeconds } = message;
          const whole = readingShare + (1 - readingShare) * fraction;
          return advance({ step, fraction: whole, photosPerSecond, etaSeconds: isStopping() ? null : etaSeconds });
        }
        case 'notice':
          return notice(message.message);
        case 'metrics':
          points.push(...message.points);
          return sendMetrics();
        case 'rewound': {
          const { stage, step } = message;
          points = points.filter((point) => point.stage !== stage || point.step <= step);
          store(() => removeMetricsAfter(db, runId, stage, step));
          return events.emit('training.rewound', { runId, stage, step });
        }
        case 'samples': {
          const { step, count, sizePx, channels, pixels } = message;
          const samples = { runId, step, count, sizePx, channels, pixels: Buffer.from(pixels).toString('base64') };
          unstored = samples;
          storeSamples();
          return events.emit('training.samples', samples);
        }
      }
    },
    store,
    get storageError() {
      return storageError;
    },
    flush() {
      announce.flush();
      sendMetrics.flush();
      storeSamples.flush();
    },
  };
}
