// Feature coordinates as plain numbers: what is asked of them takes many small steps, each too short for a tensor.

/** values: [count, length] row-major. All that is asked of them holds whatever their scale. */
export interface Points {
  values: Float32Array | Int8Array;
  count: number;
  length: number;
}

export interface FloatPoints extends Points {
  values: Float32Array;
}

export const pointsOf = <V extends Points['values']>(values: V, count: number): Points & { values: V } => ({
  values,
  count,
  length: values.length / count,
});

/** The given rows, of each the first `length` coordinates: the leading principal components. */
export function take(points: Points, rows: Int32Array, length = points.length): FloatPoints {
  const kept = Math.min(length, points.length);
  const values = new Float32Array(rows.length * kept);
  rows.forEach((row, i) => {
    const from = row * points.length;
    values.set(points.values.subarray(from, from + kept), i * kept);
  });
  return { values, count: rows.length, length: kept };
}

export const allRows = (count: number): Int32Array => new Int32Array(count).map((_, i) => i);

/** Of row i of one and row j of the other, which have the same length. */
export function squaredDistance(one: Points, i: number, other: Points, j: number): number {
  const { length } = one;
  let sum = 0;
  for (let c = 0, a = i * length, b = j * length; c < length; c++, a++, b++) {
    const difference = one.values[a]! - other.values[b]!;
    sum += difference * difference;
  }
  return sum;
}

/** Points that say how far apart all are. */
const MOST_COMPARED = 100_000;

/**
 * Mean squared distance between two of the points, two at least: 2 n / (n − 1) times the sum of their variances. Of
 * very many some are taken, evenly.
 */
export function usualSquaredDistance(points: Points): number {
  const stride = Math.ceil(points.count / MOST_COMPARED);
  const some = allRows(Math.ceil(points.count / stride)).map((row) => row * stride);
  const { values, count, length } = stride > 1 ? take(points, some) : points;
  const sums = new Float64Array(length);
  let squares = 0;
  for (let at = 0; at < count * length; at++) {
    sums[at % length]! += values[at]!;
    squares += values[at]! ** 2;
  }
  const ofMeans = sums.reduce((total, sum) => total + (sum / count) ** 2, 0);
  return (2 * count * (squares / count - ofMeans)) / (count - 1);
}

/** Of the angle between rows i and j; 0 where one of them is nothing but zeros. */
export function cosine({ values, length }: Points, i: number, j: number): number {
  let [product, one, other] = [0, 0, 0];
  for (let c = 0, a = i * length, b = j * length; c < length; c++, a++, b++) {
    product += values[a]! * values[b]!;
    one += values[a]! ** 2;
    other += values[b]! ** 2;
  }
  return product / Math.max(Math.sqrt(one * other), 1e-12);
}
