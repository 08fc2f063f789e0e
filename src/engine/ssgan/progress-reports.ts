// Says how a run is doing while it learns: progress, losses and held-out accuracy, some photos with what is made of
// them, generated pictures, each at its own pace.

import type { TrainingMetrics } from '../../shared/training.ts';
import type { TrainerEvent } from '../messages.ts';
import type { Losses } from './learner.ts';

/** Everything that watches one run. Times are seconds since it began. */
export interface RunClock {
  emit(event: TrainerEvent): void;
  stopped(): boolean;
  /** Resolves when the pause is over; null while the run is not to pause. */
  paused(): Promise<void> | null;
  /** Without the time in which it was paused. */
  elapsed(): number;
  /** The whole budget. */
  budgetSeconds: number;
}

/** What a stage can be asked while it runs; each answer waits for the device. */
export interface Watched {
  stage: TrainingMetrics['stage'];
  /** Steps of the stage. */
  steps(): number;
  /** What the stages before it took: a run has one count of steps, its curves have one a stage. */
  stepsBefore: number;
  /** Of the whole run, if its time suffices; Infinity where time alone ends it. */
  stepsInAll: number;
  photosPerStep: number;
  losses(): Promise<Losses>;
  heldOutAccuracy(): Promise<number | null>;
  /** The photos that the run is watched on, and their class probabilities [photos, K]; null without any. */
  preview(): Promise<{ positions: Int32Array; probabilities: Float32Array } | null>;
  samples(): Promise<{ count: number; sizePx: number; channels: 1 | 3; pixels: Uint8Array } | null>;
}

/** A cross-entropy that no network at work has: a guess among K classes costs ln K. */
const DIVERGED = 50;

/**
 * Only the labelled one has a bound: a classifier that wins against its generator drives the others as far as it likes.
 */
export const isSound = ({ labelled, unlabelled, generated, generator }: Losses): boolean =>
  labelled < DIVERGED && [labelled, unlabelled, generated, generator].every((loss) => Number.isFinite(loss ?? 0));

const EVERY_SECONDS = { progress: 0.25, losses: 0.5, preview: 0.5, accuracy: 2, samples: 3 };

/** How far a run is and how long it still takes: by its time or by its steps, whichever ends it first. */
export class Progress {
  readonly #clock: RunClock;
  readonly #stepsInAll: number;
  readonly #photosPerStep: number;
  #since: { done: number; at: number };
  #due = 0;

  /** done: steps of `stepsInAll` that have been taken. */
  constructor(
    clock: RunClock,
    { stepsInAll, photosPerStep }: Pick<Watched, 'stepsInAll' | 'photosPerStep'>,
    done: number,
  ) {
    this.#clock = clock;
    this.#stepsInAll = stepsInAll;
    this.#photosPerStep = photosPerStep;
    this.#since = { done, at: clock.elapsed() };
  }

  /** Says so, if it is time to.  step: as people are told, who do not count those of measuring. */
  report(done: number, step: number, last = false): void {
    const { budgetSeconds, elapsed, emit } = this.#clock;
    const now = elapsed();
    if (!last && now < this.#due) return;
    this.#due = now + EVERY_SECONDS.progress;
    const rate = (done - this.#since.done) / Math.max(1e-3, now - this.#since.at);
    this.#since = { done, at: now };
    const [ofTime, ofSteps] = [Math.max(0, budgetSeconds - now), (this.#stepsInAll - done) / rate];
    const isKnown = rate > 0 || this.#stepsInAll === Infinity;
    emit({
      event: 'progress',
      step,
      fraction: Math.min(1, Math.max(now / budgetSeconds, done / this.#stepsInAll)),
      photosPerSecond: rate * this.#photosPerStep,
      etaSeconds: isKnown ? Math.min(ofTime, ofSteps) : null,
    });
  }

  /** Steps have been taken back. */
  rewound(done: number): void {
    this.#since = { done, at: this.#clock.elapsed() };
  }
}

export class Reporter {
  readonly #clock: RunClock;
  readonly #watched: Watched;
  readonly #progress: Progress;
  readonly #due = { losses: 0, preview: 0, accuracy: 0, samples: 0 };

  constructor(clock: RunClock, watched: Watched) {
    this.#clock = clock;
    this.#watched = watched;
    this.#progress = new Progress(clock, watched, this.#taken);
  }

  get #taken(): number {
    return this.#watched.stepsBefore + this.#watched.steps();
  }

  /**
   * Reports what is due; returns the losses when it read them. Losses that are not sound are returned and not reported.
   */
  async tick(last = false): Promise<Losses | null> {
    this.#progress.report(this.#taken, this.#taken, last);
    if (!this.#isDue('losses', last)) return null;
    const losses = await this.#watched.losses();
    if (!isSound(losses)) return losses;
    const heldOutAccuracy = this.#isDue('accuracy', last) ? await this.#watched.heldOutAccuracy() : null;
    this.#clock.emit({ event: 'metrics', points: [this.#point(losses, heldOutAccuracy)] });
    if (this.#isDue('preview', last)) await this.#preview();
    if (this.#isDue('samples', last)) await this.#samples();
    return losses;
  }

  /** The stage went back to an earlier step. */
  rewound(): void {
    this.#progress.rewound(this.#taken);
    this.#clock.emit({ event: 'rewound', stage: this.#watched.stage, step: this.#watched.steps() });
  }

  #isDue(what: Exclude<keyof typeof EVERY_SECONDS, 'progress'>, last: boolean): boolean {
    const now = this.#clock.elapsed();
    if (!last && now < this.#due[what]) return false;
    this.#due[what] = now + EVERY_SECONDS[what];
    return true;
  }

  #point(losses: Losses, heldOutAccuracy: number | null): TrainingMetrics {
    return {
      stage: this.#watched.stage,
      step: this.#watched.steps(),
      seconds: this.#clock.elapsed(),
      classifierLoss: losses.labelled,
      unlabelledLoss: losses.unlabelled,
      generatedLoss: losses.generated,
      generatorLoss: losses.generator,
      heldOutAccuracy,
    };
  }

  async #preview(): Promise<void> {
    const preview = await this.#watched.preview();
    if (preview) this.#clock.emit({ event: 'preview', ...preview });
  }

  async #samples(): Promise<void> {
    const samples = await this.#watched.samples();
    if (samples) this.#clock.emit({ event: 'samples', step: this.#taken, ...samples });
  }
}
