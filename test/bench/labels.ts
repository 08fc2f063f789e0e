// How well labels that were set wrong on purpose are found among the right ones:
//   npm run bench:labels [-- cats-dogs|digits] [--labels 400] [--flipped 20] [--seeds 5] [--cache DIR] [--network FILE]
// 2,000 cats and dogs, and 2,000 digits of ten kinds, on the features of the network that the app uses by itself. The
// labels are evenly over the classes; the flipped ones get another class at random. Named: what the person is shown.
// Cats and dogs have some labels that are wrong already; those count as false alarms here.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { coordinatesOf } from '../../src/engine/features/coordinates.ts';
import { doubtLabels, saidByOthers } from '../../src/engine/features/doubtful-labels.ts';
import { positions } from '../../src/engine/ssgan/batches.ts';
import { randomStream, shuffle } from '../../src/shared/random.ts';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import { networkOfSetUp, twoThousand, type Features } from './data/backbone-features.ts';
import { chooseLabels } from './data/labelled-pictures.ts';

const RECALL = 0.7;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    labels: { type: 'string', default: '400' },
    flipped: { type: 'string', default: '20' },
    seeds: { type: 'string', default: '5' },
    network: { type: 'string', default: networkOfSetUp },
    cache: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const head = [
  'photos',
  'named, mean (most)',
  'precision of those, mean (worst)',
  'recall of those',
  'precision at 70 % recall',
  'propagation alone',
  'logistic alone',
  'named where none is flipped, mean (most)',
  'processor time, mean (longest)',
];
const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
const chosen = positionals.length > 0 ? positionals : Object.keys(twoThousand);
const folder = mkdtempSync(join(tmpdir(), 'whisker-bench-'));

try {
  await openDevice('auto');
  const place = { network: values.network, cache: values.cache ?? null, scratch: folder };
  if (!values.json) console.log(line(head));
  if (!values.json) console.log(line(head.map(() => '---')));
  for (const name of chosen) {
    const one = twoThousand[name];
    if (!one) throw new Error(`There is no case '${name}'; choose from ${Object.keys(twoThousand).join(', ')}.`);
    const photos = await one.read(place);
    const results = [];
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const result = await measure(photos, one.classes, seed);
      if (values.json) console.log(JSON.stringify({ case: name, seed, ...result }));
      results.push(result);
    }
    if (!values.json) console.log(row(name, results));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

type Measured = Awaited<ReturnType<typeof measure>>;

async function measure({ file, labels: truth }: Features, classes: number, seed: number) {
  const x = coordinatesOf(file);
  const right = chooseLabels(truth, classes, Number(values.labels), seed);
  const labelled = positions(right, (label) => label >= 0);
  const flipped = shuffle(labelled.slice(), randomStream(seed, 91)).subarray(0, Number(values.flipped));
  const random = randomStream(seed, 92);
  const wrong = right.slice();
  for (const i of flipped) wrong[i] = ((right[i] ?? 0) + 1 + Math.floor(random() * (classes - 1))) % classes;
  const began = process.cpuUsage();
  const found = await doubtLabels(x, { labels: wrong, classes, seed: 1 });
  const { user, system } = process.cpuUsage(began);
  const clean = await doubtLabels(x, { labels: right, classes, seed: 1 });
  const isFlipped = new Set(flipped);
  const named = found.order.subarray(0, found.named);
  const hits = named.filter((i) => isFlipped.has(i)).length;

  /** Precision of the first labels of an order that hold so many of the flipped ones. */
  const precisionOf = (order: Int32Array): number => {
    const wanted = Math.ceil(RECALL * flipped.length);
    let met = 0;
    return wanted / (1 + order.findIndex((i) => isFlipped.has(i) && ++met === wanted));
  };
  const said = await saidByOthers(x, { labels: wrong, classes, seed: 1 });
  const alone = (head: keyof typeof said): Int32Array => {
    const left = (at: number) => said[head][at * classes + (wrong[labelled[at] ?? 0] ?? 0)] ?? 0;
    const order = [...labelled.keys()].sort((a, b) => left(a) - left(b));
    return Int32Array.from(order, (at) => labelled[at] ?? 0);
  };
  return {
    named: found.named,
    precision: found.named > 0 ? hits / found.named : 1,
    recall: hits / flipped.length,
    precisionAtRecall: precisionOf(found.order),
    propagationAlone: precisionOf(alone('propagation')),
    logisticAlone: precisionOf(alone('logistic')),
    namedOfClean: clean.named,
    seconds: (user + system) / 1e6,
  };
}

function row(name: string, results: Measured[]): string {
  const spread = (pick: (result: Measured) => number, worst: 'min' | 'max', say: (value: number) => string) => {
    const all = results.map(pick);
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    return `${say(mean)} (${say(Math[worst](...all))})`;
  };
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const number = (value: number) => value.toFixed(1);
  return line([
    name,
    spread(({ named }) => named, 'max', number),
    spread(({ precision }) => precision, 'min', percent),
    spread(({ recall }) => recall, 'min', percent),
    spread(({ precisionAtRecall }) => precisionAtRecall, 'min', percent),
    spread(({ propagationAlone }) => propagationAlone, 'min', percent),
    spread(({ logisticAlone }) => logisticAlone, 'min', percent),
    spread(({ namedOfClean }) => namedOfClean, 'max', number),
    spread(
      ({ seconds }) => seconds,
      'max',
      (value) => `${value.toFixed(2)} s`,
    ),
  ]);
}
