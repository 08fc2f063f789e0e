// Photos that exist as rows and feature vectors alone: `classes` clouds of points, in turn.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PhotoFeatures } from '../../../src/main/features/feature-service.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';
import type { PhotoId } from '../../../src/shared/types.ts';

/** The photo at position i belongs to cloud i % classes. */
export function madeUpFeatures(dir: string, ids: PhotoId[], { classes = 2, length = 32, noise = 0.15 } = {}) {
  const values = new Float32Array(ids.length * length);
  fillNormal(values, randomStream(1), noise);
  ids.forEach((_, i) => (values[i * length + (i % classes)] = 1));
  const path = join(dir, 'features.f32');
  writeFileSync(path, values);
  const features = { path, length, rows: Int32Array.from(ids.keys()), backbone: 'b'.repeat(64) };
  return { ids, features } satisfies PhotoFeatures;
}
