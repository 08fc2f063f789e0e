import { expect, test } from 'vitest';
import { isOutOfMemory } from '../../../src/engine/tensorflow/out-of-memory.ts';
import { tf, type Tensor1D, type Tensor2D } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { TrainerEvent, TrainOnFeaturesRequest } from '../../../src/engine/messages.ts';
import { featureClassifier } from '../../../src/engine/features/feature-classifier.ts';
import { fit } from '../../../src/engine/ssgan/fit.ts';
import { gaussianGenerator } from '../../../src/engine/features/gaussian-generator.ts';
import { freshState, Learner } from '../../../src/engine/ssgan/learner.ts';
import { labelsOnly } from '../../../src/engine/ssgan/objective.ts';
import { unchanged } from '../../../src/engine/ssgan/step-input.ts';
import { trainerWith } from '../trainer-with.ts';

/** What TensorFlow throws when an allocation fails. */
const allocationFails = () => {
  throw new Error('OOM when allocating tensor with shape[64,64,224,224] and type float on /job:localhost/device:GPU:0');
};

/** Six steps on a device that has room for batches of `room`; a batch can be halved down to `smallest`. */
async function run({ room, smallest }: { room: number; smallest: number }) {
  const classifier = featureClassifier({ inputs: 3, classes: 2, hidden: [4], inputNoise: 0, hiddenNoise: 0 });
  const networks = { classifier, generator: gaussianGenerator(tf.ones([3]) as Tensor1D) };
  const adam = { rate: 0.01, beta1: 0.9, beta2: 0.99, averageMost: 0.9 };
  const settings = { objective: labelsOnly, classifierOptimiser: adam, generatorOptimiser: adam, seed: 1 };
  const learner = new Learner(networks, settings, freshState(networks, settings, tf.randomNormal([8, 3]), null));
  const events: TrainerEvent[] = [];
  let size = 16;
  const input = () => {
    if (size > room) allocationFails();
    const labels = tf.tensor1d(
      Array.from({ length: size }, (_, i) => i % 2),
      'int32',
    );
    const labelled: Tensor2D = tf.randomNormal([size, 3]);
    return { labelled, labels, none: null, unlabelled: null, rotated: null, generated: 0, changes: unchanged };
  };
  const none = async () => null;
  const before = tf.memory().numTensors;
  try {
    await fit(
      {
        ...{ learner, input, stepsAtOnce: 1, keep: () => {}, budget: { from: 0, until: 1e9, steps: 6 } },
        watched: {
          ...{
            stage: 'labels-only',
            photosPerStep: 1,
            stepsBefore: 0,
            stepsInAll: Infinity,
            heldOutAccuracy: none,
            preview: none,
            samples: none,
          },
          ...{ steps: () => learner.steps, losses: () => learner.losses() },
        },
        shrink: () => {
          if (size / 2 < smallest) return false;
          size /= 2;
          return true;
        },
      },
      {
        emit: (event) => events.push(event),
        stopped: () => false,
        paused: () => null,
        elapsed: () => 0,
        budgetSeconds: 1e9,
      },
    );
    return { steps: learner.steps, size, events, leaked: tf.memory().numTensors - before };
  } finally {
    learner.dispose();
  }
}

test('out of memory, training goes on with smaller batches and says so', async () => {
  const { steps, size, events, leaked } = await run({ room: 5, smallest: 2 });
  expect([steps, size]).toEqual([6, 4]);
  expect(events.filter((event) => event.event === 'notice')).toHaveLength(2);
  expect(leaked).toBeLessThanOrEqual(1); // The last losses.
});

test('when not even small batches fit, the error says that another device could go on', async () => {
  await expect(run({ room: 1, smallest: 2 })).rejects.toMatchObject({ code: 'out-of-memory' });
});

test('only a failed allocation counts as out of memory', () => {
  expect(isOutOfMemory(new Error('RESOURCE_EXHAUSTED: failed to allocate memory'))).toBe(true);
  expect(isOutOfMemory(new Error('Invalid argument: shapes do not match'))).toBe(false);
});

test('anything that the trainer was asked for reports a failed allocation in the same way', async () => {
  const trainer = trainerWith((event) => {
    if (event.event === 'device') allocationFails();
  });
  const labels = Int32Array.of(0, 0, 1, 1);
  const request: TrainOnFeaturesRequest = {
    ...{ kind: 'train-on-features', classes: 2, labels, seed: 1, minutes: 1, device: 'auto', startFrom: null },
    ...{ keys: new Uint32Array(4), learnedBefore: new Int32Array(), modelDir: '' },
    features: { path: '', length: 1, rows: Int32Array.of(0, 1, 2, 3), backbone: '' },
  };
  await expect(trainer.handle(request)).rejects.toMatchObject({ code: 'out-of-memory' });
});
