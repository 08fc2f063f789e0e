// Reads MNIST's idx files and lays the digits out as the packed pictures that the trainer reads, 28 px centred in 32.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LabelledPictures } from './labelled-pictures.ts';

const SIDE = 28;
const PADDED = 32;

/** `part`: the 60,000 training digits or the 10,000 test digits. */
export function readMnist(folder: string, part: 'train' | 't10k'): LabelledPictures {
  const images = gunzipSync(readFileSync(join(folder, `${part}-images-idx3-ubyte.gz`)));
  const classes = gunzipSync(readFileSync(join(folder, `${part}-labels-idx1-ubyte.gz`)));
  const count = images.readUInt32BE(4);
  const pixels = new Uint8Array(count * PADDED * PADDED);
  const margin = (PADDED - SIDE) / 2;
  for (let i = 0; i < count; i++) {
    for (let y = 0; y < SIDE; y++) {
      const from = 16 + (i * SIDE + y) * SIDE;
      pixels.set(images.subarray(from, from + SIDE), (i * PADDED + y + margin) * PADDED + margin);
    }
  }
  return { count, sizePx: PADDED, channels: 1, pixels, labels: Int32Array.from(classes.subarray(8)) };
}
