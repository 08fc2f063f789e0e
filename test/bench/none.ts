// What photos that are labelled none of these are worth: how well the rest of their kind is recognised by how unsure
// the model is of it, and whether the classes suffer:
//   npm run bench:none [-- pets-and-digits|digits] [--none 0,10,20] [--seeds 3] [--cache DIR] [--network FILE]
//   [--weight 1] [--json]
// pets-and-digits: 2,000 cats and dogs with 20 labels, and 400 digits that are none of these. digits: 2,000 digits of
// ten kinds, 0 to 7 with 10 labels each, and 8 and 9 that are none of these. 'out of the pool': the same photos left
// out instead, as excluded ones are. AUROC: the chance that of a photo of a class and one of none the model is surer of
// the first; 50 is a guess. On the features of the network that the app uses by itself.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { featureRows } from '../../src/engine/features/feature-file.ts';
import { disposeFeatureModel, loadFeatureModel, predictHead } from '../../src/engine/features/feature-model.ts';
import { project } from '../../src/engine/features/feature-space.ts';
import type { TrainReply } from '../../src/engine/messages.ts';
import { randomStream, shuffle } from '../../src/shared/random.ts';
import { mostLikely } from '../../src/shared/statistics.ts';
import type { Head } from '../../src/shared/training.ts';
import { NONE_CODE } from '../../src/shared/types.ts';
import { trainerWith } from '../engine/trainer-with.ts';
import {
  networkOfSetUp,
  readDigits,
  readTestPhotos,
  type FeaturePlace,
  type Features,
} from './data/backbone-features.ts';
import { chooseLabels, randomKeys } from './data/labelled-pictures.ts';
import { heads } from './learn-once.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    none: { type: 'string', default: '0,10,20' },
    seeds: { type: 'string', default: '3' },
    network: { type: 'string', default: networkOfSetUp },
    cache: { type: 'string' },
    minutes: { type: 'string', default: '3' },
    /** Of the term in the SSGAN. */
    weight: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

/** True class of each photo, or `NONE_CODE`. */
interface Mixed extends Features {
  classes: number;
  labelled: number;
}

const cases: Record<string, (place: FeaturePlace) => Promise<Mixed>> = {
  'pets-and-digits': async (place) => joined(await readTestPhotos(place), await readDigits(place, 2000), place.scratch),
  digits: async (place) => {
    const { file, labels } = await readDigits(place, 2000);
    return { file, labels: labels.map((digit) => (digit < 8 ? digit : NONE_CODE)), classes: 8, labelled: 80 };
  },
};

/** Pets, and 400 digits that are none of them, in one file. */
function joined(pets: Features, digits: Features, scratch: string): Mixed {
  const others = 400;
  const path = join(scratch, 'joined.f32');
  const bytes = others * pets.file.length * Float32Array.BYTES_PER_ELEMENT;
  writeFileSync(path, Buffer.concat([readFileSync(pets.file.path), readFileSync(digits.file.path).subarray(0, bytes)]));
  const labels = Int32Array.from([...pets.labels, ...Array.from({ length: others }, () => NONE_CODE)]);
  return { file: { ...pets.file, path, rows: Int32Array.from(labels.keys()) }, labels, classes: 2, labelled: 20 };
}

interface Learned {
  active: Head;
  accuracy: Record<Head, number>;
  auroc: Record<Head, number>;
  cpuSeconds: number;
}

const folder = mkdtempSync(join(tmpdir(), 'whisker-bench-'));
const trainer = trainerWith(() => {});

