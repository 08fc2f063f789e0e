// What one step on features costs, on native TensorFlow or on one of TensorFlow.js's own backends, or with --photos a
// whole run of so many. A part of `npm run bench:step`; by itself with --on native|wasm|cpu [--steps 60] [--photos n].

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureSteps, parametersOf, type Subject } from './measure-steps.ts';

const { values } = parseArgs({
  options: {
    on: { type: 'string', default: 'native' },
    steps: { type: 'string', default: '60' },
    photos: { type: 'string' },
    'at-once': { type: 'string' },
    batch: { type: 'string' }, // Of pixels alone.
    'op-by-op': { type: 'boolean', default: false }, // Of native steps alone.
  },
});
const folder = mkdtempSync(join(tmpdir(), 'whisker-feature-step-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const CLASSES = 10;
const ROWS = 1000;
const LABELLED = 100;
const DIMENSIONS = 128;
const WARM_UP = 5;
/** How far the measured run is: late enough for every term to have its full weight. */
const FRACTION = 0.6;

if (values.on !== 'native') process.env['WHISKER_RUNTIME'] = folder; // There is none in it.
// What is imported from here on computes on what these lines have chosen.
const { tf, runtime } = await import('../../src/engine/tensorflow/tensorflow.ts');
if (values.on === 'cpu') await tf.setBackend('cpu');
const { FeatureFeed } = await import('../../src/engine/features/feature-feed.ts');
const { featureNetworks } = await import('../../src/engine/features/feature-model.ts');
const recipe = await import('../../src/engine/features/feature-recipe.ts');
const { freshState, Learner } = await import('../../src/engine/ssgan/learner.ts');

function overFeatures(): Subject {
  const labels = Int32Array.from({ length: ROWS }, (_, i) => (i < LABELLED ? i % CLASSES : -1));
  const feed = new FeatureFeed(tf.randomNormal([ROWS, DIMENSIONS]), labels, CLASSES, 1);
  const objective = recipe.featureObjective('ssgan', {});
  const networks = featureNetworks(CLASSES, tf.ones([DIMENSIONS]), 'gaussian');
  const settings = recipe.featureLearnerSettings(objective, 1);
  const learner = new Learner(networks, settings, freshState(networks, settings, feed.sample(), null));
  const { labelled, unlabelled, generated } = recipe.featureRecipe.batch;
  return {
    photos: labelled + unlabelled + generated,
    parameters: parametersOf(networks),
    facts: { ...device, backend: tf.getBackend(), dimensions: DIMENSIONS },
    warmUp: WARM_UP,
    most: Infinity,
    refusal: () => learner.refusal,
    settle: () => learner.losses(),
    atOnce: Number(values['at-once'] ?? recipe.featureRecipe.stepsAtOnce),
    learn: (count) =>
      tf.tidy(() =>
        learner.learn(
          Array.from({ length: count }, (_, i) => ({
            input: feed.input(learner.steps + i, objective),
            fraction: FRACTION,
          })),
        ),
      ),
  };
}

async function executionCounter() {
  const { countExecutions } = await import('../../src/engine/tensorflow/execute.ts');
  return countExecutions;
}

/** From the file of vectors to the predictions, on points as long as EfficientNet-Lite's, of two classes. */
async function measureRun(count: number) {
  const { fillNormal, randomStream } = await import('../../src/shared/random.ts');
  const { createTrainer } = await import('../../src/engine/trainer.ts');
  const length = 1280;
  const vectors = new Float32Array(count * length);
  fillNormal(vectors, randomStream(1), 0.05);
  const truth = Int32Array.from({ length: count }, (_, i) => i % 2);
  truth.forEach((label, i) => (vectors[i * length + label] = 1));
  const path = join(folder, 'features.f32');
  writeFileSync(path, vectors);
  const features = { path, length, rows: Int32Array.from(truth.keys()), backbone: '0'.repeat(64) };
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  const reply = await createTrainer().handle(
    {
      ...{ kind: 'train-on-features', features, labels: truth.map((label, i) => (i < 20 ? label : -1)), classes: 2 },
      ...{ keys: Uint32Array.from(truth.keys()), learnedBefore: new Int32Array(), startFrom: null, seed: 1 },
      ...{ minutes: 30, device: 'auto', modelDir: join(folder, 'model') },
    },
    () => {},
  );
  if (!('steps' in reply)) throw new Error('This was no run.');
  const { steps, device } = reply;
  const { user, system } = process.cpuUsage(cpu);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const cpuSeconds = Math.round((user + system) / 1e5) / 10;
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  return { run: count, device: device.name, steps, seconds, cpuSeconds, peakMb };
}

async function subject(): Promise<Subject> {
  if (!values['op-by-op'] || !runtime) return overFeatures();
  const { opByOp } = await import('../fixtures/op-by-op.ts');
  return opByOp(overFeatures);
}

const { openDevice } = await import('../../src/engine/tensorflow/device.ts');
const device = runtime && { device: (await openDevice('auto')).name };
const counter = runtime ? await executionCounter() : null;
const photos = Number(values.photos);
const measured = photos
  ? await measureRun(photos)
  : await measureSteps('features', await subject(), Number(values.steps), counter);
console.log(JSON.stringify(measured));
