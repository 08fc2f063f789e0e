// Predictions of more pictures than one batch, which are native calls from the third batch on.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { pixelClassifier } from '../../../src/engine/pixels/classifier.ts';
import { Pictures } from '../../../src/engine/pixels/pictures.ts';
import { batchRows, predict } from '../../../src/engine/pixels/predict.ts';
import { unpack } from '../../../src/engine/ssgan/parameters.ts';
import { randomStream } from '../../../src/shared/random.ts';
import { native } from '../../../src/engine/tensorflow/execute.ts';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';
import '../../fixtures/needs-tensorflow.ts';

const SIDE = 64;
const COUNT = 4 * batchRows(SIDE) + 3;
const CLASSES = 3;
const scale = { mean: 0.5, deviation: 0.25 };
const folder = mkdtempSync(join(tmpdir(), 'whisker-predict-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('every row of four batches and a bit has the answer of its own picture', async () => {
  const path = join(folder, 'pixels.bin');
  writeFileSync(
    path,
    Uint8Array.from({ length: COUNT * SIDE ** 2 }, (_, i) => (i * (i >> 12)) % 251),
  );
  const pictures = new Pictures({ path, count: COUNT, sizePx: SIDE, channels: 1 });
  const classifier = pixelClassifier({ sizePx: SIDE, channels: 1 }, CLASSES, 'strokes', 4);
  const sample = pictures.batch([0, 1, 2, 3], scale);
  const weights = classifier.initialise(sample, randomStream(1));
  sample.dispose();
  const rows = Int32Array.from({ length: COUNT }, (_, i) => COUNT - 1 - i);

  const before = [tf.memory().numTensors, native.binding.getNumOfTensors()];
  const heard: number[] = [];
  const said = await predict(classifier, weights, pictures, scale, rows, (done) => heard.push(done));
  expect([tf.memory().numTensors, native.binding.getNumOfTensors()]).toEqual(before);
  expect(heard).toEqual([1, 2, 3, 4].map((batches) => batches * batchRows(SIDE)).concat(COUNT));

  for (const row of [0, 1, 300, 600, 800, COUNT - 1]) {
    const expected = tf.tidy(() => {
      const x = pictures.batch([COUNT - 1 - row], scale);
      const { weights: unpacked } = unpack(tf.tensor1d(weights.slice()), classifier.layout);
      return [...tf.softmax(classifier.forward(unpacked, x, null).logits).dataSync()];
    });
    const found = said.subarray(row * CLASSES, (row + 1) * CLASSES);
    expected.forEach((p, k) => expect(found[k], `row ${row}`).toBeCloseTo(p, 5));
  }
  pictures.close();
});

test.skipIf(!('addFunction' in native.binding))('from the third batch on a batch is one native call', async () => {
  const path = join(folder, 'pixels.bin');
  const pictures = new Pictures({ path, count: COUNT, sizePx: SIDE, channels: 1 });
  const classifier = pixelClassifier({ sizePx: SIDE, channels: 1 }, CLASSES, 'strokes', 4);
  const weights = new Float32Array(classifier.layout.size).fill(0.1);
  let calls = new Map<string, number>();
  const rows = Int32Array.from({ length: 3 * batchRows(SIDE) }, (_, i) => i);
  const { binding } = native;
  try {
    native.binding = Object.create(binding, {
      executeOp: {
        value(...call: Parameters<typeof binding.executeOp>) {
          calls.set(call[0], (calls.get(call[0]) ?? 0) + 1);
          return binding.executeOp(...call);
        },
      },
    });
    await predict(classifier, weights, pictures, scale, rows, (done) => {
      if (done === 2 * batchRows(SIDE)) calls = new Map();
    });
  } finally {
    native.binding = binding;
    pictures.close();
  }
  expect([...calls.values()]).toEqual([1]);
});
