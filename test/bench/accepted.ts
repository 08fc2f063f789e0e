// Whether a model should learn from labels that it gave itself and that were accepted without a look at each:
//   npm run bench:accepted [-- --labels 20] [--accept 0.5,0.9] [--seeds 5] [--cache DIR] [--network FILE]
// Cats against dogs on the features of the network that set-up brings. One run learns from the labels; of each class
// that it predicts the surest share is accepted, the least suspicious first as in the app; then a run learns from the
// labels and the accepted ones. Right: of photos that none of the runs has seen. Among them: the share of the accepted
// that is wrong, as the app foretells it and in truth.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Prediction, TrainReply } from '../../src/engine/messages.ts';
import { cacheFolder } from '../../src/files/cache-folder.ts';
import { rankPredictions } from '../../src/main/predictions/suspicion.ts';
import { mostLikely } from '../../src/shared/statistics.ts';
import { accuracyInUse } from '../../src/shared/training.ts';
import { trainerWith } from '../engine/trainer-with.ts';
import { readFeatures } from './data/backbone-features.ts';
import { chooseLabels, randomKeys } from './data/labelled-pictures.ts';

const CLASSES = 2;

const { values } = parseArgs({
  options: {
    labels: { type: 'string', default: '20' },
    accept: { type: 'string', default: '0.5,0.9' },
    seeds: { type: 'string', default: '5' },
    cache: { type: 'string' },
    network: { type: 'string' },
  },
});
const network = values.network ?? join(cacheFolder(), 'networks', 'efficientnet-lite2', 'model.onnx');
const folder = mkdtempSync(join(tmpdir(), 'whisker-bench-'));
const trainer = trainerWith(() => {});
const line = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`);
const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

try {
  const { pool, test } = await readFeatures({ network, cache: values.cache ?? null, scratch: folder });
  line('seed', 'accepted', 'wrong: foretold', 'in truth', 'right without', 'right with', 'measured with');
  line('---', '---', '---', '---', '---', '---', '---');
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const labels = chooseLabels(pool.labels, CLASSES, Number(values.labels), seed);
    const before = await learn(labels, new Int32Array(), seed);
    const without = await rightOnTest();
    for (const share of values.accept.split(',').map(Number)) {
      const accepted = surest(before, labels, share);
      const withThem = labels.slice();
      for (const { at, predicted } of accepted) withThem[at] = predicted;
      const after = await learn(
        withThem,
        Int32Array.from(accepted, ({ at }) => at),
        seed,
      );
      const foretold = accepted.reduce((sum, { suspicion }) => sum + suspicion, 0) / accepted.length;
      const wrong = accepted.filter(({ at, predicted }) => predicted !== pool.labels[at]).length / accepted.length;
      const measured = accuracyInUse(after);
      const said = measured ? `${percent(measured.accuracy)} of ${measured.n}` : 'nothing';
      line(
        seed,
        accepted.length,
        percent(foretold),
        percent(wrong),
        percent(without),
        percent(await rightOnTest()),
        said,
      );
    }
  }

  async function learn(labels: Int32Array, unmeasured: Int32Array, seed: number): Promise<TrainReply> {
    return (await trainer.handle({
      kind: 'train-on-features',
      ...{ features: pool.file, labels, unmeasured, keys: randomKeys(labels.length, seed), classes: CLASSES, seed },
      ...{ learnedBefore: new Int32Array(), minutes: 5, device: 'auto', startFrom: null, modelDir: folder },
    })) as TrainReply;
  }

  /** Of the model that was learned last. */
  async function rightOnTest(): Promise<number> {
    const asked = { kind: 'predict-features', features: test.file, modelDir: folder, device: 'auto' } as const;
    const { probabilities } = (await trainer.handle(asked)) as Prediction;
    const right = test.labels.filter((label, i) => mostLikely(probabilities, i, CLASSES) === label);
    return right.length / test.labels.length;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The least suspicious share of what is put into each class. */
function surest(reply: TrainReply, labels: Int32Array, share: number) {
  const ranked = [...rankPredictions({ ...reply, classCount: CLASSES, heldOut: accuracyInUse(reply) })];
  const waiting = ranked.flatMap(({ predicted, suspicion }, at) =>
    labels[at] === -1 ? [{ at, predicted, suspicion }] : [],
  );
  return [...Array(CLASSES).keys()].flatMap((k) => {
    const taken = waiting.filter(({ predicted }) => predicted === k).sort((a, b) => a.suspicion - b.suspicion);
    return taken.slice(0, Math.round(share * taken.length));
  });
}
