// How good the drawn pictures are, beside how good the classifier is:
//   npm run bench:pictures -- [sample|cats-dogs|mnist] [--minutes 3 | --steps 1500] [--seeds 1,2,3] [--set term=weight]
//                             [--drawn 500] [--network FILE] [--sheets FOLDER] [--labels N] [--json]
// It trains as the app does (quick preset), draws pictures with the generator that the run kept, and prints their
// kernel inception distance, in thousandths, from photos that were never learned from, on the features of the default
// pretrained network; between two halves of such photos, which is what nothing can be better than; the classifier's
// accuracy on photos never seen; and of digits, how many another classifier takes for a digit with a probability over
// 0.9. --steps gives each network so many, the labels-only one 1,500 at most or as many as --labels-only says; --sheets
// saves a sheet of drawn pictures of each run, and one of real photos.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder } from '../../src/files/cache-folder.ts';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import { accuracyOf } from '../../src/engine/measuring/held-out.ts';
import { loadModel, pixelNetworks, predictPictures } from '../../src/engine/pixels/model.ts';
import { train } from '../../src/engine/pixels/train-on-pixels.ts';
import { toBytes } from '../../src/engine/pixels/watch.ts';
import { counterOf, Noise } from '../../src/engine/ssgan/network.ts';
import { unpack } from '../../src/engine/ssgan/parameters.ts';
import { tf, type Tensor2D } from '../../src/engine/tensorflow/tensorflow.ts';
import type { PixelFile } from '../../src/engine/messages.ts';
import { chooseLabels, packPictures, randomKeys } from './data/labelled-pictures.ts';
import { teachJudge, type Judge } from './pictures/digit-judge.ts';
import { kernelInceptionDistance, type Vectors } from './pictures/kernel-inception-distance.ts';
import { look, saveSheet, type Drawn } from './pictures/look.ts';
import { sets, type PictureSet } from './pictures/sets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '3' },
    steps: { type: 'string' },
    'labels-only': { type: 'string' },
    seeds: { type: 'string', default: '1' },
    set: { type: 'string', multiple: true, default: [] },
    drawn: { type: 'string', default: '500' },
    labels: { type: 'string' },
    network: { type: 'string' },
    sheets: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
