// The coordinates of a library that is too large for float32: a byte a number, 128 MB for a million photos, in the
// space that is fitted to some of them. Kept from one question to the next.

import { tf, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { FeatureFile } from '../messages.ts';
import { isSameFile } from './coordinates.ts';
import { checkThatPhotosDiffer, featureRows } from './feature-file.ts';
import { fitFeatureSpace, projectRows } from './feature-space.ts';
import { drawn, MOST_IN_POOL } from './pool.ts';

export interface CompactCoordinates {
  /** [count, length] row-major; each times `scale` is the coordinate. */
  values: Int8Array;
  scale: number;
  count: number;
  length: number;
}

/** Photos to which the space is fitted. */
const FITTED = 50_000;
/** Coordinates further out than this share of those that the space was fitted to are cut to it. */
const WITHIN = 0.9999;
const CHUNK_ROWS = 65_536;

let kept: { file: FeatureFile; coordinates: CompactCoordinates } | null = null;

export const isLarge = ({ rows }: Pick<FeatureFile, 'rows'>): boolean => rows.length > MOST_IN_POOL;

/**
 * Coordinates to a step of about a hundredth of their range, which is small beside the noise of variance 1 that the
 * networks learn under. Throws as `featureRows`, and when all photos look the same.
 */
export function compactCoordinatesOf(file: FeatureFile): CompactCoordinates {
  if (kept && isSameFile(kept.file, file)) return kept.coordinates;
  kept = null;
  const all = featureRows(file);
  checkThatPhotosDiffer(all);
  const some = featureRows({ ...file, rows: file.rows.filter(everyOther(file.rows.length)) });
  const space = fitFeatureSpace(some);
  const length = space.basis.shape[1];
  const values = new Int8Array(all.count * length);
  let scale = 0;
  let at = 0;
  for (const rows of all.chunks()) {
    const x = projectRows(space, rows);
    const chunk = x.dataSync<'float32'>();
    tf.dispose([rows, x]);
    scale ||= reachOf(chunk) / 127;
    for (let i = 0; i < chunk.length; i++) {
      const step = Math.round(chunk[i]! / scale);
      values[at++] = step > 127 ? 127 : step < -127 ? -127 : step;
    }
  }
  tf.dispose([space.mean, space.basis]);
  const coordinates = { values, scale, count: all.count, length };
  kept = { file: { ...file, rows: file.rows.slice() }, coordinates };
  return coordinates;
}

export function forgetCompactCoordinates(): void {
  kept = null;
}

/** Picks about as many as the space is fitted to, evenly. */
function everyOther(count: number): (row: number, i: number) => boolean {
  const stride = Math.max(1, Math.floor(count / FITTED));
  return (_, i) => i % stride === 0;
}

function reachOf(chunk: Float32Array): number {
  const sizes = chunk.map(Math.abs).sort();
  return sizes[Math.floor(WITHIN * (sizes.length - 1))] || 1;
}

/** [rows.length, length] float32. */
export function gatherCompact({ values, scale, length }: CompactCoordinates, rows: Int32Array): Tensor2D {
  const x = new Float32Array(rows.length * length);
  rows.forEach((row, i) => {
    for (let c = 0, from = row * length, to = i * length; c < length; c++) x[to++] = scale * values[from++]!;
  });
  return tf.tensor2d(x, [rows.length, length]);
}

/** All of them in order; each chunk belongs to whoever takes it. */
export function* compactChunks({ values, scale, count, length }: CompactCoordinates): Generator<Tensor2D> {
  for (let from = 0; from < count; from += CHUNK_ROWS) {
    const bytes = values.subarray(from * length, Math.min(count, from + CHUNK_ROWS) * length);
    const x = new Float32Array(bytes.length);
    for (let i = 0; i < bytes.length; i++) x[i] = scale * bytes[i]!;
    yield tf.tensor2d(x, [bytes.length / length, length]);
  }
}

/** All photos with a label and some others, `most` together: positions, ascending, and their coordinates. */
export function lentCoordinates(
  file: FeatureFile,
  labels: Int32Array,
  seed: number,
  most: number,
): { pool: Int32Array; x: Tensor2D } {
  const pool = drawn(labels, new Int32Array(), seed, most);
  return { pool, x: gatherCompact(compactCoordinatesOf(file), pool) };
}