/** `none`: so many are labelled none of these. `leftOut`: those are left out instead. */
async function learn(mixed: Mixed, none: number, leftOut: boolean, seed: number): Promise<Learned> {
  const { labels: truth, classes, labelled } = mixed;
  const ofClass = truth.map((label) => (label === NONE_CODE ? classes : label));
  const known = chooseLabels(ofClass, classes, labelled, seed);
  const others = Int32Array.from(truth.keys()).filter((i) => truth[i] === NONE_CODE);
  for (const i of shuffle(others, randomStream(seed, 79)).subarray(0, none)) known[i] = NONE_CODE;
  const rows = Int32Array.from(truth.keys()).filter((i) => !(leftOut && known[i] === NONE_CODE));
  const features = { ...mixed.file, rows: rows.map((i) => mixed.file.rows[i]!) };
  // Whether a photo is left out says nothing of which labels are held out.
  const keys = randomKeys(truth.length, seed);
  const began = process.cpuUsage();
  const { receipt } = (await trainer.handle({
    ...{ kind: 'train-on-features', features, labels: rows.map((i) => known[i]!) },
    ...{
      keys: Uint32Array.from(rows, (i) => keys[i]!),
      learnedBefore: new Int32Array(),
      classes,
      seed,
      device: 'auto',
    },
    ...{ startFrom: null, modelDir: folder, minutes: Number(values.minutes) },
    objective: { none: Number(values.weight) },
  })) as TrainReply;
  const { user, system } = process.cpuUsage(began);

  const asked = Int32Array.from(truth.keys()).filter((i) => known[i] === -1);
  const model = loadFeatureModel(folder);
  const x = project(model.space, featureRows({ ...mixed.file, rows: asked.map((i) => mixed.file.rows[i]!) }));
  const [accuracy, auroc] = [{} as Record<Head, number>, {} as Record<Head, number>];
  for (const head of heads) {
    const said = await predictHead(model, head, x);
    const sure = Array.from(asked, (_, i) => said[i * classes + mostLikely(said, i, classes)] ?? 0);
    const right = Array.from(asked, (at, i) => mostLikely(said, i, classes) === truth[at]);
    const isOfClass = Array.from(asked, (at) => truth[at] !== NONE_CODE);
    accuracy[head] = right.filter(Boolean).length / isOfClass.filter(Boolean).length;
    auroc[head] = areaUnderCurve(sure, isOfClass);
  }
  x.dispose();
  disposeFeatureModel(model);
  return { active: receipt.active, accuracy, auroc, cpuSeconds: (user + system) / 1e6 };
}

/**
 * The chance that one of those has a higher score than one of the others; equal ones count half (Mann & Whitney 1947).
 */
function areaUnderCurve(scores: readonly number[], isOne: readonly boolean[]): number {
  const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!);
  let [ranks, ones] = [0, 0];
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    const rank = (from + 1 + to) / 2;
    for (const i of order.slice(from, to)) if (isOne[i]) [ranks, ones] = [ranks + rank, ones + 1];
    from = to;
  }
  const others = order.length - ones;
  return (ranks - (ones * (ones + 1)) / 2) / (ones * others);
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
const percent = (share: number): string => (100 * share).toFixed(1);

try {
  const place = { network: values.network, cache: values.cache ?? null, scratch: folder };
  console.log(
    '| photos | none-labelled | they are | head | right of the classes | AUROC |\n| --- | --- | --- | --- | --- | --- |',
  );
  for (const name of positionals.length > 0 ? positionals : Object.keys(cases)) {
    const read = cases[name];
    if (!read) throw new Error(`There is no case '${name}'; choose from ${Object.keys(cases).join(', ')}.`);
    const mixed = await read(place);
    for (const none of values.none.split(',').map(Number)) {
      for (const leftOut of none === 0 ? [true] : [true, false]) {
        const results: Learned[] = [];
        for (let seed = 1; seed <= Number(values.seeds); seed++) results.push(await learn(mixed, none, leftOut, seed));
        if (values.json) console.log(JSON.stringify({ case: name, none, leftOut, results }));
        else
          for (const head of [...heads, 'active'] as const) {
            const of = (figures: 'accuracy' | 'auroc') =>
              percent(mean(results.map((one) => one[figures][head === 'active' ? one.active : head])));
            const use = none === 0 ? '' : leftOut ? 'out of the pool' : 'learned from';
            console.log(`| ${[name, none, use, head, of('accuracy'), of('auroc')].join(' | ')} |`);
          }
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
