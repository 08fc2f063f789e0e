// The curves of whole runs, as a person sees them, from which the sentences below the charts were found
// (src/renderer/charts/curve-words.ts):
//   npm run bench:curves -- [sample|cats-dogs|mnist] [--minutes 3] [--seeds 1,2,3] [--set term=weight] [--out FOLDER]
// It prints, of each run, what is said of its curves at each fifth of its time, with the share of a guess's loss that
// the classifier had then. --out keeps the points of the curves as JSON, and the model.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDevice } from '../../src/engine/tensorflow/device.ts';
import { train } from '../../src/engine/pixels/train-on-pixels.ts';
import { confusion, gameOf } from '../../src/renderer/charts/curve-words.ts';
import { realFakeWeights } from '../../src/shared/objective.ts';
import type { TrainingMetrics } from '../../src/shared/training.ts';
import { chooseLabels, packPictures, randomKeys } from './data/labelled-pictures.ts';
import { sets } from './pictures/sets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '3' },
    seeds: { type: 'string', default: '1' },
    set: { type: 'string', multiple: true, default: [] },
    out: { type: 'string' },
  },
});
const name = positionals[0] ?? 'sample';
const read = sets[name];
if (!read) {
  console.error(`There is no case '${name}'; choose from: ${Object.keys(sets).join(', ')}.`);
  process.exit(2);
}
const objective = Object.fromEntries(values.set.map((pair) => pair.split('=')).map(([term, w]) => [term, Number(w)]));
const scratch = mkdtempSync(join(tmpdir(), 'whisker-curves-'));
const folder = values.out ?? scratch;
mkdirSync(folder, { recursive: true });
try {
  const set = await read();
  const pixels = packPictures(join(folder, `${name}.bin`), set.pool);
  for (const seed of values.seeds.split(',').map(Number)) {
    const run = [name, ...values.set, `seed-${seed}`].join('-');
    const points = await curvesOf(seed, join(folder, run));
    if (values.out) writeFileSync(join(folder, `${run}.json`), JSON.stringify(points));
    console.log(`${run}: ${said(points).join(', ')}`);
  }

  function said(points: TrainingMetrics[]): string[] {
    const weight = objective['unlabelled'] ?? realFakeWeights.quick;
    const budgetSeconds = 60 * Number(values.minutes);
    return [0.2, 0.4, 0.6, 0.8, 1].map((share) => {
      const past = points.filter(({ seconds }) => seconds <= share * budgetSeconds);
      const ssgan = past.filter(({ stage }) => stage === 'ssgan').slice(-20);
      return `${gameOf(past, { weight, budgetSeconds, live: true })} ${confusion(ssgan, weight)?.toFixed(2) ?? ''}`.trim();
    });
  }

  async function curvesOf(seed: number, modelDir: string): Promise<TrainingMetrics[]> {
    const points: TrainingMetrics[] = [];
    const began = performance.now();
    const budgetSeconds = 60 * Number(values.minutes);
    await train(
      {
        ...{ kind: 'train', pixels, classes: set.classes, seed, minutes: budgetSeconds / 60, mirror: set.mirror },
        ...{ labels: chooseLabels(set.pool.labels, set.classes, set.labels, seed), modelDir, objective },
        ...{ keys: randomKeys(set.pool.count, seed), learnedBefore: new Int32Array() },
        ...{ preset: 'quick', device: 'auto', startFrom: null },
      },
      await openDevice('auto'),
      {
        ...{ stopped: () => false, paused: () => null, budgetSeconds },
        elapsed: () => (performance.now() - began) / 1000,
        emit(event) {
          if (event.event === 'metrics') points.push(...event.points);
        },
      },
    );
    return points;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
