// What one training step costs, preset by preset: native executions (exact), time, photos a second, peak memory.
//   npm run bench:step [-- --json] [--steps 60]
// An execution is one op that TensorFlow runs; making and deleting tensors is not counted.

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
  },
});

const presets = {
  quick: { sizePx: 32, channels: 3 },
  standard: { sizePx: 64, channels: 3 },
} as const;
type PresetName = keyof typeof presets;
const isPreset = (name: string): name is PresetName => name in presets;

const WARM_UP = 5;
/** How far the measured run is: late enough for every term to have its full weight. */
const FRACTION = 0.6;

function measure(preset: PresetName) {
  const folder = mkdtempSync(join(tmpdir(), 'whisker-step-'));
  const pictures = new Pictures(noise(join(folder, 'pixels.bin'), presets[preset]));
  const { count } = pictures.file;
  const labels = Int32Array.from({ length: count }, (_, i) => (i < 100 ? i % 10 : -1));
  const recipe = recipeFor({ preset, pixels: pictures.file, mirror: true });
  const feed = new PixelFeed(pictures, labels, 10, recipe, pictures.measureScale(), 1);
  const { network, classifierWidth, generatorWidth } = recipe;
  const networks = pixelNetworks(
    { ...presets[preset], classes: 10, network, classifierWidth, generatorWidth },
    feed.scale,
  );
  const settings = learnerSettings(recipe, 'ssgan', 1);
  const learner = new Learner(networks, settings, freshState(networks, settings, feed.sample(), null));
  const step = () => tf.tidy(() => learner.step(feed.input(learner.steps, 'ssgan'), FRACTION));

  for (let i = 0; i < WARM_UP; i++) step();
  const executionsPerStep = [...countExecutions(step).values()].reduce((sum, n) => sum + n, 0);
  const steps = Number(values.steps);
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  for (let i = 0; i < steps; i++) step();
  const msPerStep = (performance.now() - began) / steps;
  const { user, system } = process.cpuUsage(cpu);
  rmSync(folder, { recursive: true });
  const { labelled, unlabelled, generated } = recipe.batch;
  return {
    preset,
    executionsPerStep,
    msPerStep: round(msPerStep),
    cpuMsPerStep: round((user + system) / 1000 / steps),
    photosPerSecond: round(((labelled + unlabelled + generated) * 1000) / msPerStep),
    peakMb: round(process.resourceUsage().maxRSS / 1024),
  };
}

function noise(path: string, { sizePx, channels }: { sizePx: number; channels: 3 }): PixelFile {
  const count = 1000;
  writeFileSync(
    path,
    Uint8Array.from({ length: count * sizePx * sizePx * channels }, () => 256 * Math.random()),
  );
  return { path, count, sizePx, channels };
}

const round = (value: number): number => Math.round(value * 10) / 10;

// Each preset in a process of its own, so that one's memory is not another's peak.
if (values.preset && isPreset(values.preset)) console.log(JSON.stringify(measure(values.preset)));
else {
  for (const preset of Object.keys(presets)) {
    const own = ['--preset', preset, '--steps', values.steps];
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
