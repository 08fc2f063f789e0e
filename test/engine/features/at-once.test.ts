// Several steps in feature space by one native call, against one after the other and op by op.

import { describe, expect, test, vi } from 'vitest';
import { FeatureFeed } from '../../../src/engine/features/feature-feed.ts';
import { featureNetworks } from '../../../src/engine/features/feature-model.ts';
import {
  featureLearnerSettings,
  featureObjective,
  featureRecipe,
} from '../../../src/engine/features/feature-recipe.ts';
import { nextSteps } from '../../../src/engine/ssgan/fit.ts';
import { freshState, Learner, type LearnerState } from '../../../src/engine/ssgan/learner.ts';
import { countExecutions, native } from '../../../src/engine/tensorflow/execute.ts';
import { randomNormal } from '../../../src/engine/tensorflow/native-ops.ts';
import { tf, type Tensor2D } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { TrainingMetrics } from '../../../src/shared/training.ts';
import { opByOp } from '../../fixtures/op-by-op.ts';
import '../../fixtures/needs-tensorflow.ts';

vi.setConfig({ testTimeout: 120_000 });

const ROWS = 400;
const SIDE = 32;
const CLASSES = 3;
const AT_ONCE = featureRecipe.stepsAtOnce;
const x = randomNormal<Tensor2D>([ROWS, SIDE], tf.tensor1d([1, 2], 'int32'));
const labels = Int32Array.from({ length: ROWS }, (_, i) => (i < 12 ? i % CLASSES : -1));

interface Choices {
  stage?: TrainingMetrics['stage'];
  generator?: 'gaussian' | 'learned';
  from?: LearnerState | null;
}

function setUp({ stage = 'ssgan', generator = 'gaussian', from = null }: Choices = {}) {
  const feed = new FeatureFeed(x, labels, CLASSES, 1);
  const objective = featureObjective(stage, { generator });
  const networks = featureNetworks(CLASSES, tf.ones([SIDE]), generator);
  const settings = featureLearnerSettings(objective, 1);
  const sample = feed.sample();
  const learner = new Learner(networks, settings, from ?? freshState(networks, settings, sample, null));
  sample.dispose();
  const learn = (steps: number[]) =>
    tf.tidy(() => learner.learn(steps.map((step) => ({ input: feed.input(step, objective), fraction: step / 100 }))));
  const learnUntil = (until: number, atOnce: number): void => {
    while (learner.steps < until) learn(nextSteps(learner.steps, atOnce, until));
  };
  return { learner, learn, learnUntil };
}

/** The largest difference of any weight or loss, relative where it is over 1. */
async function difference(one: Learner<Tensor2D>, other: Learner<Tensor2D>): Promise<number> {
  const far = (a: number, b: number) => Math.abs(a - b) / Math.max(1, Math.abs(b));
  const numbersOf = async (learner: Learner<Tensor2D>): Promise<number[]> => {
    const { classifier, generator } = await learner.state();
    const losses = Object.values(await learner.losses()).map((loss) => loss ?? 0);
    return [...losses, ...classifier.weights, ...classifier.average, ...(generator?.weights ?? [])];
  };
  const [seen, expected] = [await numbersOf(one), await numbersOf(other)];
  expect(seen.length).toBe(expected.length);
  return seen.reduce((most, value, i) => Math.max(most, far(value, expected[i]!)), 0);
}

test('steps are taken together up to round numbers and up to the last one', () => {
  expect(nextSteps(0, 10, 300)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(nextSteps(7, 10, 300)).toEqual([7, 8, 9]);
  expect(nextSteps(20, 10, 23)).toEqual([20, 21, 22]);
  expect(nextSteps(5, 1, Infinity)).toEqual([5]);
});

describe.skipIf(!('addFunction' in native.binding))('ten steps by one call', () => {
  test.each([
    { stage: 'labels-only' },
    { stage: 'ssgan', generator: 'gaussian' },
    { stage: 'ssgan', generator: 'learned' },
  ] as const)('are what they are op by op: %j', async (choices) => {
    const together = setUp(choices);
    const plain = opByOp(() => setUp(choices));
    together.learnUntil(40, AT_ONCE);
    plain.learnUntil(40, 1);
    expect(together.learner.refusal).toBeNull();
    expect(await difference(together.learner, plain.learner)).toBeLessThan(1e-5);
    for (const { learner } of [together, plain]) learner.dispose();
  });

  test('a run that goes on takes the very steps of the unbroken one', async () => {
    const unbroken = setUp();
    unbroken.learnUntil(20, AT_ONCE);
    const resumed = setUp({ from: await unbroken.learner.state() });
    for (const { learnUntil } of [unbroken, resumed]) learnUntil(50, AT_ONCE);
    expect(await difference(resumed.learner, unbroken.learner)).toBe(0);
    for (const { learner } of [unbroken, resumed]) learner.dispose();
  });

  test('one that was cut off between two calls’ beginnings goes on to the next round number', async () => {
    const [unbroken, cutOff] = [setUp(), setUp()];
    cutOff.learnUntil(17, AT_ONCE);
    const resumed = setUp({ from: await cutOff.learner.state() });
    for (const { learnUntil } of [unbroken, resumed]) learnUntil(50, AT_ONCE);
    expect(await difference(resumed.learner, unbroken.learner)).toBeLessThan(1e-5);
    for (const { learner } of [unbroken, cutOff, resumed]) learner.dispose();
  });

  test('take fewer native calls than steps', () => {
    const { learner, learn } = setUp();
    for (const first of [0, 10]) learn(nextSteps(first, AT_ONCE, 100));
    const counts = countExecutions(() => learn(nextSteps(20, AT_ONCE, 100)));
    const calls = [...counts.values()].reduce((sum, n) => sum + n, 0);
    expect(calls / AT_ONCE).toBeLessThanOrEqual(6);
    learner.dispose();
  });

  test('leave nothing behind in 5,000 steps', () => {
    const { learner, learnUntil } = setUp();
    const outsideV8 = () => process.memoryUsage().rss - process.memoryUsage().heapTotal;
    learnUntil(500, AT_ONCE);
    const before = { tensors: tf.memory().numTensors, native: native.binding.getNumOfTensors(), bytes: outsideV8() };
    learnUntil(5500, AT_ONCE);
    expect(tf.memory().numTensors).toBe(before.tensors);
    expect(native.binding.getNumOfTensors()).toBe(before.native);
    expect((outsideV8() - before.bytes) / 2 ** 20).toBeLessThan(20);
    learner.dispose();
  });
});
