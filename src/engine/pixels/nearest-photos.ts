// Which photos are nearest to what the generator draws, and whether that is nearer than photos are to each other: a
// generator that had copied its photos would draw them nearer (Meehan, Chaudhuri and Dasgupta 2020, "A Non-Parametric
// Test to Detect Data-Copying in Generative Models"; what they hold out is here the other photos of the library).
// By pixels, which a copy can't hide from: the classifier's features lie so close by class that they tell no photo from
// the next, and a pretrained network takes every blurred drawing for the same few photos.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { nearest, unitLength } from '../measuring/nearest.ts';
import { evenly } from '../measuring/held-out.ts';
import type { FindNearestPhotosRequest, NearestPhotos } from '../messages.ts';
import { tf, type Tensor1D, type Tensor2D, type Tensor4D } from '../tensorflow/tensorflow.ts';
import { drawSheet } from './drawings.ts';
import type { PixelScale } from './generator.ts';
import { Pictures } from './pictures.ts';
import { batchRows } from './predict.ts';

const EACH = 3;
/** Photos whose nearest other photo is looked for. */
const COMPARED = 500;
/** Side to which pictures are made smaller, at least: a pixel's place does not matter, nor does noise. */
const COMPARED_PX = 16;
const bytesOverOne: PixelScale = { mean: 0, deviation: 1 };

/** Throws 'not-found' when the run has left no generator, 'bad-input' when the pictures are of another size. */
export async function findNearestPhotos({ of, pixels, mirror }: FindNearestPhotosRequest): Promise<NearestPhotos> {
  const pictures = new Pictures(pixels);
  try {
    return await nearestPhotos(drawSheet(of, bytesOverOne), pictures, mirror);
  } finally {
    pictures.close();
  }
}

/**
 * drawn: [n, side, side, channels], 0 to 1, which is disposed of. The distance is 1 − cosine of the two pictures less
 * the mean photo, 0 to 2; with `mirror` that of the nearer of a picture and its mirror image.
 */
export async function nearestPhotos(drawn: Tensor4D, pictures: Pictures, mirror: boolean): Promise<NearestPhotos> {
  const { count, sizePx } = pictures.file;
  const rowsOf = (rows: ArrayLike<number>) => pictures.batch(rows, bytesOverOne);
  const some = evenly(
    Int32Array.from({ length: count }, (_, i) => i),
    COMPARED,
  );
  const compared = tf.tidy(() => rowsOf(some));
  const centre = tf.tidy(() => tf.mean<Tensor1D>(small(compared), 0));
  const points = (x: Tensor4D): Tensor2D => tf.tidy(() => unitLength(tf.sub(small(x), centre)));
  const views = (x: Tensor4D): Tensor2D[] => [points(x), ...(mirror ? [tf.tidy(() => points(tf.reverse(x, 2)))] : [])];
  const [ofDrawn, ofPhotos] = [views(drawn), views(compared)];
  const photosFor = Array.from({ length: drawn.shape[0] }, (): Found[] => []);
  const othersFor = Array.from(some, (): Found[] => []);
  const atOnce = batchRows(sizePx);
  for (let from = 0; from < count; from += atOnce) {
    const rows = Array.from({ length: Math.min(atOnce, count - from) }, (_, i) => from + i);
    const photos = tf.tidy(() => points(rowsOf(rows)));
    for (const queries of ofDrawn) await gather(queries, photos, from, EACH, photosFor);
    for (const queries of ofPhotos) await gather(queries, photos, from, 2, othersFor, some);
    photos.dispose();
    await nextTurn();
  }
  tf.dispose([drawn, compared, centre, ...ofDrawn, ...ofPhotos]);
  const each = Math.min(EACH, count);
  return {
    each,
    positions: Int32Array.from(photosFor.flatMap((found) => found.slice(0, each).map(({ photo }) => photo))),
    distances: Float32Array.from(photosFor.flatMap((found) => found.slice(0, each).map(({ distance }) => distance))),
    betweenPhotos: Float32Array.from(othersFor.flatMap(([first]) => (first ? [first.distance] : []))).sort(),
  };
}

/** [n, side, side, channels] -> [n, numbers] */
const small = (x: Tensor4D): Tensor2D => {
  const window = Math.max(1, Math.floor(x.shape[1] / COMPARED_PX));
  return tf.avgPool(x, window, window, 'valid').reshape([x.shape[0], -1]);
};

interface Found {
  photo: number;
  distance: number;
}

/** Merges the nearest of these photos, the first of which is number `from`, into the nearest so far, without itself. */
async function gather(
  queries: Tensor2D,
  photos: Tensor2D,
  from: number,
  wanted: number,
  into: Found[][],
  itself?: Int32Array,
): Promise<void> {
  const { each, indices, cosines } = await nearest(queries, photos, wanted);
  into.forEach((found, row) => {
    for (let i = row * each; i < (row + 1) * each; i++) {
      const one = { photo: from + (indices[i] ?? 0), distance: Math.max(0, 1 - (cosines[i] ?? 0)) };
      if (one.photo === itself?.[row]) continue;
      const mirrored = found.find(({ photo }) => photo === one.photo);
      if (!mirrored) found.push(one);
      else mirrored.distance = Math.min(mirrored.distance, one.distance);
    }
    found.sort((a, b) => a.distance - b.distance).splice(EACH);
  });
}
