// What one training step costs, preset by preset: native executions (exact), time, photos a second, peak memory.
//   npm run bench:step [-- --json] [--steps 60] [--preset quick|'quick, colour'|standard|paper|features] [--batch 64]
//                      [--at-once 1] [--plain] [--photos 6000] [--op-by-op] [--growth] [--peer [--pairs 3]]
// An execution is one op that TensorFlow runs natively; making and deleting tensors is not counted. The step on
// features is taken by native TensorFlow and by TensorFlow.js's own two backends; with --photos it is a whole run on so
// many. --batch gives each kind of photo (labelled, unlabelled, generated) so many a step; without it the paper preset
// takes 8 of each on a processor. --at-once: how many steps a native call takes; the app's, ten on features and one on
// pixels, unless said otherwise. --plain shows all photos as they are, without random views. With --op-by-op native
// TensorFlow is asked for one op after the other, as an addon without set-up's patch does. --growth says how much
// memory one preset's steps have taken between a quarter of them and the last. --peer compares each preset with the
// same step by PyTorch: --pairs short runs of each, in turns, and the ratio of their medians; PyTorch is that of the
// Python named in WHISKER_PYTHON, else of python3.

import './share-the-card.ts';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countExecutions, native } from '../../src/engine/tensorflow/execute.ts';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import { tf } from '../../src/engine/tensorflow/tensorflow.ts';
import { freshState, Learner } from '../../src/engine/ssgan/learner.ts';
import { pixelNetworks } from '../../src/engine/pixels/model.ts';
import { PixelFeed } from '../../src/engine/pixels/feed.ts';
import { Pictures } from '../../src/engine/pixels/pictures.ts';
import { learnerSettings, recipeFor, type Recipe } from '../../src/engine/pixels/recipe.ts';
import type { PixelFile } from '../../src/engine/messages.ts';
import { opByOp } from '../fixtures/op-by-op.ts';
import { besidePyTorch, featurePeer, pixelPeer } from './beside-pytorch.ts';
import { pytorchMissing } from './pytorch.ts';
import { measureGrowth, measureSteps, parametersOf, type Subject } from './measure-steps.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    steps: { type: 'string', default: '60' },
    preset: { type: 'string' },
    batch: { type: 'string' },
    'at-once': { type: 'string' },
    photos: { type: 'string' },
    plain: { type: 'boolean', default: false },
    'op-by-op': { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    peer: { type: 'boolean', default: false },
    pairs: { type: 'string', default: '3' },
  },
});

/** Quick learns grey pictures and photos by different networks at different sizes. */
const cases = {
  quick: { preset: 'quick', sizePx: 32, channels: 1 },
  'quick, colour': { preset: 'quick', sizePx: 48, channels: 3 },
  standard: { preset: 'standard', sizePx: 64, channels: 3 },
  paper: { preset: 'paper', sizePx: 224, channels: 3 },
} as const;
const featureStep = join(import.meta.dirname, 'feature-step.ts');
/** Of the step on features. */
const backends = ['native', 'wasm', 'cpu'];
type CaseName = keyof typeof cases;
const isCase = (name: string): name is CaseName => name in cases;

const CLASSES = 10;
const WARM_UP = 5;
/** The paper's own batch of 100, 64 and 64 takes a minute or more a step on two cores. */
const PROCESSOR_BATCH = 8;
const LARGE_STEPS = 2;
/** Coordinates that the step on features is over. */
const DIMENSIONS = 128;
/** How far the measured run is: late enough for every term to have its full weight. */
const FRACTION = 0.6;

async function overPixels(name: CaseName): Promise<Subject> {
  const { preset, ...pixels } = cases[name];
  const { name: device } = await openDevice('auto');
  const recipe = recipeOf(name);
  const large = preset === 'paper';
  const folder = mkdtempSync(join(tmpdir(), 'whisker-step-'));
  const pictures = new Pictures(noise(join(folder, 'pixels.bin'), pixels));
  rmSync(folder, { recursive: true }); // What is open stays readable.
  const scale = recipe.scale ?? pictures.measureScale();
  const feed = new PixelFeed(pictures, labelsOf(pictures.file.count), CLASSES, recipe, scale, 1);
  const { network, classifierWidth, generatorWidth } = recipe;
  const shape = { ...pixels, classes: CLASSES, network, classifierWidth, generatorWidth };
  const networks = pixelNetworks(shape, scale);
  const settings = learnerSettings(recipe, 'ssgan', 1);
  const make = () => new Learner(networks, settings, freshState(networks, settings, feed.sample(), null));
  const learner = values['op-by-op'] ? opByOp(make) : make();
  return {
    ...{
      photos: photosIn(recipe.batch),
      parameters: parametersOf(networks),
      facts: { device, ...pixels },
      warmUp: large ? 2 : WARM_UP,
      most: large && !native.isUsingGpuDevice ? LARGE_STEPS : Infinity,
    },
    refusal: () => learner.refusal,
    settle: () => learner.losses(),
    atOnce: Number(values['at-once'] ?? 1),
    learn: (count) =>
      tf.tidy(() =>
        learner.learn(
          Array.from({ length: count }, (_, i) => ({
            input: feed.input(learner.steps + i, 'ssgan'),
            fraction: FRACTION,
          })),
        ),
      ),
  };
}

