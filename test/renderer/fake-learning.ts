// The training and review side of the fake main: predictions that come from the photo's number, runs that go on when
// told to.

import { errorCurve } from '../../src/shared/accept-top.ts';
import { isCalibrated } from '../../src/shared/confidence.ts';
import { queueEnd } from '../../src/shared/queue-end.ts';
import { wilson } from '../../src/shared/statistics.ts';
import type { CallName, Handlers, Input, LibraryState, Output } from '../../src/shared/contract.ts';
import type { CorrectionReceipt } from '../../src/shared/correction-receipt.ts';
import { toFailure, WhiskerError } from '../../src/shared/errors.ts';
import { CHECK_EVERY } from '../../src/shared/errors-left.ts';
import { eventsOf, type Outcome } from '../../src/shared/outcome.ts';
import type { MeasuredPhotos } from '../../src/shared/figures.ts';
import type { LearningCurve } from '../../src/shared/learning-curve.ts';
import type { Preset } from '../../src/shared/presets.ts';
import type {
  BackboneInfo,
  BackboneState,
  GeneratedSamples,
  ListedOffer,
  Receipt,
  RunSummary,
  RuntimeOffer,
  RuntimeState,
  SortedClass,
  TrainingMetrics,
  TrainingOptions,
  TrainingProgress,
  TrainingRuntime,
  TrainingState,
} from '../../src/shared/training.ts';
import { acceptedUnseen } from '../../src/shared/types.ts';
import type { ClassId, PhotoClass, PhotoId, ReviewItem, RunId, SuspectReason } from '../../src/shared/types.ts';
import { nextOutcome, device, nameOf, type FakeBridge, type FakeOptions } from './fake-bridge.ts';

export interface LearningOptions extends FakeOptions {
  runs?: RunSummary[];
  runtime?: TrainingRuntime;
  /** Nothing is offered when left out. */
  runtimeState?: RuntimeState;
  /** Running from the start. */
  training?: TrainingState;
  /** None when left out. */
  backbone?: BackboneState;
  /** What can be downloaded; `offers` unless given. */
  offers?: ListedOffer[];
  /** Photo -> others that are nearly the same. */
  bursts?: Record<number, PhotoId[]>;
  /** How many photos measured each run; 60 from the third on when left out. */
  measured?: number;
  curve?: LearningCurve;
}

export const presets: Preset[] = [
  {
    id: 'quick',
    name: 'Quick',
    summary: 'A first answer in minutes, on any machine.',
    sizePx: 48,
    greySizePx: 32,
    minutes: 3,
  },
  {
    id: 'standard',
    name: 'Standard',
    summary: 'Sees finer detail; takes longer, best on a GPU.',
    sizePx: 64,
    greySizePx: 64,
    minutes: 10,
  },
  {
    id: 'paper',
    name: 'Paper',
    summary: 'The networks of the article this comes from; hours on a GPU.',
    sizePx: 224,
    greySizePx: 224,
    minutes: 240,
  },
];

export const options: TrainingOptions = {
  features: 'pixels',
  preset: 'quick',
  minutes: 3,
  seed: 1,
  device: 'auto',
  startFrom: 'scratch',
  colour: 'auto',
  mirror: true,
  accepted: 'leave-out',
};

export const backboneInfo: BackboneInfo = {
  name: 'MobileNet v1 0.25',
  format: 'layers',
  sha256: 'b0'.repeat(32),
  inputRange: 'minus-one-to-one',
  inputPx: 224,
  features: 256,
  bytes: 1_986_000,
  takenFrom: 'global_average_pooling2d_1',
};

export const readyBackbone: BackboneState = {
  status: 'ready',
  path: '/home/ada/models/mobilenet_v1_025',
  info: backboneInfo,
};

