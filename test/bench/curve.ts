// Whether the learning curve keeps what it promises of twice the labels:
//   npm run bench:curve [-- cats-dogs|digits] [--labels 100,200] [--seeds 12] [--cache DIR] [--network FILE]
// 2,000 cats and dogs, and 2,000 digits of ten kinds, on the features of the network that the app uses by itself. The
// curve is measured with so many labels; then the same head learns from twice as many, and is told on the photos that
// have none. Kept: how often what came lay inside the interval that was stated.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { coordinatesOf } from '../../src/engine/features/coordinates.ts';
import { curveOf, quickHead } from '../../src/engine/features/learning-curve.ts';
import { accuracyOf } from '../../src/engine/measuring/held-out.ts';
import { positions } from '../../src/engine/ssgan/batches.ts';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import { networkOfSetUp, twoThousand, type Features } from './data/backbone-features.ts';
import { chooseLabels } from './data/labelled-pictures.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    labels: { type: 'string', default: '100,200' },
    seeds: { type: 'string', default: '12' },
    network: { type: 'string', default: networkOfSetUp },
    cache: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const head = [
  'photos',
  'labels',
  'accuracy now',
  'with twice as many: promised, came',
  'accuracy inside its interval',
  'gain: promised, came',
  'gain inside its interval',
  'half width of the accuracy’s interval, of the gain’s',
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
    for (const labels of values.labels.split(',').map(Number)) {
      const results = [];
      for (let seed = 1; seed <= Number(values.seeds); seed++) {
        const result = await measure(photos, one.classes, labels, seed);
        if (values.json) console.log(JSON.stringify({ case: name, labels, seed, ...result }));
        results.push(result);
      }
      if (!values.json) console.log(row(name, labels, results));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure({ file, labels: truth }: Features, classes: number, wanted: number, seed: number) {
  const x = coordinatesOf(file);
  // The first half of each class of those that there will be.
  const later = chooseLabels(truth, classes, 2 * wanted, seed);
  const now = chooseLabels(truth, classes, wanted, seed);
  const rest = positions(later, (label) => label < 0);
  const answers = rest.map((i) => truth[i] ?? -1);
  const began = process.cpuUsage();
  const { head: name, forecasts } = await curveOf(x, {
    labels: now,
    bursts: Int32Array.from(now.keys()),
    classes,
    seed: 1,
  });
  const { user, system } = process.cpuUsage(began);
  const twice = forecasts.at(-1);
  if (twice?.labels !== 2 * wanted) throw new Error('The curve says nothing of twice the labels.');

  /** What the head that measured the curve gets right on photos that have no label. */
  async function rightWith(labels: Int32Array): Promise<number> {
    const { head: used, learn } = await quickHead(x, { labels: now, classes, seed: 1 });
    if (used !== name) throw new Error(`The curve is of ${name}, not of ${used}.`);
    const said = await learn(labels, rest);
    return said ? accuracyOf(said, answers, classes).accuracy : NaN;
  }
  const [before, after] = [await rightWith(now), await rightWith(later)];
  const { accuracy, low, high, gain } = twice;
  return {
    head: name,
    before,
    promised: accuracy,
    after,
    inside: low <= after && after <= high,
    gainPromised: gain.difference,
    gained: after - before,
    gainInside: gain.low <= after - before && after - before <= gain.high,
    width: (high - low) / 2,
    gainWidth: (gain.high - gain.low) / 2,
    seconds: (user + system) / 1e6,
  };
}

type Measured = Awaited<ReturnType<typeof measure>>;

function row(name: string, labels: number, results: Measured[]): string {
  const mean = (pick: (result: Measured) => number) =>
    results.reduce((sum, one) => sum + pick(one), 0) / results.length;
  const percent = (pick: (result: Measured) => number) => `${(100 * mean(pick)).toFixed(1)}`;
  const kept = (pick: (result: Measured) => boolean) => `${results.filter(pick).length} of ${results.length}`;
  return line([
    name,
    String(labels),
    percent(({ before }) => before),
    `${percent(({ promised }) => promised)}, ${percent(({ after }) => after)}`,
    kept(({ inside }) => inside),
    `${percent(({ gainPromised }) => gainPromised)}, ${percent(({ gained }) => gained)}`,
    kept(({ gainInside }) => gainInside),
    `${percent(({ width }) => width)}, ${percent(({ gainWidth }) => gainWidth)}`,
    `${mean(({ seconds }) => seconds).toFixed(1)} s (${Math.max(...results.map(({ seconds }) => seconds)).toFixed(1)} s)`,
  ]);
}
