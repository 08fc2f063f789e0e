// What one training step costs, preset by preset: native executions (exact), time, photos a second, peak memory.
//   npm run bench:step [-- --json] [--steps 60] [--preset quick] [--batch 64]
// An execution is one op that TensorFlow runs natively; making and deleting tensors is not counted. --batch gives each kind of
// photo (labelled, unlabelled, generated) so many a step: the paper preset's own 100, 64 and 64 need several GB.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countExecutions } from '../../src/engine/backend/execute.ts';
import { tf } from '../../src/engine/backend/tensorflow.ts';
import { freshState, Learner } from '../../src/engine/ssgan/learner.ts';
import { pixelNetworks } from '../../src/engine/ssgan/model.ts';
import { PixelFeed } from '../../src/engine/ssgan/pixel-feed.ts';
import { Pictures } from '../../src/engine/ssgan/pictures.ts';
import { learnerSettings, recipeFor } from '../../src/engine/ssgan/recipe.ts';
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

const WARM_UP = 5;
/** A step of the paper's own batch takes most of a minute on two cores. */
const LARGE_WARM_UP = 1;
const LARGE_STEPS = 2;
/** How far the measured run is: late enough for every term to have its full weight. */
const FRACTION = 0.6;

function measure(name: CaseName) {
  const { preset, ...pixels } = cases[name];
  const folder = mkdtempSync(join(tmpdir(), 'whisker-step-'));
  const pictures = new Pictures(noise(join(folder, 'pixels.bin'), pixels));
  const { count } = pictures.file;
  const labels = Int32Array.from({ length: count }, (_, i) => (i < 100 ? i % 10 : -1));
  const recipe = recipeFor({ preset, pixels: pictures.file, mirror: true });
  const asked = Number(values.batch);
  if (asked) recipe.batch = { labelled: asked, unlabelled: asked, generated: asked };
  const feed = new PixelFeed(pictures, labels, 10, recipe, recipe.scale ?? pictures.measureScale(), 1);
  const { network, classifierWidth, generatorWidth } = recipe;
  const networks = pixelNetworks({ ...pixels, classes: 10, network, classifierWidth, generatorWidth }, feed.scale);
  const settings = learnerSettings(recipe, 'ssgan', 1);
  const learner = new Learner(networks, settings, freshState(networks, settings, feed.sample(), null));
  const step = () => tf.tidy(() => learner.step(feed.input(learner.steps, 'ssgan'), FRACTION));

  const large = preset === 'paper';
  for (let i = 0; i < (large ? LARGE_WARM_UP : WARM_UP); i++) step();
  const executionsPerStep = [...countExecutions(step).values()].reduce((sum, n) => sum + n, 0);
  const steps = large ? Math.min(LARGE_STEPS, Number(values.steps)) : Number(values.steps);
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  for (let i = 0; i < steps; i++) step();
  const msPerStep = (performance.now() - began) / steps;
  const { user, system } = process.cpuUsage(cpu);
  pictures.close();
  rmSync(folder, { recursive: true });
  const { labelled, unlabelled, generated } = recipe.batch;
  return {
    preset: name,
    ...{ ...pixels, batch: labelled + unlabelled + generated, executionsPerStep },
    msPerStep: round(msPerStep),
    cpuMsPerStep: round((user + system) / 1000 / steps),
    photosPerSecond: round(((labelled + unlabelled + generated) * 1000) / msPerStep),
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
if (values.preset && isCase(values.preset)) console.log(JSON.stringify(measure(values.preset)));
else {
  for (const name of Object.keys(cases)) {
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
