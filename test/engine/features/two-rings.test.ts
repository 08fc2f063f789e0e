import { expect, test, vi } from 'vitest';
import { tf, type Tensor1D, type Tensor2D } from '../../../src/engine/tensorflow/tensorflow.ts';
import { Batches } from '../../../src/engine/ssgan/batches.ts';
import { accuracyOf } from '../../../src/engine/measuring/held-out.ts';
import { featureClassifier } from '../../../src/engine/features/feature-classifier.ts';
import { gaussianGenerator } from '../../../src/engine/features/gaussian-generator.ts';
import { freshState, Learner } from '../../../src/engine/ssgan/learner.ts';
import type { Objective } from '../../../src/shared/objective.ts';
import { labelsOnly } from '../../../src/engine/ssgan/objective.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';
import { unchanged } from '../../../src/engine/ssgan/step-input.ts';
import { flatThenLinear } from '../../../src/engine/ssgan/schedule.ts';

// Seconds on a quiet machine; the limit is for a busy one.
vi.setConfig({ testTimeout: 240_000 });

const COUNT = 1000;
const STEPS = 600;

/** Points on two rings, one inside the other; each ring has a label on either side, at right angles to the other's. */
function rings(seed: number): { points: Float32Array; truth: Int32Array; labels: Int32Array } {
  const random = randomStream(seed);
  const points = new Float32Array(2 * COUNT);
  fillNormal(points, random, 0.05);
  const truth = Int32Array.from({ length: COUNT }, (_, i) => i % 2);
  const labels = new Int32Array(COUNT).fill(-1);
  truth.forEach((ring, i) => {
    const angle = i < 4 ? Math.PI * (i / 2) : 2 * Math.PI * random();
    const radius = ring ? 1.9 : 0.6;
    points[2 * i] = points[2 * i]! + radius * Math.cos(angle);
    points[2 * i + 1] = points[2 * i + 1]! + radius * Math.sin(angle);
    if (i < 4) labels[i] = ring;
  });
  return { points, truth, labels };
}

const ssgan: Objective = {
  ...labelsOnly,
  ...{ unlabelled: 2, generated: 2, entropy: 0.1 },
  ramps: { agreement: [0, 0.1], realFake: [0, 0.05], entropy: [0.3, 0.5] },
};

/** Share of all points that a learner of this objective has right in the end. */
async function learn(objective: Objective, seed: number): Promise<number> {
  const { points, truth, labels } = rings(seed);
  const x: Tensor2D = tf.tensor2d(points, [COUNT, 2]);
  const networks = {
    classifier: featureClassifier({ inputs: 2, classes: 2, hidden: [128, 64], inputNoise: 0.05, hiddenNoise: 0 }),
    generator: gaussianGenerator(tf.sqrt(tf.moments(x, 0).variance) as Tensor1D),
  };
  const adam = { rate: 0.02, beta1: 0.5, beta2: 0.999, averageMost: 0.99 };
  const settings = {
    ...{ objective, classifierOptimiser: adam, generatorOptimiser: adam },
    ...{ schedule: flatThenLinear, seed },
  };
  const learner = new Learner(networks, settings, freshState(networks, settings, tf.slice(x, 0, 256), null));
  const batches = new Batches(labels, 2, seed);
  const rowsOf = (indices: Int32Array): Tensor2D => tf.gather(x, tf.tensor1d(indices, 'int32'));
  for (let step = 0; step < STEPS; step++) {
    tf.tidy(() => {
      const chosen = batches.labelled(step, 32);
      const unlabelled = objective.unlabelled > 0 ? rowsOf(batches.unlabelled(step, 128)) : null;
      const input = {
        labelled: rowsOf(chosen),
        labels: tf.tensor1d(
          chosen.map((i) => labels[i]!),
          'int32',
        ),
        unlabelled: unlabelled && { weak: unlabelled, strong: unlabelled },
        ...{ none: null, rotated: null, generated: 128, changes: unchanged },
      };
      learner.learn([{ input, fraction: step / STEPS }]);
    });
  }
  const said = await learner.predict(x).data<'float32'>();
  learner.dispose();
  return accuracyOf(said, truth, 2).accuracy;
}

test('two rings and four labels: what the SSGAN sees in unlabelled points is worth 20 points of accuracy', async () => {
  const withUnlabelled = await learn(ssgan, 1);
  const without = await learn(labelsOnly, 1);
  expect(withUnlabelled).toBeGreaterThan(0.9);
  expect(withUnlabelled - without).toBeGreaterThan(0.2);
});
