// What one step on features costs, on native TensorFlow or on one of TensorFlow.js's own backends. A part of
// `npm run bench:step`; by itself with --on native|wasm|cpu [--steps 60].

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureSteps, type Subject } from './measure-steps.ts';

const { values } = parseArgs({
  options: { on: { type: 'string', default: 'native' }, steps: { type: 'string', default: '60' } },
  strict: false,
});
const CLASSES = 10;
const ROWS = 1000;
const LABELLED = 100;
const DIMENSIONS = 128;
const WARM_UP = 5;
/** How far the measured run is: late enough for every term to have its full weight. */
const FRACTION = 0.6;

if (values.on !== 'native') {
  const nowhere = mkdtempSync(join(tmpdir(), 'whisker-no-runtime-'));
  process.env['WHISKER_RUNTIME'] = nowhere;
  process.on('exit', () => rmSync(nowhere, { recursive: true }));
}
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
    facts: { backend: tf.getBackend(), dimensions: DIMENSIONS },
    warmUp: WARM_UP,
    most: Infinity,
    step: () => tf.tidy(() => learner.step(feed.input(learner.steps, objective), FRACTION)),
  };
}

async function executionCounter() {
  const { countExecutions } = await import('../../src/engine/tensorflow/execute.ts');
  return (work: () => void) => [...countExecutions(work).values()].reduce((sum, n) => sum + n, 0);
}

const counter = runtime ? await executionCounter() : null;
console.log(JSON.stringify(measureSteps('features', overFeatures(), Number(values.steps), counter)));
