// How well the learner learns on real data, always beside the same network trained on the labels alone:
//   npm run bench:learn -- backbone            (see learn-on-backbone.ts)
//   npm run bench:learn -- mnist [--labels 100] [--minutes 5] [--seed 1] [--json] [--shared]
// --set generated=0 --set unlabelled=0 changes the weight of a term of the objective (src/engine/ssgan/objective.ts).
// --shared counts the budget in processor time instead of wall time, for a machine that does other work as well.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { accuracyOf } from '../../src/engine/ssgan/evaluate.ts';
import { createTrainer } from '../../src/engine/trainer.ts';
import type { PixelHead } from '../../src/engine/ssgan/model.ts';
import type { TrainerReplies, TrainReply, TrainRequest } from '../../src/engine/messages.ts';
import type { Accuracy, TrainingMetrics } from '../../src/shared/types.ts';
import { chooseLabels, packPictures, randomKeys, type LabelledPictures } from './data/labelled-pictures.ts';
import { readCatsDogs } from './data/cats-dogs.ts';
import { readMnist } from './data/mnist.ts';
import { learnOnBackbone } from './learn-on-backbone.ts';

interface Case {
  /** Never seen while learning. */
  test: LabelledPictures;
  pool: LabelledPictures;
  classes: number;
  mirror: boolean;
  preset: TrainRequest['preset'];
  defaults: { labels: number; minutes: number };
}

/** How many of two cores training keeps busy: an estimate, not yet measured on a machine that does nothing else. */
const CORES_USED = 1.5;
const DATA = resolve(import.meta.dirname, '../../../shared/data');

const cases: Record<string, () => Promise<Case>> = {
  mnist: async () => ({
    pool: readMnist(join(DATA, 'mnist'), 'train'),
    test: readMnist(join(DATA, 'mnist'), 't10k'),
    ...{ classes: 10, mirror: false, preset: 'quick', defaults: { labels: 100, minutes: 5 } },
  }),
  'cats-dogs': async () => ({
    ...(await readCatsDogs(join(DATA, 'cats-dogs-10k.tar'), 48)),
    ...{ classes: 2, mirror: true, preset: 'quick', defaults: { labels: 100, minutes: 10 } },
  }),
};

if (process.argv[2] === 'backbone') {
  await learnOnBackbone(process.argv.slice(3));
  process.exit();
}
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    labels: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    shared: { type: 'boolean', default: false },
    set: { type: 'string', multiple: true, default: [] },
  },
});
async function run({ pool, test, classes, mirror, preset, defaults }: Case): Promise<void> {
  const seed = Number(values.seed);
  const wanted = Number(values.labels ?? defaults.labels);
  const minutes = Number(values.minutes ?? defaults.minutes);
  const terms = Object.fromEntries(
    values.set.map((pair) => pair.split('=')).map(([term, weight]) => [term, Number(weight)]),
  );
  const folder = mkdtempSync(join(tmpdir(), 'whisker-bench-'));
  const steps = { 'labels-only': 0, ssgan: 0 };
  try {
    const trainer = createTrainer(
      (event) => {
        if (event.event !== 'metrics') return;
        for (const point of event.points) {
          steps[point.stage] = point.step;
          if (!values.json && point.heldOutAccuracy !== null) console.error(progressLine(point));
        }
      },
      values.shared ? processorClock : undefined,
    );
    const cpu = process.cpuUsage();
    const reply = (await trainer.handle({
      kind: 'train',
      pixels: packPictures(join(folder, 'pool.bin'), pool),
      labels: chooseLabels(pool.labels, classes, wanted, seed),
      ...{ keys: randomKeys(pool.count, seed), learnedBefore: new Int32Array() },
      objective: terms,
      ...{ classes, seed, minutes, mirror, preset, device: 'auto', startFrom: null, modelDir: folder },
    })) as TrainReply;
    const { user, system } = process.cpuUsage(cpu);
    const pixels = packPictures(join(folder, 'test.bin'), test);
    const measure = async (head: PixelHead): Promise<Accuracy> => {
      const request = { kind: 'predict', pixels, modelDir: folder, device: 'auto', head } as const;
      const { probabilities } = (await trainer.handle(request)) as TrainerReplies['predict'];
      return accuracyOf(probabilities, test.labels, classes);
    };
    const result = {
      terms,
      ...{ case: positionals[0] ?? 'mnist', labels: wanted, unlabelled: pool.count, seed, preset, minutes },
      ...{
        clock: values.shared ? 'processor' : 'wall',
        seconds: round(reply.seconds),
        cpuSeconds: round((user + system) / 1e6),
      },
      ...{ steps, device: reply.device.name, test: test.count },
      ...{ ssgan: await measure('ssgan'), labelsOnly: await measure('labels-only') },
      ...{ active: reply.receipt.active, receipt: reply.receipt },
    };
    console.log(values.json ? JSON.stringify(result) : table(result));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two cores that had nothing else to do would need about this long. */
function processorClock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 / CORES_USED;
}

interface Result {
  case: string;
  labels: number;
  unlabelled: number;
  seed: number;
  seconds: number;
  cpuSeconds: number;
  steps: Record<PixelHead, number>;
  ssgan: Accuracy;
  labelsOnly: Accuracy;
}

const table = (result: Result): string =>
  [
    `${result.case}: ${result.labels} labels, ${result.unlabelled} photos, seed ${result.seed}`,
    `  labels only  ${percent(result.labelsOnly)}  after ${result.steps['labels-only']} steps`,
    `  SSGAN        ${percent(result.ssgan)}  after ${result.steps.ssgan} steps`,
    `  ${result.seconds} s, of which ${result.cpuSeconds} s of processor time over all cores`,
  ].join('\n');

const progressLine = ({ stage, step, seconds, heldOutAccuracy }: TrainingMetrics): string =>
  `${seconds.toFixed(0).padStart(5)} s  ${stage}  step ${step}  held out ${((heldOutAccuracy ?? 0) * 100).toFixed(1)} %`;

const percent = ({ accuracy, low, high, n }: Accuracy): string =>
  `${(accuracy * 100).toFixed(2)} % (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)}) of ${n}`;

const round = (value: number): number => Math.round(value * 10) / 10;

const name = positionals[0] ?? 'mnist';
const makeCase = cases[name];
if (!makeCase) {
  console.error(`There is no case '${name}'; choose from: ${Object.keys(cases).join(', ')}.`);
  process.exit(2);
}
await run(await makeCase());
