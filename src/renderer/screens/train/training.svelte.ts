// What the Train screens know: can we train, what is running, its curves and pictures, and the runs so far.
// Events arrive faster than a screen can draw; they are gathered and shown once a frame.

import type { Api } from '../../api.ts';
import { Curves } from '../../charts/curves.ts';
import type { CorrectionReceipt } from '../../../shared/correction-receipt.ts';
import { defaultOptions } from '../../../shared/defaults.ts';
import { toFailure, type Failure } from '../../../shared/errors.ts';
import type { MeasuredPhotos } from '../../../shared/figures.ts';
import type { LearningCurve } from '../../../shared/learning-curve.ts';
import type { Preset } from '../../../shared/presets.ts';
import type {
  GeneratedSamples,
  RunComparison,
  RunDetail,
  RunEdit,
  RunSummary,
  TrainingMetrics,
  TrainingOptions,
  TrainingProgress,
  TrainingRuntime,
  TrainingState,
  Features,
  WayToLearn,
} from '../../../shared/training.ts';
import type { RunId } from '../../../shared/types.ts';
import { Backbone } from './backbone.svelte.ts';
import { ModelExport } from '../runs/model-export.svelte.ts';
import { Computers } from './computers.svelte.ts';
import { RuntimeDownload } from './runtime-download.svelte.ts';

const usual = defaultOptions();
const freshMinutes: Record<Features, number> = { pixels: usual.minutes, backbone: usual.minutes };

export class Training {
  runtime = $state.raw<TrainingRuntime>({ available: null });
  presets = $state.raw<readonly Preset[]>([]);
  runs = $state.raw<readonly RunSummary[]>([]);
  state = $state.raw<TrainingState>({ status: 'idle' });
  samples = $state.raw<GeneratedSamples | null>(null);
  /** Counts frames in which the curves grew; charts read it to know when to draw. */
  curvesVersion = $state(0);
  readonly curves = new Curves();
  /** The run on the screen when none is running: just ended, or chosen from the history; null: the set-up page. */
  shown = $state.raw<RunDetail | null>(null);
  failure = $state.raw<Failure | null>(null);
  starting = $state(false);
  /** The run that is being put in use. */
  busyWith = $state<RunId | null>(null);

  /** The run whose receipt over the review was closed. */
  receiptClosed = $state<RunId | null>(null);

  /** The run that goes on, as far as main has told. */
  running = $state.raw<RunSummary | null>(null);
  readonly backbone: Backbone;
  readonly runtimeDownload: RuntimeDownload;
  readonly models: ModelExport;
  readonly computers: Computers;

  readonly progress: TrainingProgress | null = $derived(this.state.status === 'idle' ? null : this.state.progress);

  #settings = $state<Omit<TrainingOptions, 'features' | 'minutes'>>({ ...usual });
  /** Each way to learn has a budget of its own. */
  #minutes = $state({ ...freshMinutes });
  /** What suits the photos, and what the person chose for this library; null until main has looked. */
  way = $state.raw<WayToLearn | null>(null);
  readonly #api: Api;
  readonly #nextFrame: (draw: () => void) => void;
  #gathered: { state?: TrainingState; samples?: GeneratedSamples; points: TrainingMetrics[] } = { points: [] };
  #frameAsked = false;
  #runId: RunId | null = null;

