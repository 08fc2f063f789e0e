// The coordinates of a library's photos, kept from one question to the next: piles, suggestions and the heads that
// learn while somebody labels all look at the same ones.

import { tf, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { FeatureFile } from '../messages.ts';
import { checkThatPhotosDiffer, featureRows } from './feature-file.ts';
import { fitFeatureSpace, project } from './feature-space.ts';

interface Kept {
  file: FeatureFile;
  x: Tensor2D;
}

let kept: Kept | null = null;

/**
 * [count, k] coordinates in the space that is fitted to these very photos; they belong to this file, and hold until the
 * next call. Throws 'not-found' or 'bad-input' as `featureRows` does, and when all photos look the same.
 */
export function coordinatesOf(file: FeatureFile): Tensor2D {
  if (kept && isSameFile(kept.file, file)) return kept.x;
  forgetCoordinates();
  const rows = featureRows(file);
  checkThatPhotosDiffer(rows);
  const space = fitFeatureSpace(rows);
  const x = project(space, rows);
  tf.dispose([space.mean, space.basis]);
  kept = { file: { ...file, rows: file.rows.slice() }, x };
  return x;
}

export function forgetCoordinates(): void {
  kept?.x.dispose();
  kept = null;
}

export const isSameFile = (one: FeatureFile, other: FeatureFile): boolean =>
  one.path === other.path &&
  one.quantised === other.quantised &&
  one.backbone === other.backbone &&
  one.rows.length === other.rows.length &&
  one.rows.every((row, i) => row === other.rows[i]);
