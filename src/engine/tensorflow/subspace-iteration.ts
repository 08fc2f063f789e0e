// The leading eigenvectors of a symmetric matrix without LAPACK: orthogonal iteration of twice as many vectors as are
// wanted, then Rayleigh–Ritz (Golub & Van Loan, sections 8.2.4 and 8.5). The products are TensorFlow's; what must be
// exact is done in doubles.

import { fillStateless } from './philox.ts';
import { tf, type Tensor2D } from './tensorflow.ts';

/** Vectors iterated for each one wanted: the error shrinks by (λ_2k / λ_k)² a round. */
const OVERSAMPLING = 2;
/** Where the spectrum is so flat that these are not enough, one direction is worth as much as another. */
const ROUNDS = 4;
const MOST_SWEEPS = 30;
/** Of a row's length: doubles still know the direction of what is left above it. */
const LOST = 1e-4;
/** Less is rounding. */
const NOTHING = 1e-30;

/** The eigenvectors of the `count` largest eigenvalues, largest first.  positive semidefinite: [d, d] -> [d, count]. */
export function leadingEigenvectors(symmetric: Tensor2D, count: number): Tensor2D {
  const side = symmetric.shape[0];
  const width = Math.min(side, OVERSAMPLING * count);
  return tf.tidy(() => {
    const basis = width < side ? iterate(symmetric, width) : tf.eye(side); // [width, side], one vector a row
    const ritz = tf.matMul(tf.matMul(basis, symmetric), basis, false, true);
    const rotation = tf.tensor2d(eigenvectorRows(Float64Array.from(ritz.dataSync<'float32'>()), width, count), [
      count,
      width,
    ]);
    return tf.transpose(tf.matMul(rotation, basis));
  });
}

/** An orthonormal basis of the subspace that A stretches most, `width` vectors as rows. */
function iterate(symmetric: Tensor2D, width: number): Tensor2D {
  const side = symmetric.shape[0];
  let rows = fillStateless(width * side, [1, side]);
  for (let round = 0; round < ROUNDS; round++) {
    orthonormalise(rows, side);
    const stretched = tf.tidy(() => tf.matMul(tf.matMul(tf.tensor2d(rows, [width, side]), symmetric), symmetric));
    rows = stretched.dataSync<'float32'>();
    stretched.dispose();
  }
  orthonormalise(rows, side);
  return tf.tensor2d(rows, [width, side]);
}

/**
 * Modified Gram–Schmidt in place, in doubles, and again for a row that loses nearly all of its length; one of which
 * nothing is left, because it depends on those before it, becomes a random one.
 */
function orthonormalise(rows: Float32Array, side: number): void {
  const done: Float64Array[] = [];
  for (let at = 0; at < rows.length; at += side) {
    let row = Float64Array.from(rows.subarray(at, at + side));
    let before = norm(row);
    let length = withoutThose(row, done);
    while (length <= LOST * before) {
      if (length < NOTHING) row = Float64Array.from(fillStateless(side, [2, at]));
      before = norm(row);
      length = withoutThose(row, done);
    }
    const unit = row.map((value) => value / length);
    done.push(unit);
    rows.set(unit, at);
  }
}

/** Takes from `row` what it has of the unit vectors `those`, and returns the length that is left. */
function withoutThose(row: Float64Array, those: readonly Float64Array[]): number {
  for (const one of those) subtract(row, one, dot(row, one));
  return norm(row);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] ?? 0) * (b[j] ?? 0);
  return sum;
}

const norm = (row: Float64Array): number => Math.sqrt(dot(row, row));

function subtract(row: Float64Array, one: Float64Array, times: number): void {
  for (let j = 0; j < row.length; j++) row[j] = (row[j] ?? 0) - times * (one[j] ?? 0);
}

/** Cyclic Jacobi: the eigenvectors of the `count` largest eigenvalues as rows, [count, side].  a: [side, side]. */
function eigenvectorRows(a: Float64Array, side: number, count: number): Float32Array {
  const at = (i: number, j: number): number => a[i * side + j] ?? 0;
  const vectors = new Float64Array(side * side);
  for (let i = 0; i < side; i++) vectors[i * side + i] = 1;
  const scale = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let sweep = 0, largest = scale; largest > 1e-11 * scale && sweep < MOST_SWEEPS; sweep++) {
    largest = 0;
    for (let p = 0; p < side; p++) {
      for (let q = p + 1; q < side; q++) {
        const off = at(p, q);
        largest = Math.max(largest, Math.abs(off));
        if (Math.abs(off) <= 1e-13 * scale) continue;
        const theta = (at(q, q) - at(p, p)) / (2 * off);
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const cosine = 1 / Math.hypot(tangent, 1);
        rotate(a, side, p, q, cosine, tangent * cosine);
        turn(vectors, p * side, q * side, 1, side, cosine, tangent * cosine);
      }
    }
  }
  const order = Array.from({ length: side }, (_, i) => i).sort((i, j) => at(j, j) - at(i, i));
  const leading = new Float32Array(count * side);
  order.slice(0, count).forEach((i, to) => leading.set(vectors.subarray(i * side, (i + 1) * side), to * side));
  return leading;
}

/** Rows and columns p and q of a symmetric matrix. */
function rotate(a: Float64Array, side: number, p: number, q: number, cosine: number, sine: number): void {
  turn(a, p, q, side, side, cosine, sine);
  turn(a, p * side, q * side, 1, side, cosine, sine);
}

/** x ← c·x − s·y, y ← s·x + c·y for the `count` numbers from x and from y, `stride` apart. */
function turn(
  a: Float64Array,
  x: number,
  y: number,
  stride: number,
  count: number,
  cosine: number,
  sine: number,
): void {
  for (let k = 0; k < count; k++) {
    const [i, j] = [x + k * stride, y + k * stride];
    const [u, v] = [a[i] ?? 0, a[j] ?? 0];
    a[i] = cosine * u - sine * v;
    a[j] = sine * u + cosine * v;
  }
}
