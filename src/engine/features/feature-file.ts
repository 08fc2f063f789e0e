// Reads feature vectors out of their flat files, the wanted rows only and a chunk at a time: they may be larger than
// memory. Most lie in one of float32; those that other machines have made may lie in one of a byte a number.

import { closeSync, openSync, fstatSync } from 'node:fs';
import { dequantise, quantisedRowBytes } from '../../files/quantised.ts';
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
  const { length, rows } = file;
  const rowBytes = length * Float32Array.BYTES_PER_ELEMENT;
  checkLength(file.path, bytesUpTo(rows, rowBytes));
  if (file.quantised !== undefined) checkLength(file.quantised, bytesUpTo(rows.map(other), quantisedRowBytes(length)));
  const rowsAtOnce = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
  return {
    count: rows.length,
    length,
    *chunks() {
      for (let from = 0; from < rows.length; from += rowsAtOnce) {
        const some = rows.subarray(from, from + rowsAtOnce);
        yield tf.tensor2d(readVectors(file, some), [some.length, length]);
      }
    },
  };
}

/** Row -1 - r of the one file is row r of the other. */
const other = (row: number): number => -1 - row;

function readVectors({ path, quantised, length }: FeatureFile, rows: Int32Array): Float32Array {
  const values = new Float32Array(rows.length * length);
  const floats = rows.filter((row) => row >= 0);
  const read = floats.length === rows.length ? values : new Float32Array(floats.length * length);
  const bytes = new Uint8Array(read.buffer, 0, floats.length * length * Float32Array.BYTES_PER_ELEMENT);
  if (floats.length > 0) withFile(path, (handle) => readRows(handle, bytes, 4 * length, floats));
  if (floats.length === rows.length) return values;

  const others = rows.filter((row) => row < 0).map(other);
  const packed = new Uint8Array(others.length * quantisedRowBytes(length));
  withFile(quantised ?? path, (handle) => readRows(handle, packed, quantisedRowBytes(length), others));
  if (floats.length === 0) {
    dequantise(packed, length, values);
    return values;
  }
  const unpacked = new Float32Array(others.length * length);
  dequantise(packed, length, unpacked);
  let [fromFloats, fromOthers] = [0, 0];
  rows.forEach((row, i) => {
    const at = row >= 0 ? fromFloats++ : fromOthers++;
    const source = row >= 0 ? read : unpacked;
    values.set(source.subarray(at * length, (at + 1) * length), i * length);
  });
  return values;
}

/** More may be there, also a part of a row: others are being written. */
function checkLength(path: string, needed: number): void {
  const bytes = withFile(path, (handle) => fstatSync(handle).size);
  if (bytes >= needed) return;
  throw new WhiskerError(
    'bad-input',
    `The features in ${path} are ${bytes} bytes long where rows up to ${needed} were expected.`,
    'Train again.',
  );
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
