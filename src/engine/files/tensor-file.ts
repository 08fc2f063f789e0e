// Reads and writes named float32 arrays as one safetensors file (huggingface.co/docs/safetensors), which other tools
// open too. Written whole or not at all; what is read is checked against the file's own length first.

import { closeSync, fstatSync, openSync } from 'node:fs';
import {
  array,
  integer,
  literal,
  looseObject,
  minValue,
  number,
  object,
  pipe,
  safeParse,
  string,
  tuple,
} from 'valibot';
import { readAt, writeWhole } from '../../files/whole-file.ts';
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
/** Bytes of the number in front that says how long the header is. */
const LENGTH_BYTES = 8;
/** What the format allows. */
const MOST_HEADER_BYTES = 100e6;

/** Throws 'storage-failed'; an older file of this name then stands as it was. */
export function writeTensorFile(path: string, { arrays, metadata }: TensorFile): void {
  const header: Record<string, unknown> = { [METADATA]: { whisker: JSON.stringify(metadata) } };
  let offset = 0;
  for (const [name, { shape, values }] of arrays) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeWhole(path, [length, padded, ...[...arrays.values()].map(({ values }) => bytesOf(values))]);
}

const naturalNumber = pipe(number(), integer(), minValue(0));
const arrayEntry = object({
  dtype: literal('F32'),
  shape: array(naturalNumber),
  data_offsets: tuple([naturalNumber, naturalNumber]),
});
const headerSchema = looseObject({ [METADATA]: object({ whisker: string() }) });

/** Throws 'bad-input' when the file is cut short or is something else, and 'not-found' when there is none. */
export function readTensorFile(path: string): TensorFile {
  const file = open(path);
  try {
    return read(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WhiskerError('bad-input', `${path} is not a whole model file: ${why}.`, 'Train again to make a new one.');
  } finally {
    closeSync(file);
  }
}

function read(file: number): TensorFile {
  const length = Buffer.alloc(LENGTH_BYTES);
  readAt(file, length, 0);
  const headerBytes = Number(length.readBigUInt64LE());
  const fileBytes = fstatSync(file).size;
  const dataStart = LENGTH_BYTES + headerBytes;
  if (dataStart > fileBytes || headerBytes > MOST_HEADER_BYTES) throw new Error('it is cut short');
  const json = Buffer.alloc(headerBytes);
  readAt(file, json, LENGTH_BYTES);
  const header = safeParse(headerSchema, JSON.parse(json.toString('utf8')));
  if (!header.success) throw new Error('its header is not one of a model');
  const { [METADATA]: notes, ...entries } = header.output;
  const arrays = new Map<string, NamedArray>();
  for (const [name, found] of Object.entries(entries)) {
    const entry = safeParse(arrayEntry, found);
    const size = entry.success ? 4 * entry.output.shape.reduce((product, side) => product * side, 1) : NaN;
    if (!entry.success || entry.output.data_offsets[1] - entry.output.data_offsets[0] !== size) {
      throw new Error(`its header says nothing sensible of ${name}`);
    }
    const { shape, data_offsets: offsets } = entry.output;
    if (dataStart + offsets[1] > fileBytes) throw new Error('it is cut short');
    const values = new Float32Array(size / 4);
    readAt(file, bytesOf(values), dataStart + offsets[0]);
    arrays.set(name, { shape, values });
  }
  return { arrays, metadata: JSON.parse(notes.whisker) };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    throw new WhiskerError('not-found', `There is no model at ${path}.`, 'Train first, then try again.');
  }
}
