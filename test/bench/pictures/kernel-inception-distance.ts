// How far drawn pictures are from real ones: the kernel inception distance of Bińkowski et al. (2018), here over the
// features of Whisker's own pretrained network. Unlike Fréchet's, it is unbiased however few pictures there are.

import { randomStream, shuffle } from '../../../src/shared/random.ts';

/** Feature vectors, [count, length] row-major. */
export interface Vectors {
  values: Float32Array;
  count: number;
  length: number;
}

export interface Distance {
  mean: number;
  /** Standard deviation over the subsets. */
  deviation: number;
}

const SUBSETS = 50;
const MOST_IN_SUBSET = 250;
const SEED = 91;

/** Mean over subsets of `size` of the unbiased squared maximum mean discrepancy with the kernel (xᵀy/d + 1)³. */
export function kernelInceptionDistance(
  a: Vectors,
  b: Vectors,
  size = Math.min(MOST_IN_SUBSET, Math.min(a.count, b.count) >> 1),
): Distance {
  const within = [kernel(a, a), kernel(b, b)] as const;
  const between = kernel(a, b);
  const random = randomStream(SEED);
  const some = (count: number) =>
    shuffle(
      Int32Array.from({ length: count }, (_, i) => i),
      random,
    ).subarray(0, size);
  const found = Array.from({ length: SUBSETS }, () => {
    const [rows, columns] = [some(a.count), some(b.count)];
    return (
      (sumOver(within[0], a.count, rows, rows) + sumOver(within[1], b.count, columns, columns)) / (size * (size - 1)) -
      (2 * sumOver(between, b.count, rows, columns)) / size ** 2
    );
  });
  const mean = found.reduce((sum, value) => sum + value, 0) / SUBSETS;
  return { mean, deviation: Math.sqrt(found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / SUBSETS) };
}

/** [a.count, b.count]; 0 for a vector with itself, which the unbiased estimate leaves out. */
function kernel(a: Vectors, b: Vectors): Float64Array {
  if (a.length !== b.length) throw new Error("Vectors of different networks can't be compared.");
  const all = new Float64Array(a.count * b.count);
  for (let i = 0; i < a.count; i++) {
    const x = a.values.subarray(i * a.length, (i + 1) * a.length);
    for (let j = 0; j < b.count; j++) {
      if (a === b && i === j) continue;
      const from = j * b.length;
      let product = 0;
      for (let k = 0; k < x.length; k++) product += (x[k] ?? 0) * (b.values[from + k] ?? 0);
      all[i * b.count + j] = (product / a.length + 1) ** 3;
    }
  }
  return all;
}

function sumOver(kernel: Float64Array, width: number, rows: Int32Array, columns: Int32Array): number {
  let sum = 0;
  for (const row of rows) for (const column of columns) sum += kernel[row * width + column] ?? 0;
  return sum;
}
