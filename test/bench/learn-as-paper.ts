// The article's recipe at its own size, step by step: whether its losses go where the notebook's go.
//   npm run bench:learn -- paper [--steps 50] [--batch 64] [--labels 100] [--size 224] [--seed 1] [--json]
// An epoch is 50 steps. Cats against dogs. --batch and --size make it fit a processor.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import { tf } from '../../src/engine/tensorflow/tensorflow.ts';
import { freshState, Learner, type Losses } from '../../src/engine/ssgan/learner.ts';
import { pixelNetworks } from '../../src/engine/pixels/model.ts';
import { PixelFeed } from '../../src/engine/pixels/feed.ts';
import { Pictures } from '../../src/engine/pixels/pictures.ts';
import { EPOCH, learnerSettings, recipeFor } from '../../src/engine/pixels/recipe.ts';
import { requireTestData } from '../fixtures/test-data.ts';
import { chooseLabels, packPictures } from './data/labelled-pictures.ts';
import { readCatsDogs } from './data/cats-dogs.ts';

/** More than an epoch shows. */
const PHOTOS = 4000;
const PRINTED_EVERY = 5;

export async function learnAsPaper(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      steps: { type: 'string', default: String(EPOCH) },
      batch: { type: 'string', default: '64' },
      labels: { type: 'string', default: '100' },
      size: { type: 'string', default: '224' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [steps, batch, labelled, sizePx, seed] = [
    values.steps,
    values.batch,
    values.labels,
    values.size,
    values.seed,
  ].map(Number) as [number, number, number, number, number];
  const folder = mkdtempSync(join(tmpdir(), 'whisker-paper-'));
  try {
    const device = await openDevice('auto');
    const { pool } = await readCatsDogs(requireTestData('cats-dogs-10k.tar'), sizePx, { pool: PHOTOS, test: 0 });
    const pictures = new Pictures(packPictures(join(folder, 'pool.bin'), pool));
    const recipe = recipeFor({ preset: 'paper', pixels: pictures.file, mirror: false });
    recipe.batch = { labelled, unlabelled: batch, generated: batch };
    const scale = recipe.scale ?? pictures.measureScale();
    const feed = new PixelFeed(pictures, chooseLabels(pool.labels, 2, labelled, seed), 2, recipe, scale, seed);
    const { network, classifierWidth, generatorWidth } = recipe;
    const shape = { sizePx, channels: 3, classes: 2, network, classifierWidth, generatorWidth } as const;
    const networks = pixelNetworks(shape, scale);
    const settings = learnerSettings(recipe, 'ssgan', seed);
    const learner = new Learner(networks, settings, freshState(networks, settings, feed.sample(), null));
    const seen: ({ step: number } & Losses)[] = [];
    const began = performance.now();
    for (let step = 1; step <= steps; step++) {
      tf.tidy(() => learner.learn([{ input: feed.input(step - 1, 'ssgan'), fraction: step / steps }]));
      const losses = { step, ...(await learner.losses()) };
      seen.push(losses);
      if (!values.json && (step === 1 || step % PRINTED_EVERY === 0)) console.log(lineOf(losses));
    }
    const msPerStep = Math.round((performance.now() - began) / steps);
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    const facts = {
      case: 'paper',
      seed,
      sizePx,
      batch,
      labels: labelled,
      steps,
      msPerStep,
      peakMb,
      device: device.name,
    };
    console.log(values.json ? JSON.stringify({ ...facts, losses: seen }) : facts);
    pictures.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const lineOf = ({ step, ...losses }: { step: number } & Losses): string =>
  [
    `step ${String(step).padStart(3)}`,
    ...Object.entries(losses).map(([name, loss]) => `${name} ${loss?.toFixed(3)}`),
  ].join('  ');
