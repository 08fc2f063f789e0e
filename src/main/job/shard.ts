// A shard that a job has written: its rows, or why it can't be one of this library's. It may come from anywhere, so
// nothing in it is believed before it is checked.

import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import * as v from 'valibot';
import { readRegularFile, UnreadableFile } from '../../files/regular-file.ts';
import type { QuantisedVector } from '../../files/quantised.ts';
import type { BackboneInfo } from '../../shared/training.ts';
import { JOB_VERSION, vectorTypes } from './job-file.ts';
import type { VectorType } from './job-file.ts';

export interface ShardRow {
  sha256: string;
  uri: string;
  bytes: number;
  width: number;
  height: number;
  format: string;
  vector: Float32Array | QuantisedVector;
  /** A JPEG. */
  thumbnail: Uint8Array | null;
}

export interface Shard {
  rows: ShardRow[];
  /** Photos that could not be looked at. */
  failed: { uri: string; error: string }[];
}

/** Why a file is not taken, as the end of a sentence that begins with its name. */
export class ForeignShard extends Error {}

const MOST_BYTES = 2 ** 30;
const MOST_THUMBNAIL_BYTES = 2 ** 18;

const mark = v.object({
  version: v.literal(JOB_VERSION),
  backbone: v.string(),
  type: v.picklist(vectorTypes),
  features: v.number(),
});

const bytes = v.instance(Uint8Array);
const natural = v.pipe(
  v.union([v.number(), v.bigint()]),
  v.transform(Number),
  v.integer(),
  v.minValue(1),
  v.maxValue(2 ** 40),
);
const looked = v.object({
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  uri: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
  bytes: natural,
  width: natural,
  height: natural,
  format: v.pipe(v.string(), v.regex(/^\w{1,10}$/)),
  feature: bytes,
  scale: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  thumbnail: v.nullish(bytes),
});
const failedRow = v.object({ uri: v.string(), error: v.string() });

/** Throws `ForeignShard` for a file that is damaged, or that another network or another program has made. */
export async function readShard(path: string, info: Pick<BackboneInfo, 'sha256' | 'features'>): Promise<Shard> {
  const file = await readRegularFile(path, MOST_BYTES).catch((error: unknown) => {
    throw error instanceof UnreadableFile ? new ForeignShard(error.how) : error;
  });
  const { type, found } = await parsed(file, info);
  const shard: Shard = { rows: [], failed: [] };
  for (const one of found) {
    const failure = v.safeParse(failedRow, one);
    if (failure.success) {
      shard.failed.push(failure.output);
      continue;
    }
    const { feature, scale, thumbnail, ...photo } = rowOf(one);
    const vector = vectorOf(feature, scale, type, info.features);
    shard.rows.push({ ...photo, vector, thumbnail: thumbnail && isJpeg(thumbnail) ? thumbnail : null });
  }
  return shard;
}

async function parsed(file: Buffer, info: Pick<BackboneInfo, 'sha256' | 'features'>) {
  const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
  try {
    const metadata = parquetMetadata(buffer);
    const said = metadata.key_value_metadata?.find(({ key }) => key === 'whisker')?.value;
    const { backbone, type, features } = v.parse(mark, JSON.parse(said ?? 'null'));
    if (backbone !== info.sha256 || features !== info.features) {
      throw new ForeignShard('was made with another network');
    }
    return { type, found: await parquetReadObjects({ file: buffer, metadata, utf8: false }) };
  } catch (error) {
    if (error instanceof ForeignShard) throw error;
    throw new ForeignShard('is damaged, or not a shard of a job of this version');
  }
}

function rowOf(found: unknown): v.InferOutput<typeof looked> {
  const row = v.safeParse(looked, found);
  if (row.success) return row.output;
  throw new ForeignShard('holds a row that is none of a photo');
}

function vectorOf(feature: Uint8Array, scale: number, type: VectorType, length: number): ShardRow['vector'] {
  if (feature.length !== length * (type === 'int8' ? 1 : 2)) throw new ForeignShard('holds a vector of another length');
  if (type === 'int8') return { scale, values: new Int8Array(feature) };
  const view = new DataView(feature.buffer, feature.byteOffset, feature.byteLength);
  const vector = Float32Array.from({ length }, (_, i) => scale * view.getFloat16(2 * i, true));
  if (vector.every(Number.isFinite)) return vector;
  throw new ForeignShard('holds values that are no numbers');
}

const isJpeg = (picture: Uint8Array): boolean =>
  picture.length <= MOST_THUMBNAIL_BYTES && picture[0] === 0xff && picture[1] === 0xd8;
