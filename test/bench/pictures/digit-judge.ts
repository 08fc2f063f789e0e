// A judge of drawn digits that has nothing to do with the run it judges: the small classifier, taught by all labels.

import { learnerSettings, recipeFor } from '../../../src/engine/pixels/recipe.ts';
import { PixelFeed } from '../../../src/engine/pixels/feed.ts';
import { pixelNetworks } from '../../../src/engine/pixels/model.ts';
import { Pictures } from '../../../src/engine/pixels/pictures.ts';
import { predict } from '../../../src/engine/pixels/predict.ts';
import { accuracyOf } from '../../../src/engine/measuring/held-out.ts';
import { freshState, Learner } from '../../../src/engine/ssgan/learner.ts';
import type { PixelFile } from '../../../src/engine/messages.ts';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';

const CLASSES = 10;
const STEPS = 1500;
const BATCH = 64;
const SEED = 20_260;
const SURE = 0.9;

export interface Verdict {
  /** Share of pictures that are taken for some digit with a probability over 0.9. */
  sure: number;
  /** [10] how many of those are taken for each digit. */
  counts: number[];
}

export interface Judge {
  /** On the digits it was tested on. */
  accuracy: number;
  /** What it says of real digits, the most that drawn ones can be expected to reach. */
  ofReal: Verdict;
  judge(pictures: PixelFile): Promise<Verdict>;
}

export async function teachJudge(
  pool: PixelFile,
  labels: Int32Array,
  test: PixelFile,
  truth: Int32Array,
): Promise<Judge> {
  const recipe = recipeFor({ preset: 'quick', pixels: pool, mirror: false });
  recipe.batch = { ...recipe.batch, labelled: BATCH };
  recipe.stages['labels-only'].labelledView = 'weak';
  const pictures = new Pictures(pool);
  const scale = pictures.measureScale();
  const feed = new PixelFeed(pictures, labels, CLASSES, recipe, scale, SEED);
  const { sizePx, channels } = pool;
  const { network, classifierWidth, generatorWidth } = recipe;
  const networks = pixelNetworks(
    { sizePx, channels, classes: CLASSES, network, classifierWidth, generatorWidth },
    scale,
  );
  const settings = learnerSettings(recipe, 'labels-only', SEED);
  const sample = feed.sample();
  const learner = new Learner(networks, settings, freshState(networks, settings, sample, null));
  sample.dispose();
  while (learner.steps < STEPS)
    tf.tidy(() => learner.step(feed.input(learner.steps, 'labels-only'), learner.steps / STEPS));
  const { average } = (await learner.state()).classifier;
  learner.dispose();
  pictures.close();

  async function probabilitiesOf(file: PixelFile): Promise<Float32Array> {
    const shown = new Pictures(file);
    try {
      return await predict(
        networks.classifier,
        average,
        shown,
        scale,
        Int32Array.from({ length: file.count }, (_, i) => i),
      );
    } finally {
      shown.close();
    }
  }
  const ofTest = await probabilitiesOf(test);
  return {
    accuracy: accuracyOf(ofTest, Array.from(truth), CLASSES).accuracy,
    ofReal: verdictOn(ofTest),
    judge: async (file) => verdictOn(await probabilitiesOf(file)),
  };
}

function verdictOn(probabilities: Float32Array): Verdict {
  const counts = new Array<number>(CLASSES).fill(0);
  const rows = probabilities.length / CLASSES;
  for (let row = 0; row < rows; row++) {
    const said = probabilities.subarray(row * CLASSES, (row + 1) * CLASSES);
    const k = said.findIndex((p) => p > SURE);
    if (k >= 0) counts[k]!++;
  }
  return { sure: counts.reduce((sum, n) => sum + n, 0) / rows, counts };
}
