// The few of many that count most.

import { positions } from '../ssgan/batches.ts';

/**
 * Places of the `most` highest values, the highest first, the earlier one where they are the same. Of millions only
 * those that can be among them are put in order.
 */
export function highest(values: Float32Array, most: number): Int32Array {
  const least = values.toSorted()[Math.max(0, values.length - most)] ?? 0;
  return positions(values, (value) => value >= least)
    .sort((a, b) => values[b]! - values[a]! || a - b)
    .subarray(0, most);
}
