// From packed pictures to feature vectors, in batches, saying how fast it goes.

import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WhiskerError } from '../../shared/errors.ts';
import { isOutOfMemory } from '../tensorflow/out-of-memory.ts';
import { tf, type Tensor4D } from '../tensorflow/tensorflow.ts';
import type { PixelFile } from '../messages.ts';
import { Pictures } from '../pixels/pictures.ts';
import type { Backbone } from './load.ts';

/** Batches grow from few photos to many, as long as one takes a moment only: a stop is heard between two. */
const [FIRST_BATCH, LARGEST_BATCH] = [8, 128];
const MOMENT_MS = 200;

/**
 * [count, features] row-major. onBatch hears how many photos are done. Throws 'cancelled' when stopped, 'bad-input'
 * when the backbone gives values that are no numbers.
 */
export async function extractFeatures(
  backbone: Backbone,
  file: PixelFile,
  stopped: () => boolean,
  onBatch: (done: number) => void,
): Promise<Float32Array> {
  const { inputPx, features } = backbone;
  if (file.sizePx !== inputPx || file.channels !== 3) {
    throw new WhiskerError(
      'bad-input',
      `The backbone takes ${inputPx} px pictures in colour, not ${file.sizePx} px ones.`,
    );
  }
  const pictures = new Pictures(file);
  const vectors = new Float32Array(file.count * features);
  try {
    let size = FIRST_BATCH;
    for (let from = 0; from < file.count;) {
      if (stopped()) throw new WhiskerError('cancelled', 'Looking at the photos was stopped.');
      const began = performance.now();
      const rows = Math.min(size, file.count - from);
      try {
        vectors.set(await extractRows(backbone, pictures, from, rows), from * features);
      } catch (error) {
        if (!isOutOfMemory(error) || size === 1) throw error;
        size = Math.ceil(size / 2);
        continue;
      }
      from += rows;
      onBatch(from);
      if (performance.now() - began < MOMENT_MS) size = Math.min(LARGEST_BATCH, 2 * size);
      await nextTurn();
    }
    return vectors;
  } finally {
    pictures.close();
  }
}

async function extractRows(backbone: Backbone, pictures: Pictures, from: number, rows: number): Promise<Float32Array> {
  const { inputPx } = backbone;
  const bytes = new Float32Array(rows * pictures.rowBytes);
  for (let i = 0; i < rows; i++) bytes.set(pictures.row(from + i), i * pictures.rowBytes);
  const batch = tf.tidy(() => {
    const pixels: Tensor4D = tf.tensor4d(bytes, [rows, inputPx, inputPx, 3]);
    return backbone.extract(pixels);
  });
  const vectors = await batch.data<'float32'>();
  batch.dispose();
  if (vectors.every(Number.isFinite)) return vectors;
  throw new WhiskerError(
    'bad-input',
    `The backbone ${backbone.name} gives values that are no numbers, so nothing can be learned on it.`,
    'Choose another backbone, or learn from the photos alone.',
  );
}
