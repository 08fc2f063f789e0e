// The training and review side of the fake main: predictions that come from the photo's number, runs that go on when told to.

import type { CallName, Handlers, Input, Output } from '../../src/shared/contract.ts';
import { toFailure, WhiskerError } from '../../src/shared/errors.ts';
import type {
  Accuracy,
  GeneratedSamples,
  LibraryState,
  PhotoClass,
  PhotoId,
  Preset,
  ReviewItem,
  RunId,
  RunSummary,
  SuspectReason,
  TrainingMetrics,
  TrainingOptions,
  TrainingRuntime,
  TrainingState,
  UndoState,
} from '../../src/shared/types.ts';
import type { FakeBridge, FakeOptions } from './fake-bridge.ts';

export interface LearningOptions extends FakeOptions {
  runs?: RunSummary[];
  runtime?: TrainingRuntime;
  /** Running from the start. */
  training?: TrainingState;
}

export const presets: Preset[] = [
  { id: 'quick', name: 'Quick', summary: 'A first answer in minutes, on any machine.', sizePx: 32, minutes: 3 },
  {
    id: 'standard',
    name: 'Standard',
    summary: 'Sees finer detail; takes longer, best on a GPU.',
    sizePx: 64,
    minutes: 10,
  },
];

export const options: TrainingOptions = {
  preset: 'quick',
  minutes: 3,
  seed: 1,
  device: 'auto',
  startFrom: 'scratch',
  colour: 'auto',
  mirror: true,
};

/** Wilson score interval at 95 %. */
export function wilson(right: number, n: number): Accuracy {
  const z = 1.959964;
  const p = right / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { accuracy: p, low: centre - half, high: centre + half, n };
}

export const endedRun = (id: number, change: Partial<RunSummary> = {}): RunSummary => ({
  id: id as RunId,
  status: 'finished',
  options,
  startedAt: new Date(Date.now() - (20 - id) * 3_600_000).toISOString(),
  seconds: 181,
  steps: 1240,
  device: { kind: 'cpu', name: 'AMD EPYC 7R13 (2 cores)' },
  labelled: 24,
  photos: 400,
  receipt: { labelsOnly: wilson(15, 20), ssgan: wilson(17, 20), note: null },
  startedFrom: null,
  error: null,
  ...change,
});

/** Curves as a real run draws them: noisy losses that fall, accuracy that climbs. */
export function plausibleMetrics(seconds: number): TrainingMetrics[] {
  const noise = (i: number) =>
    Math.sin(i * 12.9898) * 43758.5453 - Math.floor(Math.sin(i * 12.9898) * 43758.5453) - 0.5;
  return Array.from({ length: Math.max(0, Math.floor(seconds)) }, (_, i): TrainingMetrics => {
    const early = i < 36;
    const t = early ? i : i - 36;
    const measured = i % 6 === 5;
    return {
      stage: early ? 'labels-only' : 'ssgan',
      step: t * 8,
      seconds: i,
      classifierLoss: 0.15 + 0.6 * Math.exp(-t / 22) + 0.12 * noise(i),
      unlabelledLoss: early ? null : 0.32 + 0.3 * Math.exp(-t / 40) + 0.06 * noise(i + 7),
      generatedLoss: early ? null : 0.4 + 0.2 * Math.exp(-t / 60) + 0.08 * noise(i + 13),
      generatorLoss: early ? null : 1.1 - 0.5 * Math.exp(-t / 30) + 0.15 * noise(i + 19),
      heldOutAccuracy: measured
        ? Math.min(0.9, (early ? 0.5 : 0.6) + (early ? 0.006 : 0.002) * t + 0.05 * noise(i + 3))
        : null,
    };
  });
}

/** Soft blobs, so that there is something to look at. */
export function plausibleSamples(runId: RunId, step: number, count = 64, sizePx = 32): GeneratedSamples {
  const bytes = new Uint8Array(count * sizePx * sizePx * 3);
  const sharp = 1 + step / 300;
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < sizePx * sizePx; i++) {
      const [x, y] = [(i % sizePx) / sizePx - 0.5, Math.floor(i / sizePx) / sizePx - 0.5];
      const blob = Math.exp(-(x * x + y * y) * (4 + (n % 5)) * sharp);
      for (let c = 0; c < 3; c++) {
        const tone =
          90 +
          60 * Math.sin(n * 1.7 + c) +
          (blob - 0.4) * 130 * Math.cos(n + c * 2) +
          (Math.random() - 0.5) * (90 / sharp);
        bytes[(n * sizePx * sizePx + i) * 3 + c] = Math.max(0, Math.min(255, tone));
      }
    }
  }
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return { runId, step, count, sizePx, channels: 3, pixels: btoa(text) };
}

export interface FakeLearning extends FakeBridge {
  /** The next call of this name fails with this message. */
  failNext(name: CallName, message: string): void;
  /** Main says that the run ended; its predictions are in use from now on unless it failed. */
  endRun(run: RunSummary): void;
}

