// What learns on the page "How it learns" is the engine's own algorithm: the same weights and points give the same
// losses, gradients and steps.

import { describe, expect, test } from 'vitest';
import { featureClassifier } from '../../../src/engine/features/feature-classifier.ts';
import { Learner } from '../../../src/engine/ssgan/learner.ts';
import * as engine from '../../../src/engine/ssgan/losses.ts';
import { counterOf, Noise, type Generator } from '../../../src/engine/ssgan/network.ts';
import { labelsOnly } from '../../../src/engine/ssgan/objective.ts';
import { TrainedWeights as EngineWeights } from '../../../src/engine/ssgan/optimiser.ts';
import { differentiate, unpack } from '../../../src/engine/ssgan/parameters.ts';
import { constant, grown } from '../../../src/engine/ssgan/schedule.ts';
import { unchanged } from '../../../src/engine/ssgan/step-input.ts';
import { tf, type Scalar, type Tensor2D } from '../../../src/engine/tensorflow/tensorflow.ts';
import * as page from '../../../src/renderer/screens/how/losses.ts';
import { Network } from '../../../src/renderer/screens/how/network.ts';
import { trainingStep } from '../../../src/renderer/screens/how/step.ts';
import { TrainedWeights } from '../../../src/renderer/screens/how/trained-weights.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';

const K = 2;
const HIDDEN = [32, 32];
const classifierOf = (inputs: number) =>
  featureClassifier({ inputs, classes: K, hidden: HIDDEN, inputNoise: 0, hiddenNoise: 0 });

function normal(count: number, key: number, sd = 1): Float32Array {
  const values = new Float32Array(count);
  fillNormal(values, randomStream(7, key), sd);
  return values;
}

/** How far two vectors are apart at most. */
function distance(one: Float32Array, other: Float32Array): number {
  expect(one.length).toBe(other.length);
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), 0);
}

describe('losses and their gradients', () => {
  const n = 24;
  const logits = normal(n * K, 1, 3);
  const labels = Uint8Array.from({ length: n }, (_, i) => (i * 7) % K);
  const features = normal(n * 8, 2);
  const real = normal(n * 8, 3).map((value) => value + 0.3);
  const classes = () => tf.tensor1d([...labels], 'int32');

  type Row = [name: string, x: Float32Array, engine: (x: Tensor2D) => Scalar, page: (by: Float32Array) => number];
  const rows: Row[] = [
    ['labelled', logits, (l) => engine.labelledLoss(l, classes()), (by) => page.labelledLoss(logits, labels, 1, by)],
    ['unlabelled is real', logits, engine.realLoss, (by) => page.realLoss(logits, K, 1, by)],
    ['generated is fake', logits, engine.fakeLoss, (by) => page.fakeLoss(logits, K, 1, by)],
    ['adversarial', logits, engine.adversarialLoss, (by) => page.adversarialLoss(logits, K, 1, by)],
    ['entropy', logits, engine.entropyLoss, (by) => page.entropyLoss(logits, K, 1, by)],
    [
      'feature matching',
      features,
      (f) => engine.featureMatchingLoss(tf.tensor2d(real, [n, 8]), f),
      (by) => page.featureMatchingLoss(real, features, 8, 1, by),
    ],
    ['pull-away', features, engine.pullAwayLoss, (by) => page.pullAwayLoss(features, 8, 1, by)],
  ];

  test.for(rows)('%s', ([, x, ofEngine, ofPage]) => {
    const gradient = new Float32Array(x.length);
    const value = ofPage(gradient);
    tf.tidy(() => {
      const at = tf.tensor2d(x, [n, x.length / n]);
      expect(value).toBeCloseTo(ofEngine(at).dataSync()[0]!, 5);
      const expected = tf
        .grad((l) => ofEngine(l as Tensor2D))(at)
        .dataSync<'float32'>();
      expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-3);
      expect(distance(gradient, expected)).toBeLessThan(1e-5);
    });
  });

  test('a weight scales both, and what was there before stays', () => {
    const [once, thrice] = [new Float32Array(n * K), new Float32Array(n * K).fill(1)];
    const value = page.fakeLoss(logits, K, 1, once);
    expect(page.fakeLoss(logits, K, 3, thrice)).toBeCloseTo(3 * value, 6);
    expect(
      distance(
        thrice,
        once.map((d) => 1 + 3 * d),
      ),
    ).toBeLessThan(1e-6);
  });
});

