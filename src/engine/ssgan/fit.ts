// Trains one learner until its time or its steps are used up, or it is told to stop; yields after every step.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { WhiskerError } from '../../shared/errors.ts';
import { tf, type Tensor } from '../backend/tensorflow.ts';
import type { Learner } from './learner.ts';
import { Reporter, type RunClock, type Watched } from './report.ts';
import type { StepInput } from './step.ts';

/** Whichever is used up first ends the stage; both shape the learning rate. */
export interface Budget {
  /** On the run's clock, in seconds. */
  until: number;
  steps: number;
}

/** Throws 'training-failed' when a loss is no longer a number. */
export async function fit<X extends Tensor>(
  learner: Learner<X>,
  input: (step: number) => StepInput<X>,
  budget: Budget,
  clock: RunClock,
  watched: Watched,
): Promise<void> {
  const reporter = new Reporter(clock, watched);
  const began = clock.elapsed();
  const seconds = Math.max(0.001, budget.until - began);
  while (!clock.stopped()) {
    const fraction = Math.max(learner.steps / budget.steps, (clock.elapsed() - began) / seconds);
    if (fraction >= 1) break;
    tf.tidy(() => learner.step(input(learner.steps), fraction));
    const losses = await reporter.tick();
    if (losses && !Number.isFinite(losses.labelled)) throw notANumber(learner.steps);
    await nextTurn();
  }
  if (learner.steps > 0) await reporter.tick(true);
}

const notANumber = (steps: number): WhiskerError =>
  new WhiskerError(
    'training-failed',
    `Training broke down after ${steps} steps: its loss is no longer a number.`,
    'Train again with another seed.',
  );