  constructor(api: Api, nextFrame: (draw: () => void) => void = (draw) => requestAnimationFrame(draw)) {
    this.#api = api;
    this.#nextFrame = nextFrame;
    this.backbone = new Backbone(api, () => this.chooseWay('backbone'));
    this.runtimeDownload = new RuntimeDownload(api);
    this.models = new ModelExport(api);
    this.computers = new Computers(api);
    api.on('training.runtime', (runtime) => (this.runtime = runtime));
    api.on('training.state', (state) => this.#gather({ state }));
    api.on('training.metrics', ({ runId, points }) => this.#gather({ points: this.#belongs(runId) ? points : [] }));
    api.on('training.rewound', ({ runId, stage, step }) => this.#belongs(runId) && this.#rewind(stage, step));
    api.on('training.samples', (samples) => this.#gather(this.#belongs(samples.runId) ? { samples } : {}));
    api.on('run.ended', (run) => void this.#ended(run));
  }

  /** What the next Train will do; kept while the person looks elsewhere. */
  get options(): TrainingOptions {
    const here = this.backbone.info ? (this.way?.recommended.features ?? 'backbone') : 'pixels';
    const features = this.way?.chosen ?? here;
    return { ...this.#settings, features, minutes: this.#minutes[features] };
  }

  change({ minutes, ...settings }: Partial<Omit<TrainingOptions, 'features'>>): void {
    if (minutes !== undefined) this.#minutes[this.options.features] = minutes;
    Object.assign(this.#settings, settings);
  }

  /** Of this library, from now on; null: as its photos recommend and as there is a network. */
  async chooseWay(features: Features | null): Promise<void> {
    if (this.way) this.way = { ...this.way, chosen: features };
    await this.#carryOut(() => this.#api.snapshot('training.chooseWay', { features }, (way) => (this.way = way)));
  }

  /** The backbone is given up, and with it the wish to start from one. */
  async removeBackbone(): Promise<void> {
    await this.backbone.remove();
    if (this.backbone.state.status === 'none') await this.chooseWay(null);
  }

  /** Forgets everything: another library. */
  reset(): void {
    this.#gathered = { points: [] };
    this.#follow(null);
    this.state = { status: 'idle' };
    this.runs = [];
    this.shown = null;
    this.receiptClosed = null;
    this.models.forget();
    this.failure = null;
    this.#settings = { ...usual };
    this.#minutes = { ...freshMinutes };
    this.way = null;
  }

  /** Asks for everything; a run that is already going on is joined where it stands. */
  async refresh(state: TrainingState): Promise<void> {
    this.state = state;
    try {
      const before = this.runs.length;
      const [presets, runs] = await Promise.all([
        this.#api.call('training.presets'),
        this.#api.call('runs.list'),
        this.#api.snapshot('training.runtime', undefined, (runtime) => (this.runtime = runtime)),
        this.runtimeDownload.refresh(),
        this.backbone.refresh(),
        this.computers.refresh(),
        this.#api.snapshot('training.way', undefined, (way) => (this.way = way)),
      ]);
      [this.presets, this.runs] = [presets, runs];
      const last = this.runs.find(({ status }) => status !== 'running');
      if (last && before === 0) this.#goOnFrom(last.options);
      if (state.status !== 'idle') await this.#join(state.progress.runId);
      this.failure = null;
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  async start(options: TrainingOptions): Promise<void> {
    await this.#begin(() => this.#api.call('training.start', options));
  }

  async #begin(ask: () => Promise<RunSummary>): Promise<void> {
    if (this.starting || this.state.status !== 'idle') return;
    this.starting = true;
    this.failure = null;
    try {
      const run = await ask();
      this.shown = null;
      if (this.#runId !== run.id) this.#follow(run.id);
      this.running = run;
      if (this.state.status === 'idle') this.state = { status: 'running', progress: firstProgress(run) };
    } catch (error) {
      this.failure = toFailure(error);
    } finally {
      this.starting = false;
    }
  }

  /**
   * The screen says "Stopping" at once; main confirms with its next event. A run that is asked again to keep its best
   * ends without waiting any longer.
   */
  async stop(keep: boolean): Promise<void> {
    const before = this.state;
    if (before.status === 'idle') return;
    this.state = { status: 'stopping', progress: before.progress };
    try {
      await this.#api.call('training.stop', { keep });
    } catch (error) {
      this.state = before;
      this.failure = toFailure(error);
    }
  }

  async pause(): Promise<void> {
    await this.#ask('training.pause');
  }

  async resume(): Promise<void> {
    await this.#ask('training.resume');
  }

  /** Asks the computer that trains and was lost at once. */
  async reconnect(): Promise<void> {
    await this.#ask('training.reconnect');
  }

  /** Lets a run that was cut off go on, where it began or on this computer. */
  async goOn(run: RunSummary, where: { here?: true } = {}): Promise<void> {
    this.shown = null;
    await this.#carryOut(async () => {
      if (this.#runId !== run.id) this.#follow(run.id);
      await this.#api.call('runs.resume', { id: run.id, ...where });
      await this.#join(run.id);
    });
  }

  /** Puts a run's model in use; `busyWith` says so until it has judged every photo. */
  async use(id: RunId): Promise<void> {
    this.busyWith = id;
    await this.#carryOut(() => this.#api.call('runs.use', { id }));
    this.busyWith = null;
  }

  /** True when it was deleted; it can be restored until the app closes. */
  async delete(id: RunId): Promise<boolean> {
    return this.#carryOut(async () => {
      await this.#api.call('runs.delete', { id });
      if (this.shown?.id === id) this.shown = null;
    });
  }

  /** The page shows what was stored; the list follows with the library. */
  async edit(id: RunId, edit: RunEdit): Promise<void> {
    await this.#carryOut(async () => {
      const { note, pinned } = await this.#api.call('runs.edit', { id, ...edit });
      if (this.shown?.id === id) this.shown = { ...this.shown, note, pinned };
    });
  }

  async restore(id: RunId): Promise<void> {
    await this.#carryOut(() => this.#api.call('runs.restore', { id }));
  }

  async #ask(name: 'training.pause' | 'training.resume' | 'training.reconnect'): Promise<void> {
    await this.#carryOut(() => this.#api.call(name));
  }

  async #carryOut(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.failure = null;
      return true;
    } catch (error) {
      this.failure = toFailure(error);
      return false;
    }
  }

  async show(id: RunId): Promise<void> {
    try {
      this.shown = await this.#api.call('runs.get', { id });
      this.failure = null;
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  compare = (earlier: RunId, later: RunId): Promise<RunComparison> =>
    this.#api.call('runs.compare', { earlier, later });

  /** What a run made of the labels since the run before it. */
  receipt = (id: RunId): Promise<CorrectionReceipt | null> => this.#api.call('runs.receipt', { id });

  measured = (id: RunId): Promise<MeasuredPhotos> => this.#api.call('runs.measured', { id });

  learningCurve = (): Promise<LearningCurve> => this.#api.call('labels.curve');

  /** Trains with the seed, the options and the labels that a run had. */
  async repeat(id: RunId): Promise<void> {
    await this.#begin(() => this.#api.call('runs.repeat', { id }));
  }

  showSetup(): void {
    this.shown = null;
    this.failure = null;
  }

  /** What to start from and where follow the machine, not the last run: a backbone may have come since. */
  #goOnFrom({ features, minutes, ...settings }: TrainingOptions): void {
    this.#settings = { ...settings, startFrom: usual.startFrom, computer: undefined };
    this.#minutes[features] = minutes;
  }

  /** Events of a run may come before the answer to the call that started it: the first one heard is followed. */
  #belongs(runId: RunId): boolean {
    if (this.#runId === null) this.#follow(runId);
    return this.#runId === runId;
  }

  #follow(runId: RunId | null): void {
    this.#runId = runId;
    this.running = null;
    this.#gathered = { ...(this.#gathered.state ? { state: this.#gathered.state } : {}), points: [] };
    this.samples = null;
    this.curves.clear();
    this.curvesVersion++;
  }

  async #join(runId: RunId): Promise<void> {
    if (this.#runId !== runId) this.#follow(runId);
    const run = await this.#api.call('runs.get', { id: runId });
    if (this.#runId !== runId) return;
    this.running = run;
    this.curves.prepend(run.metrics);
    this.samples ??= run.samples;
    this.curvesVersion++;
  }

  #gather(news: { state?: TrainingState; samples?: GeneratedSamples; points?: TrainingMetrics[] }): void {
    const { points, ...rest } = news;
    Object.assign(this.#gathered, rest);
    if (points) this.#gathered.points.push(...points);
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    this.#nextFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frameAsked = false;
    const { state, samples, points } = this.#gathered;
    this.#gathered = { points: [] };
    // A late "running" must not take back the "Stopping" that the person has already seen.
    const late = (state?.status === 'running' || state?.status === 'paused') && this.state.status === 'stopping';
    if (state) this.state = late ? { status: 'stopping', progress: state.progress } : state;
    if (samples) this.samples = samples;
    if (points.length === 0) return;
    this.curves.push(points);
    this.curvesVersion++;
  }

  #rewind(stage: TrainingMetrics['stage'], step: number): void {
    this.#gathered.points = this.#gathered.points.filter((point) => point.stage !== stage || point.step <= step);
    this.curves.rewind(stage, step);
    this.curvesVersion++;
  }

  async #ended(run: RunSummary): Promise<void> {
    this.#gathered = { points: [] };
    this.#runId = null;
    this.running = null;
    this.state = { status: 'idle' };
    this.runs = [run, ...this.runs.filter(({ id }) => id !== run.id)];
    await this.show(run.id);
  }
}

const firstProgress = ({ id, device }: RunSummary): TrainingProgress => ({
  runId: id,
  stage: 'preparing',
  step: 0,
  fraction: 0,
  photosPerSecond: null,
  photos: null,
  seconds: 0,
  etaSeconds: null,
  device,
  notices: [],
  preview: [],
});
