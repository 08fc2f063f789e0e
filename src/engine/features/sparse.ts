// A sparse matrix in rows, and the one system that is solved with it.

export interface SparseMatrix {
  /** [m + 1] where the entries of each row begin. */
  starts: Int32Array;
  /** Column and value of each entry; a column may come twice in a row, and then counts with the sum. */
  columns: Int32Array;
  values: Float64Array;
}

const MOST_STEPS = 500;
const TOLERANCE = 1e-6;

/**
 * F of (I − α S) F = Y, until each column's residual is a millionth of its right side: conjugate gradients (Hestenes &
 * Stiefel 1952), which converge because S is symmetric with eigenvalues from −1 to 1, and 0 < α < 1.  y: [m, columns]
 * row-major, as is what comes back.
 */
export function solveByConjugateGradients(
  s: SparseMatrix,
  alpha: number,
  y: Float64Array,
  columns: number,
): Float64Array {
  const solution = new Float64Array(y.length);
  const residual = y.slice();
  const direction = y.slice();
  const image = new Float64Array(y.length);
  const goal = columnSums(y, y, columns).map((square) => square * TOLERANCE ** 2);
  let squares = columnSums(residual, residual, columns);
  for (let step = 0; step < MOST_STEPS && squares.some((square, k) => square > (goal[k] ?? 0)); step++) {
    multiply(s, direction, columns, image);
    for (let i = 0; i < y.length; i++) image[i] = direction[i]! - alpha * image[i]!;
    const curvature = columnSums(direction, image, columns);
    const length = squares.map((square, k) => (square === 0 ? 0 : square / curvature[k]!));
    for (let i = 0, k = 0; i < y.length; i++, k = k + 1 === columns ? 0 : k + 1) {
      solution[i]! += length[k]! * direction[i]!;
      residual[i]! -= length[k]! * image[i]!;
    }
    const before = squares;
    squares = columnSums(residual, residual, columns);
    for (let i = 0, k = 0; i < y.length; i++, k = k + 1 === columns ? 0 : k + 1) {
      direction[i] = residual[i]! + (before[k] === 0 ? 0 : squares[k]! / before[k]!) * direction[i]!;
    }
  }
  return solution;
}

/** product = S · x.  x, product: [m, columns] */
function multiply(
  { starts, columns: at, values }: SparseMatrix,
  x: Float64Array,
  width: number,
  product: Float64Array,
) {
  product.fill(0);
  for (let row = 0; row + 1 < starts.length; row++) {
    const to = row * width;
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
      const value = values[entry]!;
      const from = at[entry]! * width;
      for (let k = 0; k < width; k++) product[to + k]! += value * x[from + k]!;
    }
  }
}

/** Σ over the rows of a · b, for each column. */
function columnSums(a: Float64Array, b: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0, k = 0; i < a.length; i++, k = k + 1 === columns ? 0 : k + 1) sums[k]! += a[i]! * b[i]!;
  return sums;
}
