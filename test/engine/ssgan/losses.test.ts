import { describe, expect, test } from 'vitest';
import { tf, type Scalar, type Tensor, type Tensor2D } from '../../../src/engine/tensorflow/tensorflow.ts';
import * as losses from '../../../src/engine/ssgan/losses.ts';
import { expectGradients } from './finite-differences.ts';

const value = (loss: Scalar): number => loss.dataSync()[0]!;
const softplus = (x: number): number => Math.log(1 + Math.exp(x));

// Two rows of logits whose sums of exponentials are 1 + 2 + 3 = 6 and 4 + 1 + 1 = 6, so that s = ln 6 for both.
const logits = tf.log(
  tf.tensor2d([
    [1, 2, 3],
    [4, 1, 1],
  ]),
) as Tensor2D;
const s = Math.log(6);

describe('losses have the values computed by hand', () => {
  test('labelled: −log of the softmax share of the true class', () => {
    const labels = tf.tensor1d([2, 0], 'int32');
    expect(value(losses.labelledLoss(logits, labels))).toBeCloseTo((-Math.log(3 / 6) - Math.log(4 / 6)) / 2, 5);
  });

  test('none of the classes: cross-entropy with the uniform distribution, least where no class is likelier', () => {
    const of = (...shares: number[]) => -shares.reduce((sum, p) => sum + Math.log(p), 0) / shares.length;
    expect(value(losses.noneLoss(logits))).toBeCloseTo((of(1 / 6, 2 / 6, 3 / 6) + of(4 / 6, 1 / 6, 1 / 6)) / 2, 5);
    expect(value(losses.noneLoss(tf.zeros([2, 3])))).toBeCloseTo(Math.log(3), 5);
  });

  test('unlabelled and generated: half of −log D and −log(1 − D), D = Z/(Z+1) with Z = 6', () => {
    expect(value(losses.realLoss(logits))).toBeCloseTo(-0.5 * Math.log(6 / 7), 5);
    expect(value(losses.fakeLoss(logits))).toBeCloseTo(-0.5 * Math.log(1 / 7), 5);
    expect(value(losses.realLoss(logits))).toBeCloseTo(0.5 * softplus(-s), 5);
  });

  test('feature matching: mean distance between the mean features', () => {
    const real = tf.tensor2d([
      [0, 2],
      [2, 4],
    ]); // mean (1, 3)
    const generated = tf.tensor2d([
      [0, 0],
      [0, 2],
    ]); // mean (0, 1)
    expect(value(losses.featureMatchingLoss(real, generated))).toBeCloseTo((1 + 2) / 2, 5);
  });

  test('pull-away: 0 for features at right angles, 1 for parallel ones', () => {
    expect(
      value(
        losses.pullAwayLoss(
          tf.tensor2d([
            [3, 0],
            [0, 5],
          ]),
        ),
      ),
    ).toBeCloseTo(0, 5);
    expect(
      value(
        losses.pullAwayLoss(
          tf.tensor2d([
            [1, 1],
            [2, 2],
            [-3, -3],
          ]),
        ),
      ),
    ).toBeCloseTo(1, 4);
  });

  test('pseudo-labels: only rows of which the teacher is sure count, and they count as a share of all', () => {
    const teacher = tf.tensor2d([
      [0.05, 0.05, 0.9],
      [0.5, 0.3, 0.2],
    ]);
    expect(value(losses.pseudoLabelLoss(logits, teacher, 0.85))).toBeCloseTo(-Math.log(3 / 6) / 2, 5);
    expect(value(losses.pseudoLabelLoss(logits, teacher, 0.95))).toBe(0);
  });

  test('consistency: squared distance between two softmaxes', () => {
    const teacher = tf.tensor2d([
      [1 / 6, 2 / 6, 3 / 6],
      [1, 0, 0],
    ]);
    expect(value(losses.consistencyLoss(logits, teacher))).toBeCloseTo((4 / 36 + 1 / 36 + 1 / 36) / 2, 5);
  });

  test('entropy: ln K when undecided, the entropy of the softmax otherwise', () => {
    expect(value(losses.entropyLoss(tf.zeros([2, 4])))).toBeCloseTo(Math.log(4), 5);
    const entropy = (shares: number[]): number => -shares.reduce((sum, p) => sum + p * Math.log(p), 0);
    const expected = (entropy([1 / 6, 2 / 6, 3 / 6]) + entropy([4 / 6, 1 / 6, 1 / 6])) / 2;
    expect(value(losses.entropyLoss(logits))).toBeCloseTo(expected, 5);
  });
});

describe('gradients agree with finite differences', () => {
  const l = tf.randomNormal([5, 3], 0, 1, 'float32', 1);
  const f = tf.randomNormal([4, 6], 0, 1, 'float32', 2);
  const cases: Record<string, [(...x: Tensor[]) => Scalar, Tensor[]]> = {
    labelled: [(x) => losses.labelledLoss(x as Tensor2D, tf.tensor1d([0, 1, 2, 0, 1], 'int32')), [l]],
    none: [(x) => losses.noneLoss(x as Tensor2D), [l]],
    unlabelled: [(x) => losses.realLoss(x as Tensor2D), [l]],
    generated: [(x) => losses.fakeLoss(x as Tensor2D), [l]],
    'feature matching': [(x) => losses.featureMatchingLoss(tf.ones([4, 6]), x as Tensor2D), [f]],
    'pull-away': [(x) => losses.pullAwayLoss(x as Tensor2D), [f]],
    consistency: [(x) => losses.consistencyLoss(x as Tensor2D, tf.softmax(tf.ones([5, 3]))), [l]],
    entropy: [(x) => losses.entropyLoss(x as Tensor2D), [l]],
    'pseudo-label': [
      (x) => losses.pseudoLabelLoss(x as Tensor2D, tf.softmax(tf.mul(tf.oneHot([0, 1, 2, 0, 1], 3), 5)), 0.9),
      [l],
    ],
  };
  for (const [name, [loss, inputs]] of Object.entries(cases)) test(name, () => expectGradients(loss, inputs));
});
