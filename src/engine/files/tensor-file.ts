// Reads and writes named float32 arrays as one safetensors file (huggingface.co/docs/safetensors), which other tools
// open too. Written whole under another name, flushed, then renamed: a reader sees the old file or the new one, never
// half of it.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { WhiskerError } from '../../shared/errors.ts';

export interface NamedArray {
  shape: number[];
  values: Float32Array;
}

export interface TensorFile {
  arrays: Map<string, NamedArray>;
  /** Anything that survives JSON. */
  metadata: unknown;
}

const METADATA = '__metadata__';

export function writeTensorFile(path: string, { arrays, metadata }: TensorFile): void {
  const header: Record<string, unknown> = { [METADATA]: { whisker: JSON.stringify(metadata) } };
  let offset = 0;
  for (const [name, { shape, values }] of arrays) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const partial = `${path}.${process.pid}.partial`;
  const file = openSync(partial, 'w');
  try {
    for (const bytes of [length, padded]) writeSync(file, bytes);
    for (const { values } of arrays.values()) writeSync(file, values);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Throws 'bad-input' when the file is cut short or is something else, and 'not-found' when there is none. */
export function readTensorFile(path: string): TensorFile {
  const bytes = readBytes(path);
  try {
    const dataStart = 8 + Number(bytes.readBigUInt64LE(0));
    // The file is our own: whatever does not look like it fails below and becomes one sentence.
    const header = JSON.parse(bytes.toString('utf8', 8, dataStart)) as Record<string, HeaderEntry> & {
      [METADATA]: { whisker: string };
    };
    const { [METADATA]: notes, ...entries } = header;
    const arrays = new Map<string, NamedArray>();
    for (const [
      name,
      {
        shape,
        data_offsets: [from, to],
      },
    ] of Object.entries(entries)) {
      if (dataStart + to > bytes.length) throw new Error('it is cut short');
      const values = new Float32Array((to - from) / 4);
      new Uint8Array(values.buffer).set(bytes.subarray(dataStart + from, dataStart + to));
      arrays.set(name, { shape, values });
    }
    return { arrays, metadata: JSON.parse(notes.whisker) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WhiskerError('bad-input', `${path} is not a whole model file: ${why}.`, 'Train again to make a new one.');
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new WhiskerError('not-found', `There is no model at ${path}.`, 'Train first, then try again.');
  }
}
