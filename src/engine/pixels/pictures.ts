// Reads training pictures from their flat file, a batch at a time. Small files are kept in memory; decoding is never
// done here.

import { closeSync, fstatSync, openSync } from 'node:fs';
import { bytesUpTo, readRows } from '../../files/rows.ts';
import { readAt } from '../../files/whole-file.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { PixelFile } from '../messages.ts';
import { tf, type Tensor4D } from '../tensorflow/tensorflow.ts';
import type { PixelScale } from './generator.ts';

const IN_MEMORY_BYTES = 1 << 30;
const SAMPLE = 1000;

export class Pictures {
  readonly file: PixelFile;
  readonly rowBytes: number;
  readonly #descriptor: number;
  /** Where each picture lies in the file. */
  readonly #rows: Int32Array;
  readonly #memory: Uint8Array | null;

  /** Throws 'not-found' when the file is not there and 'bad-input' when it does not hold the pictures. */
  constructor(file: PixelFile) {
    this.file = file;
    this.rowBytes = file.sizePx * file.sizePx * file.channels;
    this.#rows = file.rows ?? Int32Array.from({ length: file.count }, (_, i) => i);
    this.#descriptor = reading(file, () => openSync(file.path, 'r'));
    const found = fstatSync(this.#descriptor).size;
    const bytes = bytesUpTo(this.#rows, this.rowBytes);
    // Where rows are named the file may hold other pictures too.
    if (file.rows ? found < bytes : found !== bytes) {
      closeSync(this.#descriptor);
      throw new WhiskerError(
        'bad-input',
        `The prepared pictures in ${file.path} are ${found} bytes long where ${bytes} were expected.`,
        'Train again; the pictures are then prepared anew.',
      );
    }
    const wanted = this.rowBytes * file.count;
    this.#memory = wanted <= IN_MEMORY_BYTES ? new Uint8Array(wanted) : null;
    const memory = this.#memory;
    if (memory) reading(file, () => readRows(this.#descriptor, memory, this.rowBytes, this.#rows));
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  row(index: number): Uint8Array {
    const { rowBytes } = this;
    if (this.#memory) return this.#memory.subarray(index * rowBytes, (index + 1) * rowBytes);
    const row = new Uint8Array(rowBytes);
    reading(this.file, () => readAt(this.#descriptor, row, (this.#rows[index] ?? 0) * rowBytes));
    return row;
  }

  /** [indices.length, side, side, channels], standardised. */
  batch(indices: ArrayLike<number>, scale: PixelScale): Tensor4D {
    const { sizePx, channels } = this.file;
    const values = new Float32Array(indices.length * this.rowBytes);
    const table = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - scale.mean) / scale.deviation);
    for (let i = 0, at = 0; i < indices.length; i++) {
      const row = this.row(indices[i] ?? 0);
      for (let j = 0; j < row.length; j++) values[at++] = table[row[j] ?? 0] ?? 0;
    }
    return tf.tensor4d(values, [indices.length, sizePx, sizePx, channels]);
  }

  /** Mean and deviation over evenly spread pictures. Throws 'bad-input' when all of those are the same picture. */
  measureScale(): PixelScale {
    const { count } = this.file;
    const stride = Math.max(1, Math.floor(count / SAMPLE));
    const first = Buffer.from(this.row(0));
    let same = true;
    let sum = 0;
    let squares = 0;
    let n = 0;
    for (let i = 0; i < count; i += stride) {
      const row = this.row(i);
      same &&= first.equals(row);
      for (const byte of row) {
        sum += byte;
        squares += byte * byte;
      }
      n += row.length;
    }
    if (same) {
      throw new WhiskerError(
        'bad-input',
        'All photos look exactly the same, so there is nothing to tell apart.',
        'Check that the folder holds different photos.',
      );
    }
    const mean = sum / n;
    return { mean: mean / 255, deviation: Math.max(0.02, Math.sqrt(squares / n - mean * mean) / 255) };
  }
}

function reading<T>({ path }: PixelFile, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new WhiskerError(
      'not-found',
      `The prepared pictures in ${path} can't be read: ${error instanceof Error ? error.message : String(error)}.`,
      'Train again; the pictures are then prepared anew.',
    );
  }
}
