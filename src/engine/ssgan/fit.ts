// Trains one learner until its time or its steps are used up, or it is told to stop; rests when told to; yields after
// every step. When the numbers break down it goes back to where they were sound and goes on at half the rate.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { WhiskerError } from '../../shared/errors.ts';
import { isOutOfMemory, outOfMemory } from '../tensorflow/out-of-memory.ts';
import { tf, type Tensor } from '../tensorflow/tensorflow.ts';
import type { Learner, LearnerState } from './learner.ts';
import { isSound, Reporter, type RunClock, type Watched } from './progress-reports.ts';
import type { StepInput } from './step-input.ts';

/** Whichever is used up first ends the stage; both shape the learning rate. */
export interface Budget {
  /** Begin and end on the run's clock, in seconds. */
  from: number;
  until: number;
  steps: number;
}

export interface Fit<X extends Tensor> {
  learner: Learner<X>;
  input(step: number): StepInput<X>;
  /** Steps that are taken at once, without a look at the clock between them. */
  stepsAtOnce: number;
  budget: Budget;
  watched: Watched;
  /** Hears of a sound state once a minute, and before a rest. */
  keep(state: LearnerState): void;
  /** Makes the next batches smaller; false when they can't be. */
  shrink(): boolean;
}

/** Share of a run's time after which the labels-only network must make room for the SSGAN. */
export const LABELS_ONLY_SHARE = 0.25;

const CHECKPOINT_SECONDS = 60;
/** How old a state may be to go back to. */
const SNAPSHOT_SECONDS = 10;
const MOST_BREAKDOWNS = 4;

/** Throws 'training-failed' when the loss breaks down again and again, 'out-of-memory' when no step is small enough. */
export async function fit<X extends Tensor>(
  { learner, input, stepsAtOnce, budget, watched, keep, shrink }: Fit<X>,
  clock: RunClock,
): Promise<void> {
  const reporter = new Reporter(clock, watched);
  const seconds = Math.max(0.001, budget.until - budget.from);
  let sound = { state: await learner.state(), at: clock.elapsed(), kept: clock.elapsed() };
  let breakdowns = 0;
  let rateMultiplier = sound.state.rateMultiplier;

  function goBack(): void {
    if (++breakdowns > MOST_BREAKDOWNS) throw brokenDown(learner.steps);
    const [from, to] = [learner.steps, sound.state.step];
    rateMultiplier /= 2;
    learner.restore(sound.state, rateMultiplier);
    clock.emit({
      event: 'notice',
      message: `The numbers broke down after ${from} steps; going back to step ${to} at half the rate.`,
    });
    reporter.rewound();
  }

  while (!clock.stopped()) {
    const rest = clock.paused();
    if (rest) {
      const healthy = isSound(await learner.losses()) && (await learner.isFinite());
      keep(healthy ? await learner.state() : sound.state);
      clock.emit({ event: 'paused' });
      await rest;
      continue;
    }
    const ofTime = (clock.elapsed() - budget.from) / seconds;
    if (learner.steps >= budget.steps || ofTime >= 1) break;
    try {
      tf.tidy(() =>
        learner.learn(
          nextSteps(learner.steps, stepsAtOnce, budget.steps).map((step) => ({
            input: input(step),
            fraction: Math.max(step / budget.steps, ofTime),
          })),
        ),
      );
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      if (!shrink()) throw outOfMemory();
      clock.emit({ event: 'notice', message: 'Memory ran out; going on with half as many photos a step.' });
      continue;
    }
    const losses = await reporter.tick();
    const due = losses !== null && clock.elapsed() - sound.at >= SNAPSHOT_SECONDS;
    // The losses are those of before the last update: a state is sound when the weights after it are numbers, too.
    if (losses && !(isSound(losses) && (!due || (await learner.isFinite())))) {
      goBack();
    } else if (due) {
      sound = { ...sound, state: await learner.state(), at: clock.elapsed() };
      if (sound.at - sound.kept >= CHECKPOINT_SECONDS) {
        keep(sound.state);
        sound.kept = sound.at;
      }
    }
    await nextTurn();
  }
  if (learner.steps === 0) return;
  const last = await reporter.tick(true);
  // Nothing that is not a number is ever kept: the stage ends where it was sound.
  if ((last && !isSound(last)) || !(await learner.isFinite())) goBack();
}

/**
 * The steps to take at once: up to the next multiple of `atOnce`, so that a run which goes on from a step takes the
 * same ones together as the unbroken run.
 */
export const nextSteps = (done: number, atOnce: number, most: number): number[] =>
  Array.from({ length: Math.min(atOnce - (done % atOnce), most - done) }, (_, i) => done + i);

const brokenDown = (steps: number): WhiskerError =>
  new WhiskerError(
    'training-failed',
    `Training broke down after ${steps} steps, also at a lower rate: its losses are no longer numbers.`,
    'Train again with another seed, or with more labels.',
  );

/** Random weights are no result: a run that ends before its first step leaves none. */
export const nothingLearned = (stopped: boolean): WhiskerError =>
  stopped
    ? new WhiskerError('cancelled', 'The run was stopped before its networks took a step.')
    : new WhiskerError(
        'training-failed',
        'The time was used up before the networks took a step.',
        'Give it more minutes, or choose a smaller preset.',
      );
