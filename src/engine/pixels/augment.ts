// Random views of pictures: a native warp (turn, scale, shear, shift, mirror), cutout, and light for colour. The few
// numbers that say how are drawn here; the pictures never leave TensorFlow.

import { warp } from '../tensorflow/picture-ops.ts';
import { tf, type Tensor4D } from '../tensorflow/tensorflow.ts';
import { spread, type Random } from '../ssgan/random.ts';

/** Ranges of a random view; shifts and cutout as shares of the side, angles in radians. */
export interface ViewRange {
  turn: number;
  scale: number;
  shear: number;
  shift: number;
  /** Side of the square that is replaced by the mean colour; 0 for none. */
  cutout: number;
  /** Contrast and brightness. */
  light: number;
}

export const stillView: ViewRange = { turn: 0, scale: 0, shear: 0, shift: 0, cutout: 0, light: 0 };
export const weakView: ViewRange = { turn: 0.15, scale: 0.1, shear: 0.1, shift: 0.06, cutout: 0, light: 0 };
export const strongView: ViewRange = { turn: 0.4, scale: 0.2, shear: 0.3, shift: 0.1, cutout: 0.35, light: 0 };

/**
 * Each picture under its own random view, and turned by `quarters[i]` quarters.  pictures: [n, h, w, c], standardised,
 * so that 0 is the mean colour.
 */
export function augment(
  pictures: Tensor4D,
  range: ViewRange,
  mirror: boolean,
  random: Random,
  quarters: ArrayLike<number> = [],
): Tensor4D {
  const [n, side] = pictures.shape;
  const transforms = new Float32Array(n * 8);
  for (let i = 0; i < n; i++) {
    const mirrored = mirror && random() < 0.5;
    transforms.set(affine(range, side, mirrored, ((quarters[i] ?? 0) * Math.PI) / 2, random), i * 8);
  }
  let view = warp(pictures, tf.tensor2d(transforms, [n, 8]));
  if (range.light > 0) view = relight(view, range.light, random);
  return range.cutout > 0 ? cutOut(view, range.cutout, random) : view;
}

/** Output pixel -> input pixel about the centre: [x'; y'] = A·[x − c; y − c] + c + shift. */
function affine(range: ViewRange, side: number, mirrored: boolean, turned: number, random: Random): number[] {
  const angle = turned + spread(random, range.turn);
  const zoom = 1 + spread(random, range.scale);
  const shear = spread(random, range.shear);
  const [cos, sin, flip] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom, mirrored ? -1 : 1];
  const [a, b, d, e] = [flip * cos, flip * (shear * cos - sin), sin, shear * sin + cos];
  const centre = (side - 1) / 2;
  const shiftX = spread(random, range.shift * side);
  const shiftY = spread(random, range.shift * side);
  return [a, b, centre - (a + b) * centre + shiftX, d, e, centre - (d + e) * centre + shiftY, 0, 0];
}

/** x · contrast + brightness, one pair a picture. */
function relight(pictures: Tensor4D, range: number, random: Random): Tensor4D {
  const n = pictures.shape[0];
  const draw = (base: number) =>
    tf.tensor4d(
      Float32Array.from({ length: n }, () => base + spread(random, range)),
      [n, 1, 1, 1],
    );
  return tf.add(tf.mul(pictures, draw(1)), draw(0));
}

/** A square of random place becomes the mean colour: x · (1 − row ⊗ column). DeVries & Taylor 2017. */
function cutOut(pictures: Tensor4D, share: number, random: Random): Tensor4D {
  const [n, side] = pictures.shape;
  const rows = new Float32Array(n * side);
  const columns = new Float32Array(n * side);
  const size = Math.round(share * side);
  for (let i = 0; i < n; i++) {
    for (const mask of [rows, columns]) {
      const start = Math.floor(random() * side) - (size >> 1);
      mask.fill(1, i * side + Math.max(0, start), i * side + Math.min(side, start + size));
    }
  }
  const square = tf.mul(tf.tensor4d(rows, [n, side, 1, 1]), tf.tensor4d(columns, [n, 1, side, 1]));
  return tf.mul(pictures, tf.sub(1, square));
}
