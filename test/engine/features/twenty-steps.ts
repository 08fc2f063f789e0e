// A program of its own: takes twenty steps in feature space from the same points, weights and random numbers on
// whatever computes here, and prints what came of them as JSON.
//   node test/engine/features/twenty-steps.ts gaussian|learned

import { featureNetworks } from '../../../src/engine/features/feature-model.ts';
import { FeatureFeed } from '../../../src/engine/features/feature-feed.ts';
import { featureLearnerSettings, featureObjective } from '../../../src/engine/features/feature-recipe.ts';
import { freshState, Learner, type Losses } from '../../../src/engine/ssgan/learner.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';
import { NONE_CODE } from '../../../src/shared/types.ts';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';

export interface Taken {
  backend: string;
  losses: Losses[];
  weights: number[];
  average: number[];
}

const ROWS = 600;
const SIDE = 48;
const CLASSES = 3;
const STEPS = 20;
/** Late enough for every term to have its weight. */
const FRACTION = 0.6;

const values = new Float32Array(ROWS * SIDE);
fillNormal(values, randomStream(7), 1);
for (let i = 0; i < ROWS; i++) values[i * SIDE + (i % CLASSES)]! += 3;
const labels = Int32Array.from({ length: ROWS }, (_, i) => (i < 12 ? i % CLASSES : i < 20 ? NONE_CODE : -1));

const generator = process.argv[2] === 'learned' ? 'learned' : 'gaussian';
const feed = new FeatureFeed(tf.tensor2d(values, [ROWS, SIDE]), labels, CLASSES, 1);
const objective = featureObjective('ssgan', { generator });
const networks = featureNetworks(CLASSES, tf.ones([SIDE]), generator);
const settings = featureLearnerSettings(objective, 1);
const learner = new Learner(networks, settings, freshState(networks, settings, feed.sample(), null));
const losses: Losses[] = [];
for (let step = 0; step < STEPS; step++) {
  tf.tidy(() => learner.learn([{ input: feed.input(step, objective), fraction: FRACTION }]));
  losses.push(await learner.losses());
}
const { classifier } = await learner.state();
const taken: Taken = {
  backend: tf.getBackend(),
  losses,
  weights: [...classifier.weights],
  average: [...classifier.average],
};
process.stdout.write(JSON.stringify(taken));
