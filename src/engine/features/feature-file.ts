// Reads feature vectors out of their flat float32 file, the wanted rows only and a chunk at a time: the file may be
// larger than memory.

import { closeSync, openSync, readSync, fstatSync } from 'node:fs';
import { WhiskerError } from '../../shared/errors.ts';
import { tf } from '../tensorflow/tensorflow.ts';
import type { FeatureFile } from '../messages.ts';
import type { RowSource } from './feature-space.ts';

const CHUNK_BYTES = 16 * 2 ** 20;

/**
 * Throws 'not-found' or 'bad-input' when the file is not what `file` says. Each pass over the chunks reads them anew.
 */
export function featureRows(file: FeatureFile): RowSource {
  const { path, length, rows } = file;
  const bytes = withFile(path, (handle) => fstatSync(handle).size);
  const needed = (rows.reduce((most, row) => Math.max(most, row), -1) + 1) * length * 4;
  if (bytes < needed || bytes % (length * 4) !== 0) {
    throw new WhiskerError(
      'bad-input',
      `The features in ${path} are ${bytes} bytes long where rows of ${length * 4} up to ${needed} were expected.`,
      'Train again.',
    );
  }
  const rowsAtOnce = Math.max(1, Math.floor(CHUNK_BYTES / (length * 4)));
  return {
    count: rows.length,
    length,
    *chunks() {
      for (let from = 0; from < rows.length; from += rowsAtOnce) {
        const some = rows.subarray(from, from + rowsAtOnce);
        yield tf.tensor2d(
          withFile(path, (handle) => readRows(handle, length, some)),
          [some.length, length],
        );
      }
    },
  };
}

/** Throws 'bad-input' when every photo has the very same features: there is nothing to tell apart. */
export function checkThatPhotosDiffer(source: RowSource): void {
  let first: Float32Array | null = null;
  for (const chunk of source.chunks()) {
    const values = chunk.dataSync<'float32'>();
    chunk.dispose();
    first ??= values.slice(0, source.length);
    const { length } = source;
    if (values.some((value, i) => value !== first?.[i % length])) return;
  }
  throw new WhiskerError(
    'bad-input',
    'All photos look exactly the same, so there is nothing to tell apart.',
    'Check that the folder holds different photos.',
  );
}

/** [rows.length * length]; neighbours in the file are read together. */
function readRows(handle: number, length: number, rows: Int32Array): Float32Array {
  const values = new Float32Array(rows.length * length);
  for (let from = 0; from < rows.length;) {
    const first = rows[from] ?? 0;
    let to = from + 1;
    while (to < rows.length && rows[to] === first + to - from) to++;
    const target = values.subarray(from * length, to * length);
    readSync(handle, target, 0, target.byteLength, first * length * 4);
    from = to;
  }
  return values;
}

function withFile<T>(path: string, use: (handle: number) => T): T {
  let handle;
  try {
    handle = openSync(path, 'r');
  } catch {
    throw new WhiskerError('not-found', `The features at ${path} can't be read.`, 'Train again.');
  }
  try {
    return use(handle);
  } finally {
    closeSync(handle);
  }
}
