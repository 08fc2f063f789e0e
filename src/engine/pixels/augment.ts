// Random views of pictures: a native warp (turn, scale, shear, shift, mirror), cutout, and light for colour. The few
// numbers that say how are drawn first; the pictures never leave TensorFlow.

import { warp } from '../tensorflow/picture-ops.ts';
import { tf, type Tensor, type Tensor2D, type Tensor4D } from '../tensorflow/tensorflow.ts';
import { spread, type Random } from '../../shared/random.ts';

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

/** What was drawn for the views of n pictures; light and cutout only where the range has them. */
export interface DrawnView {
  /** [n, 8], see `warp`. */
  transforms: Tensor2D;
  /** [n, 1, 1, 1] each. */
  contrast?: Tensor4D;
  brightness?: Tensor4D;
  /** [n, h, 1, 1] and [n, 1, w, 1]: 1 where the square is, else 0. */
  rows?: Tensor4D;
  columns?: Tensor4D;
}

/** A view for each of `n` pictures, turned by `quarters[i]` quarters. */
export function drawView(
  n: number,
  side: number,
  range: ViewRange,
  mirror: boolean,
  random: Random,
  quarters: ArrayLike<number> = [],
): DrawnView {
  const transforms = new Float32Array(n * 8);
  for (let i = 0; i < n; i++) {
    const mirrored = mirror && random() < 0.5;
    transforms.set(affine(range, side, mirrored, ((quarters[i] ?? 0) * Math.PI) / 2, random), i * 8);
  }
  return {
    transforms: tf.tensor2d(transforms, [n, 8]),
    ...(range.light > 0 && drawLight(n, range.light, random)),
    ...(range.cutout > 0 && drawSquares(n, side, range.cutout, random)),
  };
}

/** Each picture under its own view.  pictures: [n, h, w, c], standardised, so that 0 is the mean colour. */
export function applyView(pictures: Tensor4D, drawn: DrawnView | Record<string, Tensor>): Tensor4D {
  // By name and not by type: a compiled step has other tensors in the same places.
  const { transforms, contrast, brightness, rows, columns } = drawn as DrawnView;
  let view = warp(pictures, transforms);
  if (contrast && brightness) view = tf.add(tf.mul(view, contrast), brightness);
  // x · (1 − row ⊗ column). DeVries & Taylor 2017.
  return rows && columns ? tf.mul(view, tf.sub(1, tf.mul(rows, columns))) : view;
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
function drawLight(n: number, range: number, random: Random): Pick<DrawnView, 'contrast' | 'brightness'> {
  const draw = (base: number) =>
    tf.tensor4d(
      Float32Array.from({ length: n }, () => base + spread(random, range)),
      [n, 1, 1, 1],
    );
  return { contrast: draw(1), brightness: draw(0) };
}

/** Squares of random place, which become the mean colour. */
function drawSquares(n: number, side: number, share: number, random: Random): Pick<DrawnView, 'rows' | 'columns'> {
  const rows = new Float32Array(n * side);
  const columns = new Float32Array(n * side);
  const size = Math.round(share * side);
  for (let i = 0; i < n; i++) {
    for (const mask of [rows, columns]) {
      const start = Math.floor(random() * side) - (size >> 1);
      mask.fill(1, i * side + Math.max(0, start), i * side + Math.min(side, start + size));
    }
  }
  return { rows: tf.tensor4d(rows, [n, side, 1, 1]), columns: tf.tensor4d(columns, [n, 1, side, 1]) };
}
