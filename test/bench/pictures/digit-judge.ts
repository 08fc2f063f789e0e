// A judge of drawn digits that has nothing to do with the run it judges: a convolutional network of another kind,
// taught by tens of thousands of labels of other digits.

import { accuracyOf } from '../../../src/engine/measuring/held-out.ts';
import { Pictures } from '../../../src/engine/pixels/pictures.ts';
import { batchRows } from '../../../src/engine/pixels/predict.ts';
import { randomStream, shuffle } from '../../../src/shared/random.ts';
import { tf, type Tensor } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { PixelFile } from '../../../src/engine/messages.ts';

const CLASSES = 10;
const BATCH = 64;
const SEED = 20_260;
const SURE = 0.9;

export interface Verdict {
  /** Share of pictures that are taken for some digit with a probability over 0.9. */
  sure: number;
  /** [10] how many of those are taken for each digit. */
  counts: number[];
}

export interface Judge {
  /** On the digits it was tested on. */
  accuracy: number;
  /** What it says of real digits, the most that drawn ones can be expected to reach. */
  ofReal: Verdict;
  judge(pictures: PixelFile): Promise<Verdict>;
}

/** Teaches it each digit twice, and tests it on others. */
export async function teachJudge(
  digits: PixelFile,
  labels: Int32Array,
  test: PixelFile,
  truth: Int32Array,
): Promise<Judge> {
  const scale = { mean: 0, deviation: 1 };
  const network = layers(digits.sizePx);
  const pictures = new Pictures(digits);
  const rows = Int32Array.from(labels.keys());
  const order = Int32Array.from([1, 2].flatMap((pass) => [...shuffle(rows.slice(), randomStream(SEED, pass))]));
  for (let from = 0; from + BATCH <= order.length; from += BATCH) {
    const some = order.subarray(from, from + BATCH);
    const x = pictures.batch(some, scale);
    const y = tf.tensor1d(Array.from(some, (row) => labels[row] ?? 0));
    await network.trainOnBatch(x, y);
    tf.dispose([x, y]);
  }
  pictures.close();

  async function probabilitiesOf(file: PixelFile): Promise<Float32Array> {
    const shown = new Pictures(file);
    const said = new Float32Array(file.count * CLASSES);
    const most = batchRows(file.sizePx);
    for (let from = 0; from < file.count; from += most) {
      const rows = Int32Array.from({ length: Math.min(most, file.count - from) }, (_, i) => from + i);
      const found = tf.tidy(() => network.predict(shown.batch(rows, scale)) as Tensor);
      said.set(await found.data<'float32'>(), from * CLASSES);
      found.dispose();
    }
    shown.close();
    return said;
  }
  const ofTest = await probabilitiesOf(test);
  return {
    accuracy: accuracyOf(ofTest, Array.from(truth), CLASSES).accuracy,
    ofReal: verdictOn(ofTest),
    judge: async (file) => verdictOn(await probabilitiesOf(file)),
  };
}

/** Two convolutions, each with pooling, and a dense layer that knows where in the picture a stroke is. */
function layers(sizePx: number) {
  let seed = SEED;
  const begin = () => ({ kernelInitializer: tf.initializers.heNormal({ seed: seed++ }) });
  const convolution = (filters: number) =>
    tf.layers.conv2d({ filters, kernelSize: 5, padding: 'same', activation: 'relu', ...begin() });
  const network = tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [sizePx, sizePx, 1] }),
      ...[12, 24].flatMap((filters) => [convolution(filters), tf.layers.maxPooling2d({ poolSize: 2 })]),
      tf.layers.flatten(),
      tf.layers.dense({ units: CLASSES, activation: 'softmax', ...begin() }),
    ],
  });
  network.compile({ optimizer: tf.train.adam(2e-3), loss: 'sparseCategoricalCrossentropy' });
  return network;
}

function verdictOn(probabilities: Float32Array): Verdict {
  const counts = new Array<number>(CLASSES).fill(0);
  const rows = probabilities.length / CLASSES;
  for (let row = 0; row < rows; row++) {
    const said = probabilities.subarray(row * CLASSES, (row + 1) * CLASSES);
    const k = said.findIndex((p) => p > SURE);
    if (k >= 0) counts[k]!++;
  }
  return { sure: counts.reduce((sum, n) => sum + n, 0) / rows, counts };
}
