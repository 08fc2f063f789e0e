// From packed pictures to feature vectors, in batches, saying how fast it goes.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { WhiskerError } from '../../shared/errors.ts';
import { tf, type Tensor4D } from '../backend/tensorflow.ts';
import type { PixelFile } from '../messages.ts';
import { Pictures } from '../ssgan/pictures.ts';
import type { Backbone } from './load.ts';

const BATCH = 32;

/** [count, features] row-major. onBatch hears how many photos are done. Throws 'cancelled' when stopped. */
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
    for (let from = 0; from < file.count; from += BATCH) {
      if (stopped()) throw new WhiskerError('cancelled', 'Looking at the photos was stopped.');
      const rows = Math.min(BATCH, file.count - from);
      const bytes = new Float32Array(rows * pictures.rowBytes);
      for (let i = 0; i < rows; i++) bytes.set(pictures.row(from + i), i * pictures.rowBytes);
      const batch = tf.tidy(() => {
        const pixels: Tensor4D = tf.tensor4d(bytes, [rows, inputPx, inputPx, 3]);
        return backbone.extract(pixels);
      });
      vectors.set(await batch.data<'float32'>(), from * features);
      batch.dispose();
      onBatch(from + rows);
      await nextTurn();
    }
    return vectors;
  } finally {
    pictures.close();
  }
}
