// Class probabilities for many pictures with finished weights, in batches that leave the process able to listen.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { compiled } from '../tensorflow/backend-ops.ts';
import { tf, type Tensor2D, type Tensor4D } from '../tensorflow/tensorflow.ts';
import type { Classifier } from '../ssgan/network.ts';
import { unpack } from '../ssgan/parameters.ts';
import type { Pictures } from './pictures.ts';
import type { PixelScale } from './generator.ts';

/** Pictures at once: many small ones, few large ones. */
export const batchRows = (sizePx: number): number => Math.max(8, Math.min(250, Math.floor(2 ** 20 / sizePx ** 2)));

/** [rows.length, K] row-major.  weights: the classifier's flat vector.  onBatch hears how many rows are done. */
export async function predict(
  classifier: Classifier<Tensor4D>,
  weights: Float32Array,
  pictures: Pictures,
  scale: PixelScale,
  rows: ArrayLike<number>,
  onBatch?: (done: number) => void,
): Promise<Float32Array> {
  const rowsAtOnce = batchRows(pictures.file.sizePx);
  const flat = tf.tensor1d(weights.slice());
  const answer = (x: Tensor4D): Tensor2D =>
    tf.softmax(classifier.forward(unpack(flat, classifier.layout).weights, x, null).logits);
  const whole = compiled(([x]) => [answer(x as Tensor4D)]);
  const batches: Float32Array[] = [];
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = Array.from({ length: Math.min(rowsAtOnce, rows.length - from) }, (_, i) => rows[from + i] ?? 0);
    const probabilities = tf.tidy(() => {
      const x = pictures.batch(some, scale);
      // The last ones may be fewer, and nothing is gained by a function for one call.
      return (some.length === rowsAtOnce ? whole.run([[x]], '')[0] : null) ?? answer(x);
    });
    batches.push(await probabilities.data<'float32'>());
    probabilities.dispose();
    onBatch?.(from + some.length);
    await nextTurn();
  }
  flat.dispose();
  const classes = batches[0] ? batches[0].length / Math.min(rowsAtOnce, rows.length) : 0;
  const all = new Float32Array(rows.length * classes);
  batches.forEach((batch, i) => all.set(batch, i * rowsAtOnce * classes));
  return all;
}
