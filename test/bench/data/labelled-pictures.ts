// Pictures with their true classes, laid out as the trainer reads them, and the few labels a person would have given.

import { writeFileSync } from 'node:fs';
import { randomStream, shuffle } from '../../../src/shared/random.ts';
import type { PixelFile } from '../../../src/engine/messages.ts';

export interface LabelledPictures {
  count: number;
  sizePx: number;
  channels: 1 | 3;
  /** [count, sizePx, sizePx, channels] */
  pixels: Uint8Array;
  /** [count] class of each. */
  labels: Int32Array;
}

/** `wanted` labels drawn at random, equally many of each class; -1 elsewhere. */
export function chooseLabels(truth: Int32Array, classes: number, wanted: number, seed: number): Int32Array {
  const labels = new Int32Array(truth.length).fill(-1);
  const left = Array.from({ length: classes }, () => wanted / classes);
  for (const i of shuffle(Int32Array.from(truth.keys()), randomStream(seed, 77))) {
    const k = truth[i] ?? 0;
    if ((left[k] ?? 0) < 1) continue;
    left[k] = (left[k] ?? 0) - 1;
    labels[i] = k;
  }
  return labels;
}

/** A number for each photo by which some of the labels are held out. */
export function randomKeys(count: number, seed: number): Uint32Array {
  const random = randomStream(seed, 78);
  return Uint32Array.from({ length: count }, () => random() * 2 ** 32);
}

export function packPictures(path: string, { pixels, count, sizePx, channels }: LabelledPictures): PixelFile {
  writeFileSync(path, pixels);
  return { path, count, sizePx, channels };
}
