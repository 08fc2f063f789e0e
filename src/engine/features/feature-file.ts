// Reads feature vectors out of their flat float32 file, the wanted rows only and a chunk at a time: the file may be
// larger than memory.

import { closeSync, openSync, fstatSync } from 'node:fs';
import { bytesUpTo, readRows } from '../../files/rows.ts';
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
  const rowBytes = length * Float32Array.BYTES_PER_ELEMENT;
  const needed = bytesUpTo(rows, rowBytes);
  // More may be there, also a part of a row: others are being written.
  if (bytes < needed) {
    throw new WhiskerError(
      'bad-input',
      `The features in ${path} are ${bytes} bytes long where rows up to ${needed} were expected.`,
      'Train again.',
    );
  }
  const rowsAtOnce = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
  return {
    count: rows.length,
    length,
    *chunks() {
      for (let from = 0; from < rows.length; from += rowsAtOnce) {
        const some = rows.subarray(from, from + rowsAtOnce);
        const values = new Float32Array(some.length * length);
        withFile(path, (handle) => readRows(handle, new Uint8Array(values.buffer), rowBytes, some));
        yield tf.tensor2d(values, [some.length, length]);
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

function withFile<T>(path: string, use: (handle: number) => T): T {
  let handle: number | undefined;
  try {
    handle = openSync(path, 'r');
    return use(handle);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WhiskerError('not-found', `The features at ${path} can't be read: ${why}.`, 'Train again.');
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
