// A process of its own that takes training steps over a sparse file of pictures and says what memory it needed; run by
// memory.test.ts.
//   node --expose-gc measured-steps.ts <folder> <JSON of Order>

import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';
import { freshState, Learner } from '../../../src/engine/ssgan/learner.ts';
import { pixelNetworks } from '../../../src/engine/pixels/model.ts';
import { PixelFeed } from '../../../src/engine/pixels/feed.ts';
import { Pictures } from '../../../src/engine/pixels/pictures.ts';
import { learnerSettings, recipeFor, type Recipe } from '../../../src/engine/pixels/recipe.ts';

export interface Order {
  preset: 'quick' | 'standard';
  count: number;
  sizePx: number;
  channels: 1 | 3;
  /** What replaces parts of the preset's recipe. */
  recipe: Partial<Recipe>;
  /** After which steps to look at the memory; the last one ends the run. */
  lookAfter: number[];
}

export interface Found {
  looks: { step: number; tensors: number; rssMb: number }[];
  peakMb: number;
}

const WRITTEN_EVERY = 50;
const LABELLED = 100;
const CLASSES = 2;

if (import.meta.main) {
  const [folder = '', order = ''] = process.argv.slice(2);
  console.log(JSON.stringify(takeSteps(folder, JSON.parse(order) as Order)));
}

function takeSteps(folder: string, { preset, count, sizePx, channels, recipe: changes, lookAfter }: Order): Found {
  const pictures = new Pictures({
    path: sparse(join(folder, 'pixels.bin'), count, sizePx ** 2 * channels),
    count,
    sizePx,
    channels,
  });
  const recipe = { ...recipeFor({ preset, pixels: pictures.file, mirror: true }), ...changes };
  const labels = Int32Array.from({ length: count }, (_, i) => (i < LABELLED ? i % CLASSES : -1));
  const feed = new PixelFeed(pictures, labels, CLASSES, recipe, pictures.measureScale(), 1);
  const { network, classifierWidth, generatorWidth } = recipe;
  const networks = pixelNetworks(
    { sizePx, channels, classes: CLASSES, network, classifierWidth, generatorWidth },
    feed.scale,
  );
  const settings = learnerSettings(recipe, 'ssgan', 1);
  const sample = feed.sample();
  const learner = new Learner(networks, settings, freshState(networks, settings, sample, null));
  sample.dispose();
  const looks = lookAfter.map((until) => {
    while (learner.steps < until) {
      tf.tidy(() => learner.learn([{ input: feed.input(learner.steps, 'ssgan'), fraction: 0.6 }]));
    }
    globalThis.gc?.();
    return { step: until, tensors: tf.memory().numTensors, rssMb: process.memoryUsage.rss() / 2 ** 20 };
  });
  pictures.close();
  const [, peakKb = NaN] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return { looks, peakMb: Number(peakKb) / 1024 };
}

/** Rows of noise here and there; the holes between them take no room on the disk. */
function sparse(path: string, count: number, rowBytes: number): string {
  const file = openSync(path, 'w');
  ftruncateSync(file, count * rowBytes);
  for (let row = 0; row < count; row += WRITTEN_EVERY) {
    writeSync(
      file,
      Uint8Array.from({ length: rowBytes }, () => 256 * Math.random()),
      0,
      rowBytes,
      row * rowBytes,
    );
  }
  closeSync(file);
  return path;
}
