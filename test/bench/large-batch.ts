// A batch that no memory holds: whether the article's run ends as the app promises, with a notice and half as many
// photos a step. A part of `npm run bench:gpu`; by itself with --batch 4096 [--size 224] [--steps 2].
// Without a graphics card a small one is played: tensors are refused that only more than a quarter of the batch makes.

import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import { PixelFeed } from '../../src/engine/pixels/feed.ts';
import { pixelNetworks } from '../../src/engine/pixels/model.ts';
import { Pictures } from '../../src/engine/pixels/pictures.ts';
import { learnerSettings, recipeFor } from '../../src/engine/pixels/recipe.ts';
import { fit } from '../../src/engine/ssgan/fit.ts';
import { freshState, Learner } from '../../src/engine/ssgan/learner.ts';
import { native } from '../../src/engine/tensorflow/execute.ts';
import { onSmallDevice } from '../fixtures/small-device.ts';
import { chooseLabels, packPictures } from './data/labelled-pictures.ts';

const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: '4096' },
    size: { type: 'string', default: '224' },
    steps: { type: 'string', default: '2' },
  },
});
const [CLASSES, PHOTOS, LABELLED] = [2, 1000, 100];
const [batch, sizePx, steps] = [values.batch, values.size, values.steps].map(Number) as [number, number, number];
const folder = mkdtempSync(join(tmpdir(), 'whisker-large-batch-'));
const noise = {
  ...{
    count: PHOTOS,
    sizePx,
    channels: 3 as const,
    labels: Int32Array.from({ length: PHOTOS }, (_, i) => i % CLASSES),
  },
  pixels: randomFillSync(new Uint8Array(PHOTOS * sizePx * sizePx * 3)),
};
const device = await openDevice('auto');
const pictures = new Pictures(packPictures(join(folder, 'pool.bin'), noise));
rmSync(folder, { recursive: true }); // What is open stays readable.
const recipe = recipeFor({ preset: 'paper', pixels: pictures.file, mirror: false });
recipe.batch = { labelled: LABELLED, unlabelled: batch, generated: batch };
const scale = recipe.scale ?? pictures.measureScale();
const feed = new PixelFeed(pictures, chooseLabels(noise.labels, CLASSES, LABELLED, 1), CLASSES, recipe, scale, 1);
const { network, classifierWidth, generatorWidth } = recipe;
const networks = pixelNetworks(
  { sizePx, channels: 3, classes: CLASSES, network, classifierWidth, generatorWidth },
  scale,
);
const settings = learnerSettings(recipe, 'ssgan', 1);
const learner = new Learner(networks, settings, freshState(networks, settings, feed.sample(), null));
const notices: string[] = [];
let halvings = 0;
const none = async () => null;
const began = performance.now();
const learn = () =>
  fit(
    {
      ...{
        learner,
        input: (step) => feed.input(step, 'ssgan'),
        stepsAtOnce: 1,
        keep: () => {},
        budget: { from: 0, until: 3600, steps },
      },
      watched: {
        ...{
          stage: 'ssgan',
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
        halvings++;
        return feed.shrink();
      },
    },
    {
      emit: (event) => event.event === 'notice' && notices.push(event.message),
      ...{ stopped: () => false, paused: () => null, elapsed: () => (performance.now() - began) / 1000 },
      budgetSeconds: 3600,
    },
  );
/** Of the first feature map, which has half the side; the largest that this batch's network makes in one op. */
const largestBytes = 4 * classifierWidth * (sizePx / 2) ** 2;
if (native.isUsingGpuDevice) await learn();
else await onSmallDevice((largestBytes * batch) / 4, learn);
const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  JSON.stringify({
    ...{ device: device.name, sizePx, batch, wentOnWith: batch >> halvings, steps: learner.steps, notices, peakMb },
  }),
);