export const offers: ListedOffer[] = [
  {
    id: 'mobilenet-v1-075',
    name: 'MobileNet v1 0.75',
    summary: 'Looks at 40 photos a second on two processor cores and knows 1,000 kinds of things.',
    ...{ network: null, isHere: false },
    source: 'https://models.example.org/tfjs/mobilenet_v1_0.75_224/model.json',
    licence: 'Apache-2.0',
    bytes: 10_510_000,
    sha256: '75'.repeat(32),
  },
  {
    id: 'mobilenet-v1-025',
    name: 'MobileNet v1 0.25',
    summary: 'The small one: five times as fast, and less sure of fine differences.',
    ...{ network: null, isHere: false },
    source: 'https://models.example.org/tfjs/mobilenet_v1_0.25_224/model.json',
    licence: 'Apache-2.0',
    bytes: 2_010_000,
    sha256: '25'.repeat(32),
  },
];

/** Measured on 20 held-out labels and too close to call, unless said otherwise. */
export const receiptOf = (change: Partial<Receipt> = {}): Receipt => ({
  labelsOnly: wilson(15, 20),
  ssgan: wilson(17, 20),
  logistic: null,
  propagation: null,
  measuredBy: 'held-out',
  gain: { difference: 0.1, low: -0.08, high: 0.28 },
  active: 'ssgan',
  temperature: null,
  note: null,
  ...change,
});

export const progressOf = (change: Partial<TrainingProgress> = {}): TrainingProgress => ({
  runId: 1 as RunId,
  stage: 'ssgan',
  step: 1200,
  fraction: 0.4,
  photosPerSecond: 412,
  photos: null,
  seconds: 72,
  etaSeconds: 108,
  device,
  notices: [],
  preview: [],
  ...change,
});

/** Three of four photos in the first class, a few of them doubtful. */
export const sortedAs = (classes: readonly PhotoClass[]): SortedClass[] =>
  classes.slice(0, 2).map(({ id }, i) => ({
    classId: id,
    photos: i === 0 ? 282 : 94,
    unsure: i === 0 ? 17 : 6,
    surest: photoIds(1 + 6 * i, 6),
    doubtful: photoIds(13 + 6 * i, 6),
  }));

const photoIds = (from: number, n: number): PhotoId[] => Array.from({ length: n }, (_, i) => (from + i) as PhotoId);

export const endedRun = (id: number, change: Partial<RunSummary> = {}): RunSummary => ({
  id: id as RunId,
  status: 'finished',
  options,
  startedAt: new Date(Date.now() - (20 - id) * 3_600_000).toISOString(),
  seconds: 181,
  steps: 1240,
  device,
  labelled: 24,
  photos: 400,
  receipt: receiptOf(),
  measuredOn: { hand: 24 },
  backbone: null,
  notices: [],
  startedFrom: null,
  usable: true,
  error: null,
  note: '',
  pinned: false,
  repeats: null,
  ...change,
});

/** So many photos of all classes in turn, of which one in seven is taken for the next class. */
export function measuredAs(classes: readonly PhotoClass[], photos: number): MeasuredPhotos {
  const ids = classes.map(({ id }) => id);
  const at = (k: number) => ids[k % ids.length]!;
  const each = Array.from({ length: photos }, (_, i) => i);
  const isWrong = (i: number) => i % 7 === 3;
  return {
    photoIds: photoIds(1, photos),
    truth: each.map(at),
    predicted: each.map((i) => at(isWrong(i) ? i + 1 : i)),
    confidences: each.map((i) => (isWrong(i) ? 0.5 + (i % 4) / 10 : 0.62 + ((i * 13) % 38) / 100)),
    gone: 0,
  };
}

/** 40 labels of which 20 more would bring about one photo in a hundred. */
export const plausibleCurve: LearningCurve = {
  status: 'measured',
  labelled: 40,
  draws: 10,
  points: [
    [8, 0.8],
    [11, 0.85],
    [16, 0.9],
    [23, 0.925],
    [32, 0.95],
  ].map(([labels = 0, share = 0]) => ({
    labels,
    accuracy: wilson(40 * share, 40),
    learnedFrom: photoIds(1, labels),
  })),
  forecasts: [
    { labels: 40, accuracy: 0.955, low: 0.87, high: 0.99, gain: { difference: 0, low: 0, high: 0 } },
    { labels: 60, accuracy: 0.967, low: 0.88, high: 1, gain: { difference: 0.012, low: 0, high: 0.03 } },
    { labels: 80, accuracy: 0.973, low: 0.88, high: 1, gain: { difference: 0.018, low: 0, high: 0.045 } },
  ],
};

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

