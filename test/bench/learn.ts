// How well the learner learns on real data, always beside the same network trained on the labels alone:
//   npm run bench:learn -- backbone            (see learn-on-backbone.ts)
//   npm run bench:learn -- first-answer        (see first-answer/first-answer.ts)
//   npm run bench:learn -- paper               (see learn-as-paper.ts)
//   npm run bench:learn -- mnist|cats-dogs [--labels 100] [--minutes 5] [--steps 500] [--seeds 1,2,3] [--json]
// --preset standard|paper trains the other networks, on photos of their own size, or of --size 64 pixels.
// --set generated=0 --set unlabelled=0 changes the weight of a term of the objective (src/engine/ssgan/objective.ts).
// --ablate repeats all seeds with each term switched off, or on where it is off.
// --steps gives each network so many steps, whatever the time; --shared counts the budget in processor time instead of
// wall time, for a machine that does other work as well. --json prints one object a run.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import { expectedCalibrationError } from '../../src/engine/measuring/calibrate.ts';
import { accuracyOf } from '../../src/engine/measuring/held-out.ts';
import { predictPictures } from '../../src/engine/pixels/model.ts';
import { recipeFor } from '../../src/engine/pixels/recipe.ts';
import { train } from '../../src/engine/pixels/train-on-pixels.ts';
import type { PixelFile, TrainRequest } from '../../src/engine/messages.ts';
import { presets, sizeFor } from '../../src/shared/presets.ts';
import type { PresetId } from '../../src/shared/presets.ts';
import type { Head, TrainingMetrics } from '../../src/shared/training.ts';
import { chooseLabels, packPictures, randomKeys, type LabelledPictures } from './data/labelled-pictures.ts';
import { requireTestData } from '../fixtures/test-data.ts';
import { readCatsDogs } from './data/cats-dogs.ts';
import { readMnist } from './data/mnist.ts';
import { firstAnswer } from './first-answer/first-answer.ts';
import { learnAsPaper } from './learn-as-paper.ts';
import { learnOnBackbone } from './learn-on-backbone.ts';
import { processorClock } from './processor-clock.ts';

interface Case {
  /** Never seen while learning. */
  test: LabelledPictures;
  pool: LabelledPictures;
  classes: number;
  mirror: boolean;
  defaults: { labels: number; minutes: number };
}

type Terms = NonNullable<TrainRequest['objective']>;

const cases: Record<string, () => Promise<Case>> = {
  mnist: async () => ({
    pool: readMnist(requireTestData('mnist'), 'train'),
    test: readMnist(requireTestData('mnist'), 't10k'),
    ...{ classes: 10, mirror: false, defaults: { labels: 100, minutes: 5 } },
  }),
  'cats-dogs': async () => ({
    ...(await readCatsDogs(requireTestData('cats-dogs-10k.tar'), Number(values.size ?? sizeFor(preset, 3)))),
    ...{ classes: 2, mirror: true, defaults: { labels: 100, minutes: 10 } },
  }),
};

/** What a term that is off by default weighs when --ablate turns it on. */
const usualWeights = { consistency: 1, entropy: 0.1, pullAway: 0.8, adversarial: 1, pseudoLabel: 1, rotation: 1 };

const others = new Map([
  ['backbone', learnOnBackbone],
  ['first-answer', firstAnswer],
  ['paper', learnAsPaper],
]);
const other = others.get(process.argv[2] ?? '');
if (other) {
  await other(process.argv.slice(3));
  process.exit();
}
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    preset: { type: 'string', default: 'quick' },
    size: { type: 'string' },
    labels: { type: 'string' },
    minutes: { type: 'string' },
    steps: { type: 'string' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    json: { type: 'boolean', default: false },
    shared: { type: 'boolean', default: false },
    ablate: { type: 'boolean', default: false },
    set: { type: 'string', multiple: true, default: [] },
  },
});
const preset = presetOf(values.preset);
const name = positionals[0] ?? 'mnist';
const makeCase = cases[name];
if (!makeCase) {
  console.error(`There is no case '${name}'; choose from: ${[...Object.keys(cases), ...others.keys()].join(', ')}.`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'whisker-bench-'));
