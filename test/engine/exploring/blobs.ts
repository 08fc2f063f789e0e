// Points in well separated groups, as a file of feature vectors.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureFile } from '../../../src/engine/messages.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';

const LENGTH = 16;

/** `sizes[g]` points about the g-th axis, group after group; `spread` is their deviation in each direction. */
export function blobs(folder: string, sizes: number[], spread = 0.08, seed = 1) {
  const groupOf = Int32Array.from(sizes.flatMap((size, group) => new Array<number>(size).fill(group)));
  const values = new Float32Array(groupOf.length * LENGTH);
  fillNormal(values, randomStream(seed), spread);
  groupOf.forEach((group, i) => (values[i * LENGTH + group] = 1 + (values[i * LENGTH + group] ?? 0)));
  const features = featureFile(join(folder, `blobs-${sizes.join('-')}-${spread}-${seed}.f32`), values, LENGTH);
  return { features, groupOf, values, length: LENGTH };
}

/** Rows of `length` as a file. */
export function featureFile(path: string, values: Float32Array, length: number): FeatureFile {
  writeFileSync(path, values);
  const rows = Int32Array.from({ length: values.length / length }, (_, i) => i);
  return { path, length, rows, backbone: 'b'.repeat(64) };
}