export const runtimeOffer: RuntimeOffer = {
  id: '2.21.0-cpu-linux-x64',
  tensorflow: '2.21.0',
  flavour: 'cpu',
  source: 'https://releases.example.org/whisker-runtime-2.21.0-cpu-linux-x64.tar.gz',
  licence: 'Apache-2.0',
  bytes: 231_000_000,
  installedBytes: 612_000_000,
  sha256: 'a1b2c3d4'.repeat(8),
};

export const gpuOffer: RuntimeOffer = {
  ...runtimeOffer,
  id: '2.21.0-gpu-linux-x64',
  flavour: 'gpu',
  source: 'https://releases.example.org/whisker-runtime-2.21.0-gpu-linux-x64.tar.gz',
  licence: 'Apache-2.0; CUDA and cuDNN libraries under the licence agreements of NVIDIA',
  bytes: 2_640_000_000,
  installedBytes: 5_900_000_000,
};

export interface FakeLearning extends FakeBridge {
  /** The next call of this name fails with this message. */
  failNext(name: CallName, message: string): void;
  /** Main says that the run ended; its predictions are in use from now on unless it failed. */
  endRun(run: RunSummary): void;
  /** Main says how the backbone stands now, and why a download failed if it did. */
  setBackbone(state: BackboneState, error?: string | null): BackboneState;
  /** Main says what is offered or on its way to make training possible, and why a download failed if it did. */
  setRuntime(state: RuntimeState, error?: string | null): RuntimeState;
}

/** A fake main with runs and a review list over another fake: what it does not know itself, it passes on. */
/** What 14 fixes and 30 confirmed labels made of 3,900 photos. */
export const receiptSince = (earlier: RunId, later: RunId): CorrectionReceipt => ({
  ...{ earlier, later, fixes: 14, confirmed: 30, added: 0, sameWay: true, judged: 3900, changed: 212, measured: null },
  checks: { fair: 12, becameRight: 9, becameWrong: 1, learnedFrom: 3 },
});