/** As many as the app shows at a time, and the most steps that its labels-only network takes. */
const SHOWN = 64;
const MOST_LABELS_ONLY = 1500;
const thousandths = (value: number): number => Math.round(value * 1e4) / 10;
const percent = (share: number): number => Math.round(share * 1e4) / 100;
const name = positionals[0] ?? 'sample';
const read = sets[name];
if (!read) {
  console.error(`There is no case '${name}'; choose from: ${Object.keys(sets).join(', ')}.`);
  process.exit(2);
}
const network = values.network ?? join(cacheFolder(), 'networks', 'efficientnet-lite2', 'model.onnx');
const wanted = Number(values.drawn);
const folder = mkdtempSync(join(tmpdir(), 'whisker-pictures-'));
const sheet = async (of: string, pictures: Drawn): Promise<void> => {
  if (!values.sheets) return;
  mkdirSync(values.sheets, { recursive: true });
  await saveSheet(join(values.sheets, `${name}-${of}.png`), pictures);
};
try {
  const set = await read();
  const files = {
    pool: packPictures(join(folder, 'pool.bin'), set.pool),
    test: packPictures(join(folder, 'test.bin'), set.test),
  };
  const device = await openDevice('auto');
  const real = some(set.test, wanted);
  await sheet('real', real);
  const seen = await look(network, real);
  const nearest = kernelInceptionDistance(...halves(seen));
  const { others } = set;
  const judge =
    others &&
    (await teachJudge(packPictures(join(folder, 'others.bin'), others), others.labels, files.test, set.test.labels));
  print({
    case: name,
    ...{ realAgainstReal: thousandths(nearest.mean), deviation: thousandths(nearest.deviation) },
    ...(judge && { judge: percent(judge.accuracy), sureOfReal: percent(judge.ofReal.sure) }),
  });
  for (const seed of values.seeds.split(',').map(Number)) {
    print(await run({ set, files, seen, judge, seed, device }));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Asked {
  set: PictureSet;
  files: Record<'pool' | 'test', PixelFile>;
  /** Features of real photos. */
  seen: Vectors;
  judge: Judge | undefined;
  seed: number;
  device: Awaited<ReturnType<typeof openDevice>>;
}

async function run({ set, files, seen, judge, seed, device }: Asked) {
  const { pool, test, classes, mirror } = set;
  const modelDir = join(folder, `model-${seed}`);
  const minutes = values.steps ? 1440 : Number(values.minutes);
  const steps = { 'labels-only': 0, ssgan: 0 };
  const began = performance.now();
  const cpu = process.cpuUsage();
  const elapsed = () => (performance.now() - began) / 1000;
  const { receipt } = await train(
    {
      ...{ kind: 'train', pixels: files.pool, classes, seed, minutes, mirror, modelDir },
      labels: chooseLabels(pool.labels, classes, Number(values.labels ?? set.labels), seed),
      ...{ keys: randomKeys(pool.count, seed), learnedBefore: new Int32Array() },
      ...{ preset: 'quick', device: 'auto', startFrom: null },
      objective: Object.fromEntries(values.set.map((pair) => pair.split('=')).map(([term, w]) => [term, Number(w)])),
    },
    device,
    {
      ...{ stopped: () => false, paused: () => null, elapsed, budgetSeconds: minutes * 60 },
      emit(event) {
        if (event.event === 'metrics') for (const { stage, step } of event.points) steps[stage] = step;
      },
    },
    values.steps ? { labelsOnly: labelsOnlySteps(Number(values.steps)), ssgan: Number(values.steps) } : null,
  );
  const { user, system } = process.cpuUsage(cpu);
  const seconds = elapsed();
  const said = await predictPictures(modelDir, files.test);
  const ssgan = receipt.active === 'ssgan' ? said.probabilities : said.otherProbabilities;
  const drawn = await draw(modelDir, wanted, seed);
  await sheet(`seed-${seed}`, drawn);
  const { mean, deviation } = kernelInceptionDistance(await look(network, drawn), seen);
  const verdict = await judge?.judge(packPictures(join(folder, 'drawn.bin'), { ...drawn, labels: new Int32Array() }));
  return {
    ...{ case: name, seed, steps: steps.ssgan, labelsOnlySteps: steps['labels-only'] },
    ...{ seconds: Math.round(seconds), cpuSeconds: Math.round((user + system) / 1e6) },
    ...{ kid: thousandths(mean), deviation: thousandths(deviation) },
    ...{
      active: receipt.active,
      accuracy: ssgan && percent(accuracyOf(ssgan, Array.from(test.labels), classes).accuracy),
    },
    ...(verdict && { sure: percent(verdict.sure), digits: verdict.counts.join(' ') }),
  };
}

/** What the model's generator draws, in portions as large as the app shows. */
async function draw(modelDir: string, count: number, seed: number): Promise<Drawn> {
  const { shape, scale, generator: weights } = loadModel(modelDir);
  if (!weights) throw new Error('The run ended before its generator had learned anything.');
  const { generator } = pixelNetworks(shape, scale);
  const rowBytes = shape.sizePx ** 2 * shape.channels;
  const pixels = new Uint8Array(count * rowBytes);
  for (let from = 0; from < count; from += SHOWN) {
    const portion = tf.tidy(() => {
      const z = new Noise(seed, counterOf(from)).normal<Tensor2D>([SHOWN, generator.noiseSize]);
      return generator.forward(unpack(tf.tensor1d(weights.slice()), generator.layout).weights, z);
    });
    const bytes = toBytes(await portion.data<'float32'>(), scale);
    portion.dispose();
    pixels.set(bytes.subarray(0, Math.min(SHOWN, count - from) * rowBytes), from * rowBytes);
  }
  return { count, sizePx: shape.sizePx, channels: shape.channels, pixels };
}

function labelsOnlySteps(ssgan: number): number {
  return Number(values['labels-only'] ?? Math.min(MOST_LABELS_ONLY, ssgan));
}

function some({ count, sizePx, channels, pixels }: Drawn, most: number): Drawn {
  const taken = Math.min(count, most);
  return { count: taken, sizePx, channels, pixels: pixels.subarray(0, taken * sizePx ** 2 * channels) };
}

function halves({ values, count, length }: Vectors): [Vectors, Vectors] {
  const half = count >> 1;
  const part = (from: number) => ({
    values: values.subarray(from * length, (from + half) * length),
    ...{ count: half, length },
  });
  return [part(0), part(half)];
}

function print(facts: Record<string, unknown>): void {
  const words = Object.entries(facts).map(([fact, value]) => `${fact} ${value}`);
  console.log(values.json ? JSON.stringify(facts) : words.join('  '));
}