try {
  const subject = await makeCase();
  const files = {
    pool: packPictures(join(folder, 'pool.bin'), subject.pool),
    test: packPictures(join(folder, 'test.bin'), subject.test),
  };
  const asked = Object.fromEntries(
    values.set.map((pair) => pair.split('=')).map(([term, weight]) => [term, Number(weight)]),
  );
  for (const [what, terms] of variations(files.pool, asked)) {
    const results = [];
    for (const seed of (values.seeds ?? values.seed).split(',').map(Number)) {
      const result = await run(subject, files, what, terms, seed);
      console.log(values.json ? JSON.stringify(result) : lineOf(result));
      results.push(result);
    }
    if (!values.json && results.length > 1) console.log(summaryOf(results));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The objective as asked for; with --ablate also with each term the other way round, and without the GAN. */
function variations(pixels: PixelFile, asked: Terms): [string, Terms][] {
  const { objective } = recipeFor({ preset, pixels, mirror: false, objective: asked }).stages.ssgan;
  const flipped = Object.entries(usualWeights).map(([term, weight]): [string, Terms] => {
    const on = objective[term as keyof typeof usualWeights] > 0;
    return [`${on ? 'without' : 'with'} ${term}`, { ...asked, [term]: on ? 0 : weight }];
  });
  const gan = objective.generated > 0;
  const changed: [string, Terms][] = [
    [`${gan ? 'without' : 'with'} the GAN`, { ...asked, generated: gan ? 0 : 0.3, unlabelled: gan ? 0 : 0.3 }],
    ...flipped,
  ];
  return [['as it is', asked], ...(values.ablate ? changed : [])];
}

async function run(subject: Case, files: Record<'pool' | 'test', PixelFile>, what: string, terms: Terms, seed: number) {
  const { pool, test, classes, mirror, defaults } = subject;
  const wanted = Number(values.labels ?? defaults.labels);
  const minutes = values.steps ? 1440 : Number(values.minutes ?? defaults.minutes);
  const modelDir = join(folder, `model-${seed}`);
  const steps = { 'labels-only': 0, ssgan: 0 };
  const now = values.shared ? processorClock : () => performance.now() / 1000;
  const began = now();
  const cpu = process.cpuUsage();
  const device = await openDevice('auto');
  const { receipt, seconds } = await train(
    {
      ...{ kind: 'train', pixels: files.pool, labels: chooseLabels(pool.labels, classes, wanted, seed) },
      ...{ keys: randomKeys(pool.count, seed), learnedBefore: new Int32Array() },
      ...{ classes, seed, minutes, mirror, preset, device: 'auto', startFrom: null, modelDir, objective: terms },
    },
    device,
    {
      ...{ stopped: () => false, paused: () => null, elapsed: () => now() - began, budgetSeconds: minutes * 60 },
      emit(event) {
        if (event.event !== 'metrics') return;
        for (const point of event.points) {
          steps[point.stage] = point.step;
          if (!values.json && point.heldOutAccuracy !== null) console.error(progressLine(point));
        }
      },
    },
    values.steps ? { labelsOnly: Number(values.steps), ssgan: Number(values.steps) } : null,
  );
  const { user, system } = process.cpuUsage(cpu);
  const said = await predictPictures(modelDir, files.test);
  const measure = (head: Head) => {
    const probabilities = head === receipt.active ? said.probabilities : said.otherProbabilities;
    if (!probabilities) throw new Error(`The run ended before ${head} had learned anything.`);
    const ece = expectedCalibrationError(probabilities, test.labels, classes);
    return { ...accuracyOf(probabilities, test.labels, classes), ece };
  };
  return {
    ...{ case: name, preset, what, terms, labels: wanted, unlabelled: pool.count, seed, minutes },
    ...{
      clock: values.shared ? 'processor' : 'wall',
      seconds: round(seconds),
      cpuSeconds: round((user + system) / 1e6),
    },
    ...{ steps, device: device.name, test: test.count },
    ...{ ssgan: measure('ssgan'), labelsOnly: measure('labels-only') },
    ...{ active: receipt.active, receipt },
  };
}

type Result = Awaited<ReturnType<typeof run>>;

function lineOf({
  what,
  labels,
  unlabelled,
  seed,
  ssgan,
  labelsOnly,
  steps,
  seconds,
  cpuSeconds,
  active,
}: Result): string {
  return [
    `${name}, ${what}: ${labels} labels, ${unlabelled} photos, seed ${seed}, ${active} is active`,
    `  labels only  ${percent(labelsOnly)}  after ${steps['labels-only']} steps`,
    `  SSGAN        ${percent(ssgan)}  after ${steps.ssgan} steps`,
    `  ${seconds} s, of which ${cpuSeconds} s of processor time over all cores`,
  ].join('\n');
}

function summaryOf(results: Result[]): string {
  const of = (pick: (result: Result) => { accuracy: number }) => {
    const all = results.map((result) => 100 * pick(result).accuracy);
    const mean = all.reduce((sum, accuracy) => sum + accuracy, 0) / all.length;
    return `mean ${mean.toFixed(2)} %, least ${Math.min(...all).toFixed(2)} %`;
  };
  const active = of((result) => (result.active === 'ssgan' ? result.ssgan : result.labelsOnly));
  return [
    `${name}, ${results[0]?.what}, over ${results.length} seeds`,
    `  labels only  ${of(({ labelsOnly }) => labelsOnly)}`,
    `  SSGAN        ${of(({ ssgan }) => ssgan)}`,
    `  made active  ${active}`,
  ].join('\n');
}

function presetOf(name: string): PresetId {
  const found = presets.find(({ id }) => id === name);
  if (found) return found.id;
  console.error(`There is no preset '${name}'; choose from: ${presets.map(({ id }) => id).join(', ')}.`);
  process.exit(2);
}

function progressLine({ stage, step, seconds, heldOutAccuracy }: TrainingMetrics): string {
  return `${seconds.toFixed(0).padStart(5)} s  ${stage}  step ${step}  held out ${((heldOutAccuracy ?? 0) * 100).toFixed(1)} %`;
}

function percent({ accuracy, low, high, n, ece }: Result['ssgan']): string {
  return `${(accuracy * 100).toFixed(2)} % (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)}) of ${n}, ECE ${(100 * ece).toFixed(1)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
