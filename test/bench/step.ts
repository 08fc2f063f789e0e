// What one training step costs, preset by preset: native executions (exact), time, photos a second, peak memory.
//   npm run bench:step [-- --json] [--steps 60] [--preset quick|'quick, colour'|standard|paper|features] [--batch 64]
// An execution is one op that TensorFlow runs natively; making and deleting tensors is not counted. --batch gives each
// kind of photo (labelled, unlabelled, generated) so many a step; without it the paper preset takes 8 of each on a
// processor.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countExecutions, native } from '../../src/engine/tensorflow/execute.ts';
import { tf, type Tensor2D } from '../../src/engine/tensorflow/tensorflow.ts';
import { FeatureFeed } from '../../src/engine/features/feature-feed.ts';
import { featureNetworks } from '../../src/engine/features/feature-model.ts';
import { featureLearnerSettings, featureObjective, featureRecipe } from '../../src/engine/features/feature-recipe.ts';
import { freshState, Learner } from '../../src/engine/ssgan/learner.ts';
import { pixelNetworks } from '../../src/engine/pixels/model.ts';
import { PixelFeed } from '../../src/engine/pixels/feed.ts';
import { Pictures } from '../../src/engine/pixels/pictures.ts';
import { learnerSettings, recipeFor, type Recipe } from '../../src/engine/pixels/recipe.ts';
import type { PixelFile } from '../../src/engine/messages.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    steps: { type: 'string', default: '60' },
    preset: { type: 'string' },
    batch: { type: 'string' },
  },
});

/** Quick learns grey pictures and photos by different networks at different sizes. */
const cases = {
  quick: { preset: 'quick', sizePx: 32, channels: 1 },
  'quick, colour': { preset: 'quick', sizePx: 48, channels: 3 },
  standard: { preset: 'standard', sizePx: 64, channels: 3 },
  paper: { preset: 'paper', sizePx: 224, channels: 3 },
} as const;
type CaseName = keyof typeof cases;
const isCase = (name: string): name is CaseName => name in cases;

const CLASSES = 10;
const WARM_UP = 5;
/** The paper's own batch of 100, 64 and 64 takes a minute or more a step on two cores. */
const PROCESSOR_BATCH = 8;
const LARGE_STEPS = 2;
const ROWS = 1000;
const DIMENSIONS = 128;
/** How far the measured run is: late enough for every term to have its full weight. */
const FRACTION = 0.6;

/** A learner in mid-run: its step, and how many photos one looks at. */
interface Subject {
  step(): void;
  photos: number;
  facts: Record<string, number>;
  /** Steps before the measured ones, and how many of those at most. */
  warmUp: number;
  most: number;
}

function overPixels(name: CaseName): Subject {
  const { preset, ...pixels } = cases[name];
  const folder = mkdtempSync(join(tmpdir(), 'whisker-step-'));
  const pictures = new Pictures(noise(join(folder, 'pixels.bin'), pixels));
  rmSync(folder, { recursive: true }); // What is open stays readable.
  const large = preset === 'paper';
  const recipe = recipeFor({ preset, pixels: pictures.file, mirror: true });
  const asked = Number(values.batch) || (large && !native.isUsingGpuDevice ? PROCESSOR_BATCH : 0);
  if (asked) recipe.batch = { labelled: asked, unlabelled: asked, generated: asked };
  const scale = recipe.scale ?? pictures.measureScale();
  const feed = new PixelFeed(pictures, labelsOf(pictures.file.count), CLASSES, recipe, scale, 1);
  const { network, classifierWidth, generatorWidth } = recipe;
  const shape = { ...pixels, classes: CLASSES, network, classifierWidth, generatorWidth };
  const networks = pixelNetworks(shape, scale);
  const settings = learnerSettings(recipe, 'ssgan', 1);
  const learner = new Learner(networks, settings, freshState(networks, settings, feed.sample(), null));
  return {
    ...{
      photos: photosIn(recipe.batch),
      facts: pixels,
      warmUp: large ? 1 : WARM_UP,
      most: large ? LARGE_STEPS : Infinity,
    },
    step: () => tf.tidy(() => learner.step(feed.input(learner.steps, 'ssgan'), FRACTION)),
  };
}

/** The step in the feature space of a backbone, whose pictures have become points long before. */
function overFeatures(): Subject {
  const x: Tensor2D = tf.randomNormal([ROWS, DIMENSIONS]);
  const feed = new FeatureFeed(x, labelsOf(ROWS), CLASSES, 1);
  const objective = featureObjective('ssgan', {});
  const networks = featureNetworks(CLASSES, tf.ones([DIMENSIONS]), 'gaussian');
  const settings = featureLearnerSettings(objective, 1);
  const learner = new Learner(networks, settings, freshState(networks, settings, feed.sample(), null));
  return {
    ...{ photos: photosIn(featureRecipe.batch), facts: { dimensions: DIMENSIONS }, warmUp: WARM_UP, most: Infinity },
    step: () => tf.tidy(() => learner.step(feed.input(learner.steps, objective), FRACTION)),
  };
}

const labelsOf = (count: number) => Int32Array.from({ length: count }, (_, i) => (i < 100 ? i % CLASSES : -1));
const photosIn = ({ labelled, unlabelled, generated }: Recipe['batch']) => labelled + unlabelled + generated;

function measure(name: string, { step, photos, facts, warmUp, most }: Subject) {
  for (let i = 0; i < warmUp; i++) step();
  const executionsPerStep = [...countExecutions(step).values()].reduce((sum, n) => sum + n, 0);
  const steps = Math.min(most, Number(values.steps));
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  for (let i = 0; i < steps; i++) step();
  const msPerStep = (performance.now() - began) / steps;
  const { user, system } = process.cpuUsage(cpu);
  return {
    preset: name,
    ...{ ...facts, photosPerStep: photos, executionsPerStep },
    msPerStep: round(msPerStep),
    cpuMsPerStep: round((user + system) / 1000 / steps),
    photosPerSecond: round((photos * 1000) / msPerStep),
    peakMb: round(process.resourceUsage().maxRSS / 1024),
  };
}

function noise(path: string, { sizePx, channels }: Pick<PixelFile, 'sizePx' | 'channels'>): PixelFile {
  const count = 1000;
  writeFileSync(
    path,
    Uint8Array.from({ length: count * sizePx * sizePx * channels }, () => 256 * Math.random()),
  );
  return { path, count, sizePx, channels };
}

const round = (value: number): number => Math.round(value * 10) / 10;

// Each preset in a process of its own, so that one's memory is not another's peak.
const asked = values.preset;
if (asked === 'features') console.log(JSON.stringify(measure(asked, overFeatures())));
else if (asked && isCase(asked)) console.log(JSON.stringify(measure(asked, overPixels(asked))));
else {
  for (const name of [...Object.keys(cases), 'features']) {
    const own = ['--preset', name, '--steps', values.steps, ...(values.batch ? ['--batch', values.batch] : [])];
    const line = execFileSync(process.execPath, [import.meta.filename, ...own], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (values.json) process.stdout.write(line);
    else
      console.log(
        Object.entries(JSON.parse(line))
          .map(([name, value]) => `${name} ${value}`)
          .join('  '),
      );
  }
}
