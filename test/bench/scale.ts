// npm run bench:scale -- [PHOTOS] [LENGTH]: what is asked of the features of PHOTOS photos (1,000,000 unless given)
// that other machines have made, LENGTH numbers of a byte each (128), in two clouds of points: the real engine, from
// the files. Seconds, seconds of the processor, and memory of the engine at its peak.

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantisedRowBytes } from '../../src/files/quantised.ts';
import type { FeatureFile, LearnLiveRequest, TrainerRequest } from '../../src/engine/messages.ts';
import { createExplorer } from '../../src/main/explorer/explorer.ts';
import { fillNormal, randomStream } from '../../src/shared/random.ts';
import { mostLikely } from '../../src/shared/statistics.ts';
import { peakMbOf, processorMsOf } from './process-tree.ts';

const [photos = 1_000_000, length = 128] = process.argv.slice(2).map(Number);
const CLASSES = 2;
const LABELS = 400;
const dir = mkdtempSync(join(tmpdir(), 'whisker-scale-'));

/** Rows of noise that are drawn once and come again, their numbers turned, each about its cloud's centre. */
function writeFeatures(path: string): void {
  const ROWS = 20_000;
  const noise = new Float32Array(ROWS * length);
  fillNormal(noise, randomStream(1), 20);
  const random = randomStream(2);
  const file = openSync(path, 'w');
  const rowBytes = quantisedRowBytes(length);
  for (let from = 0; from < photos; from += ROWS) {
    const rows = Buffer.alloc(Math.min(ROWS, photos - from) * rowBytes);
    for (let row = 0; row * rowBytes < rows.length; row++) {
      rows.writeFloatLE(0.01, row * rowBytes);
      const [start, turn] = [Math.floor(random() * ROWS) * length, Math.floor(random() * length)];
      const cloud = (from + row) % CLASSES;
      for (let c = 0; c < length; c++) {
        const centre = c % CLASSES === cloud ? 8 : 0;
        const value = Math.round(centre + noise[start + ((c + turn) % length)]!);
        rows.writeInt8(Math.max(-127, Math.min(127, value)), row * rowBytes + 4 + c);
      }
    }
    writeSync(file, rows);
  }
  closeSync(file);
}

const path = join(dir, 'features.i8');
writeFeatures(path);
const features: FeatureFile = {
  ...{ path, quantised: path, length, backbone: 'b'.repeat(64) },
  rows: new Int32Array(photos).map((_, i) => -1 - i),
};
const truth = new Int32Array(photos).map((_, i) => i % CLASSES);
const labels = truth.map((label, i) => (i < LABELS ? label : -1));
const bursts = new Int32Array(photos).map((_, i) => i);

const explorer = createExplorer({
  node: process.execPath,
  entry: join(import.meta.dirname, '../../src/engine/entry.ts'),
});
async function timed<R extends TrainerRequest>(what: string, request: R) {
  const before = explorer.pid === null ? 0 : processorMsOf(explorer.pid);
  const began = performance.now();
  const answer = await explorer.ask(request);
  const seconds = (performance.now() - began) / 1000;
  const processor = (processorMsOf(explorer.pid!) - before) / 1000;
  const memory = Math.round(peakMbOf(explorer.pid!));
  console.log(`${what}: ${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of the processor, ${memory} MB at the peak`);
  return answer;
}
const rightOf = (probabilities: Float32Array): string => {
  const right = truth.reduce((sum, label, i) => sum + (mostLikely(probabilities, i, CLASSES) === label ? 1 : 0), 0);
  return `${((100 * right) / photos).toFixed(1)} % right`;
};

const load = loadavg()[0]!.toFixed(1);
console.log(`${photos.toLocaleString('en')} photos, ${length} numbers of a byte each, a load of ${load}`);
const live: LearnLiveRequest = {
  ...{ kind: 'learn-live', features, labels, bursts, classes: CLASSES, effort: 'quick', seed: 1 },
};
await timed('refit, with the engine started and the features read', live);
const refitted = await timed('refit after a label', { ...live, labels: labels.map((k, i) => (i === 0 ? -1 : k)) });
console.log(`  ${rightOf(refitted.probabilities)}`);
await timed('refit that measures itself', { ...live, effort: 'thorough' });
const { probabilities } = refitted;
await timed('12 suggestions', {
  ...{ kind: 'suggest', features, labels, bursts, classes: CLASSES, probabilities },
  ...{ without: new Int32Array(), count: 12, seed: 1 },
});
await timed('which of 400 labels look wrong', {
  kind: 'find-doubtful-labels',
  features,
  labels,
  classes: CLASSES,
  seed: 1,
});
await timed('100 photos alike', { kind: 'find-alike', features, position: 0, count: 100 });
await timed('piles', { kind: 'find-piles', features, among: null, piles: null, seed: 1 });
await explorer.rest();
const trained = await timed('a whole run: SSGAN, labels-only, logistic regression and graph, and all predicted', {
  ...{ kind: 'train-on-features', features, labels, classes: CLASSES, keys: Uint32Array.from(bursts) },
  ...{
    learnedBefore: new Int32Array(),
    seed: 1,
    minutes: 10,
    device: 'auto',
    startFrom: null,
    modelDir: join(dir, 'model'),
  },
});
console.log(`  ${rightOf(trained.probabilities)}, by ${trained.receipt.active}, after ${trained.steps} steps`);
await explorer.rest();
rmSync(dir, { recursive: true });