describe('the network', () => {
  const theirs = classifierOf(2);
  const ours = new Network([2, ...HIDDEN, K]);
  const points = normal(2 * 100, 4);
  const weights = ours.initialise(points, randomStream(5));

  test('has its numbers where the engine has them, and begins with the same ones', () => {
    expect([ours.size, ours.trainable]).toEqual([theirs.layout.size, theirs.layout.trainable]);
    const begun = theirs.initialise(tf.tensor2d(points, [100, 2]), randomStream(5));
    expect(distance(weights, begun)).toBeLessThan(1e-4);
  });

  test('says the same of points, and the gradient by weights and points is the same', () => {
    const pass = ours.forward(weights, points);
    const byLogits = normal(100 * K, 8, 0.1);
    const byFeatures = normal(100 * ours.features, 9, 0.1);
    const gradient = ours.backward(weights, pass, byLogits, byFeatures);
    tf.tidy(() => {
      const x = tf.tensor2d(points, [100, 2]);
      const own = unpack(tf.tensor1d(weights), theirs.layout);
      const { logits } = theirs.forward(own.weights, x, null);
      expect(distance(pass.output, logits.dataSync<'float32'>())).toBeLessThan(1e-5);

      // A loss whose gradients by logits and features are the two that were given.
      const loss = (at: Tensor2D): Scalar => {
        const { logits, features } = theirs.forward(own.weights, at, null);
        const along = tf.sum<Scalar>(tf.mul(logits, tf.tensor2d(byLogits, [100, K])));
        return tf.add(along, tf.sum<Scalar>(tf.mul(features, tf.tensor2d(byFeatures, [100, ours.features]))));
      };
      const { gradient: byWeights } = differentiate(
        () => ({ loss: loss(x), keep: [tf.scalar(0)] }),
        own.tensors,
        theirs.layout,
      );
      expect(distance(gradient.byWeights, byWeights.dataSync<'float32'>())).toBeLessThan(1e-4);
      const byPoints = tf
        .grad((at) => loss(at as Tensor2D))(x)
        .dataSync<'float32'>();
      expect(distance(gradient.byInput, byPoints)).toBeLessThan(1e-5);
    });
  });
});

test('ten steps leave both networks and their averages with the same weights', async () => {
  const SEED = 3;
  const NOISE = 4;
  const rows = 40;
  const terms = { unlabelled: 1, generated: 1, entropy: 0.1, featureMatching: 1, pullAway: 0.8, adversarial: 0.5 };
  const objective = {
    ...labelsOnly,
    ...terms,
    ramps: { agreement: [0, 0.1], realFake: [0, 0.5], entropy: [0.2, 0.8] },
  } as const;
  const adam = { rate: 0.01, beta1: 0.5, beta2: 0.999, averageMost: 0.99 };
  const labels = Uint8Array.from({ length: 8 }, (_, i) => i % K);

  const classifier = classifierOf(2);
  const drawing = classifierOf(NOISE);
  const generator: Generator<Tensor2D> = {
    layout: drawing.layout,
    noiseSize: NOISE,
    initialise: (random) => drawing.initialise(tf.tensor2d(normal(400, 11), [100, NOISE]), random),
    forward: (weights, z) => drawing.forward(weights, z, null).logits,
  };
  const networks = { classifier, generator };
  const begun = {
    classifier: classifier.initialise(tf.tensor2d(normal(200, 10), [100, 2]), randomStream(1)),
    generator: generator.initialise(randomStream(2)),
  };
  const settings = {
    objective,
    ...{ classifierOptimiser: adam, generatorOptimiser: adam, schedule: constant, seed: SEED },
  };
  const theirs = new Learner(networks, settings, {
    ...{ step: 0, rateMultiplier: 1 },
    classifier: EngineWeights.begin(begun.classifier),
    generator: EngineWeights.begin(begun.generator),
  });
  const ours = {
    classifier: {
      network: new Network([2, ...HIDDEN, K]),
      trained: new TrainedWeights(begun.classifier, adam),
    },
    generator: {
      network: new Network([NOISE, ...HIDDEN, 2]),
      trained: new TrainedWeights(begun.generator, adam),
    },
  };

  for (let step = 0; step < 10; step++) {
    const [labelled, unlabelled] = [normal(16, 100 + step), normal(2 * rows, 200 + step, 2)];
    const fraction = step / 10;
    const input = {
      labelled: tf.tensor2d(labelled, [8, 2]),
      labels: tf.tensor1d([...labels], 'int32'),
      unlabelled: { weak: tf.tensor2d(unlabelled, [rows, 2]), strong: tf.tensor2d(unlabelled, [rows, 2]) },
      ...{ none: null, rotated: null, generated: rows, changes: unchanged },
    };
    theirs.learn([{ input, fraction }]);
    const noise = new Noise(SEED, counterOf(step)).normal<Tensor2D>([rows, NOISE]).dataSync<'float32'>();
    const losses = trainingStep(
      objective,
      ours.classifier,
      ours.generator,
      { labelled, labels, unlabelled, noise },
      { realFake: grown(fraction, objective.ramps.realFake), entropy: grown(fraction, objective.ramps.entropy) },
    );
    const expected = await theirs.losses();
    for (const term of ['labelled', 'unlabelled', 'generated', 'generator'] as const) {
      expect(losses[term], `${term} at step ${step}`).toBeCloseTo(expected[term]!, 4);
    }
  }
  const state = await theirs.state();
  for (const player of ['classifier', 'generator'] as const) {
    const { weights, average } = ours[player].trained;
    expect(distance(weights, begun[player])).toBeGreaterThan(0.02);
    expect(distance(weights, state[player]!.weights)).toBeLessThan(1e-4);
    expect(distance(average, state[player]!.average)).toBeLessThan(1e-4);
  }
  theirs.dispose();
});