export function withLearning(create: (options: FakeOptions) => FakeBridge, learning: LearningOptions): FakeLearning {
  const inner = create(learning);
  /** Said not to be of a class, the last ones last. */
  const refused: { ids: PhotoId[]; classId: ClassId }[] = [];
  const failures = new Map<CallName, string>();
  /** Which kind each done action is, so that undo takes the right one back. */
  const actions: ('refusal' | 'other')[] = [];
  let runs = learning.runs ?? [];
  let training: TrainingState = learning.training ?? { status: 'idle' };
  let backbone: BackboneState = learning.backbone ?? { status: 'none' };
  let runtimeState: RuntimeState = learning.runtimeState ?? { status: 'none' };
  let active: RunId | null = null;
  const deleted: RunSummary[] = [];
  const activeRun = () =>
    runs.find(({ id }) => id === active) ??
    runs.find(({ status }) => status === 'finished' || status === 'stopped') ??
    null;

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

  function setBackbone(state: BackboneState, error: string | null = null): BackboneState {
    backbone = state;
    inner.emit('backbone.changed', { state, error });
    return state;
  }

  function setRuntime(state: RuntimeState, error: string | null = null): RuntimeState {
    runtimeState = state;
    inner.emit('runtime.changed', { state, error });
    return state;
  }

  async function announceRefusal(one: (typeof refused)[number], undone: boolean): Promise<Outcome> {
    const { counts, undo } = (await libraryState())!;
    const outcome: Outcome = {
      number: nextOutcome(),
      ids: [],
      labels: [],
      classes: null,
      refusals: [{ ...one, undone }],
      keeps: [],
      counts,
      undo: actions.at(-1) === 'refusal' ? { undo: 'Say 1 photo is not Cat', redo: null } : undo,
    };
    for (const { name, payload } of eventsOf(outcome)) inner.emit(name, payload);
    return outcome;
  }

  function refuse(one: (typeof refused)[number]): Promise<Outcome> {
    refused.push(one);
    actions.push('refusal');
    return announceRefusal(one, false);
  }

  async function listed(order: Input<'review.list'>): Promise<ReviewItem[]> {
    const { ids, widths, heights } = await ask('photos.list', { filter: { kind: 'unlabelled' } });
    const items = ids.flatMap((id, i) =>
      refused.some((one) => one.ids.includes(id))
        ? []
        : [predictionOf(id, inner.state.classes, widths[i]!, heights[i]!)],
    );
    for (const item of items) {
      const burst = learning.bursts?.[item.photoId];
      if (burst) item.burst = burst;
    }
    if (order.order === 'suspicion')
      return items
        .sort((a, b) => b.suspicion - a.suspicion || a.photoId - b.photoId)
        .map((item, i) => ((i + 1) % CHECK_EVERY === 0 ? { ...item, isCheck: true, reason: 'A random check.' } : item));
    const ofClass = items.filter(({ predicted }) => predicted === order.classId);
    return ofClass.sort((a, b) => b.suspicion - a.suspicion || a.photoId - b.photoId);
  }

  const handlers: Partial<Handlers> = {
    'library.state': libraryState,
    'training.presets': () => presets,
    'training.runtime': () => learning.runtime ?? { available: true, device },
    'runtime.state': () => runtimeState,
    'runtime.download': () => {
      if (runtimeState.status !== 'offered') return runtimeState;
      const { offer, doneBytes } = runtimeState;
      const progress = { step: 'Downloading', done: doneBytes, total: offer.bytes };
      return setRuntime({ status: 'downloading', offer, progress });
    },
    'runtime.cancelDownload': () => {
      if (runtimeState.status !== 'downloading') return runtimeState;
      const { offer, progress } = runtimeState;
      return setRuntime({ status: 'offered', offer, doneBytes: progress.done ?? offer.bytes });
    },
    'backbone.state': () => backbone,
    'backbone.offers': () => learning.offers ?? offers,
    'backbone.choose': ({ path, inputRange }) => {
      if (!path.includes('mobilenet')) {
        throw new WhiskerError('bad-input', `${path} holds no model.json.`, 'Choose the folder that model.json is in.');
      }
      return setBackbone({
        status: 'ready',
        path,
        info: { ...backboneInfo, inputRange: inputRange ?? backboneInfo.inputRange },
      });
    },
    'backbone.download': ({ id }) => {
      const offer = offers.find((one) => one.id === id)!;
      return setBackbone({ status: 'downloading', offer: id, doneBytes: 0, totalBytes: offer.bytes });
    },
    'backbone.cancelDownload': () => setBackbone({ status: 'none' }),
    'backbone.remove': () => setBackbone({ status: 'none' }),
    'training.start': (chosen) => {
      const id = Math.max(0, ...runs.map((run) => run.id)) + 1;
      const onIt = chosen.features === 'backbone' && backbone.status === 'ready' ? backbone.info : null;
      const change = { options: chosen, backbone: onIt, receipt: null, seconds: 0, steps: 0 };
      const run = endedRun(id, { status: 'running', ...change });
      runs = [run, ...runs];
      return run;
    },
    'training.stop': () => {},
    'training.pause': () => {},
    'training.resume': () => {},
    'runs.list': () => runs,
    'runs.compare': ({ later }) => {
      const [from, into] = inner.state.classes;
      if (!from || !into) return { photos: 376, changes: [] };
      const changes = [
        { from: from.id, into: into.id, photos: 10 * later, examples: photoIds(1, 6) },
        { from: into.id, into: from.id, photos: 3, examples: photoIds(7, 3) },
      ];
      return { photos: 376, changes };
    },
    'runs.receipt': () => null,
    'runs.receiptPhotos': () => [],
    'runs.measured': ({ id }) => measuredAs(inner.state.classes, learning.measured ?? (id > 2 ? 60 : 0)),
    'runs.repeat': ({ id }) => {
      const run = runs.find((one) => one.id === id);
      if (!run) throw new WhiskerError('not-found', `Run ${id} is gone.`);
      const next = Math.max(0, ...runs.map((one) => one.id)) + 1;
      const again = endedRun(next, { ...run, id: next as RunId, status: 'running', repeats: id, receipt: null });
      runs = [again, ...runs];
      return again;
    },
    'labels.curve': () => learning.curve ?? plausibleCurve,
    'runs.edit': async ({ id, ...edit }) => {
      runs = runs.map((run) => (run.id === id ? ({ ...run, ...edit } as RunSummary) : run));
      inner.emit('library.changed', await libraryState());
      return runs.find((run) => run.id === id)!;
    },
    'runs.use': async ({ id }) => {
      active = id;
      inner.emit('library.changed', await libraryState());
    },
    'runs.delete': async ({ id }) => {
      deleted.push(...runs.filter((run) => run.id === id));
      runs = runs.filter((run) => run.id !== id);
      inner.emit('library.changed', await libraryState());
    },
    'runs.restore': async ({ id }) => {
      runs = [...runs, ...deleted.filter((run) => run.id === id)].sort((a, b) => b.id - a.id);
      inner.emit('library.changed', await libraryState());
    },
    'runs.resume': ({ id }) => {
      runs = runs.map((run) => (run.id === id ? { ...run, status: 'running' } : run));
      const run = runs.find((one) => one.id === id);
      if (!run) throw new WhiskerError('not-found', `Run ${id} is gone.`);
      return run;
    },
    'runs.get': ({ id }) => {
      const run = runs.find((one) => one.id === id);
      if (!run) throw new WhiskerError('not-found', `Run ${id} is gone.`);
      const failed = run.status === 'failed';
      const metrics = failed ? [] : plausibleMetrics(run.seconds);
      return {
        ...run,
        classes: inner.state.classes,
        bytes: failed ? 0 : 4_200_000,
        metrics,
        samples: failed || run.backbone ? null : plausibleSamples(id, run.steps),
        sorted: failed ? [] : sortedAs(inner.state.classes),
        repeatable: !failed,
      };
    },
    'review.list': listed,
    'review.alike': async ({ photoId }) => {
      const { ids, labels } = await ask('photos.list', { filter: { kind: 'labelled' } });
      const all = ids.map((id, i) => ({ photoId: id, classId: labels[i] as ClassId }));
      return all.sort((a, b) => Math.abs(a.photoId - photoId) - Math.abs(b.photoId - photoId)).slice(0, 3);
    },
    'review.end': async () => {
      if (!isCalibrated(activeRun()?.receipt ?? null)) return null;
      return queueEnd((await listed({ order: 'suspicion' })).map(({ suspicion }) => suspicion));
    },
    'review.refuse': ({ photoIds, classId }) => refuse({ ids: photoIds, classId }),
    'review.surest': async ({ classId }) => {
      const run = activeRun();
      if (!run) return null;
      const chances = (await listed({ order: 'class', classId })).map(({ suspicion }) => suspicion).reverse();
      const errors = isCalibrated(run.receipt) ? { by: 'chances' as const, curve: errorCurve(chances) } : null;
      return { runId: run.id, photos: chances.length, errors };
    },
    'review.acceptTop': async ({ classId, count }) => {
      const surest = (await listed({ order: 'class', classId })).reverse().slice(0, count);
      actions.push('other');
      return ask('labels.set', {
        photoIds: surest.map(({ photoId }) => photoId),
        label: classId,
        ...acceptedUnseen,
      });
    },
    'review.checks': () => [],
    'history.undo': async () => {
      if (actions.pop() !== 'refusal') return ask('history.undo', undefined);
      return announceRefusal(refused.pop()!, true);
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
        if (['labels.set', 'review.keepLabel'].includes(name) || name.startsWith('classes.')) actions.push('other');
        return inner.call(name, input);
      }
      inner.calls.push({ name, input });
      try {
        return { ok: true, value: await handler(input) };
      } catch (error) {
        return { ok: false, error: toFailure(error) };
      }
    },
    setBackbone,
    setRuntime,
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
    'models-disagree': `${sure} sure of ${first.name}, but the second model says ${second.name}.`,
    confident: `${sure} sure of ${first.name}.`,
  };
  return {
    photoId,
    name: nameOf(photoId),
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