/** A fake main with runs and a review list over another fake: what it does not know itself, it passes on. */
export function withLearning(create: (options: FakeOptions) => FakeBridge, learning: LearningOptions): FakeLearning {
  const inner = create(learning);
  const skipped: PhotoId[] = [];
  const failures = new Map<CallName, string>();
  /** Which kind each done action is, so that undo takes the right one back. */
  const actions: ('skip' | 'other')[] = [];
  let runs = learning.runs ?? [];
  let training: TrainingState = learning.training ?? { status: 'idle' };
  const activeRun = () => runs.find(({ status }) => status === 'finished' || status === 'stopped') ?? null;

  async function ask<K extends CallName>(name: K, input: Input<K>): Promise<Output<K>> {
    const result = await inner.call(name, input);
    if (!result.ok) throw new WhiskerError(result.error.code, result.error.message, result.error.remedy);
    return result.value;
  }

  async function libraryState(): Promise<LibraryState | null> {
    const state = await ask('library.state', undefined);
    if (!state) return null;
    const predictedByClass: Record<number, number> = {};
    if (activeRun()) {
      for (const { predicted } of await listed({ order: 'suspicion' })) {
        predictedByClass[predicted] = (predictedByClass[predicted] ?? 0) + 1;
      }
    }
    return { ...state, counts: { ...state.counts, predictedByClass }, training, activeRun: activeRun() };
  }

  async function announceSkips(): Promise<UndoState> {
    const state = await libraryState();
    const { counts, undo } = state!;
    const skipUndo = actions.at(-1) === 'skip' ? { undo: 'Skip 1 photo in review', redo: null } : undo;
    inner.emit('labels.changed', { ids: [], labels: [], counts, undo: skipUndo });
    return skipUndo;
  }

  async function listed(order: Input<'review.list'>): Promise<ReviewItem[]> {
    const { ids, widths, heights } = await ask('photos.list', { filter: { kind: 'unlabelled' } });
    const items = ids.flatMap((id, i) =>
      skipped.includes(id) ? [] : [predictionOf(id, inner.state.classes, widths[i]!, heights[i]!)],
    );
    if (order.order === 'suspicion') return items.sort((a, b) => b.suspicion - a.suspicion || a.photoId - b.photoId);
    const ofClass = items.filter(({ predicted }) => predicted === order.classId);
    return ofClass.sort((a, b) => (order.descending ? b.confidence - a.confidence : a.confidence - b.confidence));
  }

  const handlers: Partial<Handlers> = {
    'library.state': libraryState,
    'training.presets': () => presets,
    'training.runtime': () =>
      learning.runtime ?? { available: true, device: { kind: 'cpu', name: 'AMD EPYC 7R13 (2 cores)' } },
    'training.start': (chosen) => {
      const id = Math.max(0, ...runs.map((run) => run.id)) + 1;
      const run = endedRun(id, { status: 'running', options: chosen, receipt: null, seconds: 0, steps: 0 });
      runs = [run, ...runs];
      return run;
    },
    'training.stop': () => {},
    'runs.list': () => runs,
    'runs.get': ({ id }) => {
      const run = runs.find((one) => one.id === id);
      if (!run) throw new WhiskerError('not-found', `Run ${id} is gone.`);
      const failed = run.status === 'failed';
      const metrics = failed ? [] : plausibleMetrics(run.seconds);
      return {
        ...run,
        classes: inner.state.classes,
        metrics,
        samples: failed ? null : plausibleSamples(id, run.steps),
      };
    },
    'review.list': listed,
    'review.skip': ({ photoId }) => {
      skipped.push(photoId);
      actions.push('skip');
      return announceSkips();
    },
    'history.undo': async () => {
      if (actions.pop() !== 'skip') return ask('history.undo', undefined);
      skipped.pop();
      return announceSkips();
    },
    ...learning.handlers,
  };

  return {
    ...inner,
    get state() {
      return inner.state;
    },
    async call(name, input) {
      const failure = failures.get(name);
      failures.delete(name);
      if (failure) return { ok: false, error: { code: 'storage-failed', message: failure } };
      const handler: Handlers[typeof name] | undefined = handlers[name];
      if (!handler || failure) {
        if (name === 'labels.set' || name.startsWith('classes.')) actions.push('other');
        return inner.call(name, input);
      }
      inner.calls.push({ name, input });
      try {
        return { ok: true, value: await handler(input) };
      } catch (error) {
        return { ok: false, error: toFailure(error) };
      }
    },
    failNext: (name, message) => void failures.set(name, message),
    endRun(run) {
      runs = [run, ...runs.filter(({ id }) => id !== run.id)];
      training = { status: 'idle' };
      inner.emit('run.ended', run);
      void libraryState().then((state) => inner.emit('library.changed', state));
    },
  };
}

function predictionOf(photoId: PhotoId, classes: readonly PhotoClass[], width: number, height: number): ReviewItem {
  const nth = photoId % classes.length;
  const [first, second] = [classes[nth]!, classes[(nth + 1) % classes.length]!];
  const confidence = 0.5 + ((photoId * 37) % 50) / 100;
  const sure = `${Math.round(confidence * 100)}%`;
  const reasonCode: SuspectReason =
    confidence < 0.6 ? 'low-margin' : confidence < 0.85 ? 'models-disagree' : 'confident';
  const reasons: Partial<Record<SuspectReason, string>> = {
    'low-margin': `${first.name} ${sure}, ${second.name} ${Math.round(100 - confidence * 100)}%: nearly a coin flip.`,
    'models-disagree': `${sure} sure of ${first.name}, but the second network says ${second.name}.`,
    confident: `${sure} sure of ${first.name}.`,
  };
  return {
    photoId,
    width,
    height,
    predicted: first.id,
    confidence,
    runnerUp: second.id,
    suspicion: 1 - confidence,
    reason: reasons[reasonCode] ?? '',
    reasonCode,
    label: null,
  };
}