function recipeOf(name: CaseName): Recipe {
  const { preset, ...pixels } = cases[name];
  const recipe = recipeFor({ preset, pixels: { path: '', count: 0, ...pixels }, mirror: true });
  const asked = Number(values.batch) || (preset === 'paper' && !native.isUsingGpuDevice ? PROCESSOR_BATCH : 0);
  if (asked) recipe.batch = { labelled: asked, unlabelled: asked, generated: asked };
  if (values.plain) recipe.views = { weak: null, strong: null, mirror: false };
  return recipe;
}

const labelsOf = (count: number) => Int32Array.from({ length: count }, (_, i) => (i < 100 ? i % CLASSES : -1));
const photosIn = ({ labelled, unlabelled, generated }: Recipe['batch']) => labelled + unlabelled + generated;

function noise(path: string, { sizePx, channels }: Pick<PixelFile, 'sizePx' | 'channels'>): PixelFile {
  const count = 1000;
  writeFileSync(
    path,
    Uint8Array.from({ length: count * sizePx * sizePx * channels }, () => 256 * Math.random()),
  );
  return { path, count, sizePx, channels };
}

// Each preset in a process of its own, so that one's memory is not another's peak.
const asked = values.preset;
if (values.peer) {
  compare(asked ? [asked] : [...Object.keys(cases), 'features']);
} else if (asked && isCase(asked)) {
  const [subject, steps] = [await overPixels(asked), Number(values.steps)];
  const measured = values.growth
    ? measureGrowth(asked, subject, steps)
    : measureSteps(asked, subject, steps, countExecutions);
  console.log(JSON.stringify(await measured));
} else {
  const programs = [
    ...(asked ? [] : Object.keys(cases).map((name) => [import.meta.filename, '--preset', name])),
    ...backends.map((backend) => [featureStep, '--on', backend]),
  ];
  for (const program of programs) {
    const own = (['steps', 'batch', 'photos', 'at-once'] as const).flatMap((name) =>
      values[name] && (name !== 'photos' || !program.includes('--preset')) ? [`--${name}`, values[name]] : [],
    );
    if (values['op-by-op']) own.push('--op-by-op');
    if (values.plain && program.includes('--preset')) own.push('--plain');
    const line = execFileSync(process.execPath, [...program, ...own], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    print(line);
  }
}

function print(line: string): void {
  const facts = Object.entries(JSON.parse(line)).map(([name, value]) => `${name} ${value}`);
  console.log(values.json ? line.trimEnd() : facts.join('  '));
}

function compare(names: string[]): void {
  const missing = pytorchMissing(native.isUsingGpuDevice);
  if (missing) return console.log(missing);
  for (const name of names) {
    const large = name === 'paper';
    const steps = Math.min(Number(values.steps), large && !native.isUsingGpuDevice ? LARGE_STEPS : Infinity);
    const step = {
      ...{ preset: name, steps, warmUp: large ? 2 : WARM_UP, classes: CLASSES },
      gpu: native.isUsingGpuDevice,
    };
    const own = ['--steps', String(steps), ...(values.batch ? ['--batch', values.batch] : [])];
    if (values.plain && isCase(name)) own.push('--plain');
    const compared = isCase(name)
      ? besidePyTorch(
          [import.meta.filename, '--preset', name, ...own],
          pixelPeer(step, cases[name], recipeOf(name)),
          Number(values.pairs),
        )
      : besidePyTorch([featureStep, '--on', 'native', ...own], featurePeer(step, DIMENSIONS), Number(values.pairs));
    print(JSON.stringify(compared));
  }
}
