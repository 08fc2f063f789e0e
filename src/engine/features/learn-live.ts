// What the labels of this moment make of the whole library, while a person goes on labelling: logistic regression for
// an answer at once. Nothing is written.

import { wilson } from '../../shared/statistics.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { tf } from '../tensorflow/tensorflow.ts';
import type { LearnedLive, LearnLiveRequest } from '../messages.ts';
import { rightOnes } from '../measuring/receipt.ts';
import { coordinatesOf } from './coordinates.ts';
import { logisticLogits } from './logistic-regression.ts';
import { crossValidateLogistic, fitLogistic } from './measure-heads.ts';

/**
 * Throws 'too-few-labels' under two classes with a label each, 'cancelled' as soon as `superseded` says that newer
 * labels wait, and what `coordinatesOf` throws.
 */
export async function learnLive(request: LearnLiveRequest, superseded: () => boolean): Promise<LearnedLive> {
  const { features, labels, classes, effort, seed } = request;
  checkTwoClasses(labels);
  // A reference of its own: the next question may be about other photos.
  const x = coordinatesOf(features).clone();
  try {
    const fitted = fitLogistic(x, labels, classes);
    const said = tf.tidy(() => tf.softmax(logisticLogits(fitted, x)));
    const probabilities = await said.data<'float32'>();
    tf.dispose([said, fitted.weights, fitted.bias]);
    if (effort === 'quick') return { probabilities, head: 'logistic', estimate: null };
    if (superseded()) throw new WhiskerError('cancelled', 'Newer labels are learned from instead.');
    const measured = await crossValidateLogistic({ x, labels, classes, seed });
    const right = rightOnes(measured, 'logistic', classes) ?? [];
    return { probabilities, head: 'logistic', estimate: wilson(right.filter(Boolean).length, right.length) };
  } finally {
    x.dispose();
  }
}

function checkTwoClasses(labels: Int32Array): void {
  const present = new Set(labels.filter((label) => label >= 0));
  if (present.size >= 2) return;
  throw new WhiskerError(
    'too-few-labels',
    'There is nothing to tell apart yet: the labels are of fewer than two classes.',
    'Label a photo of another class.',
  );
}
