// Feature vectors that a backbone has already made of photos, on disk: rows of floats in one file, the hashes of the
// photos they are of in another. Both only grow. Rows are on disk before their hashes, so that what a kill cuts short
// is no loss but its own.

import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { BackboneInfo } from '../../shared/training.ts';
import { isAlive, beginHeartbeat } from '../runs/heartbeat.ts';

/**
 * Goes up whenever the same photo and the same backbone give another vector than before: other decoding, cropping or
 * pooling.
 */
const EXTRACTOR_VERSION = 1;
const HASH_BYTES = 32;

export interface FeatureStore {
  /** The file of rows; each has `length` floats. */
  readonly path: string;
  readonly length: number;
  /** Row of the photo with this content (SHA-256 in hex), or undefined when it has none yet. */
  rowOf(sha256: string): number | undefined;
  /** vectors: [photos, length] row-major. On disk when this resolves. */
  append(photos: readonly { sha256: string }[], vectors: Float32Array): Promise<void>;
  close(): Promise<void>;
}

/** Throws 'training-running' while another process writes to it. */
export async function openFeatureStore(libraryDir: string, info: BackboneInfo): Promise<FeatureStore> {
  const dir = join(libraryDir, 'features');
  // The scale of the pixels makes as much of a difference as the weights do.
  const name = `${info.sha256.slice(0, 32)}-${info.inputRange}-${EXTRACTOR_VERSION}`;
  const path = join(dir, `${name}.f32`);
  const sign = join(dir, `${name}.pid`);
  await mkdir(dir, { recursive: true });
  if (isAlive(sign)) {
    throw new WhiskerError('training-running', 'Another Whisker is looking at these photos.', 'Wait until it ends.');
  }
  const rowBytes = info.features * Float32Array.BYTES_PER_ELEMENT;
  const rows = await openOrCreate(path);
  const hashes = await openOrCreate(join(dir, `${name}.sha256`));
  const endSign = beginHeartbeat(sign);
  const rowOf = await readHashes(hashes, Math.floor((await rows.stat()).size / rowBytes));
  // What a kill has cut short.
  await rows.truncate(rowOf.size * rowBytes);
  await hashes.truncate(rowOf.size * HASH_BYTES);

  return {
    path,
    length: info.features,
    rowOf: (sha256) => rowOf.get(sha256),
    async append(photos, vectors) {
      const at = rowOf.size;
      const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
      const { bytesWritten } = await rows.write(bytes, 0, null, at * rowBytes);
      if (bytesWritten < bytes.length) throw new WhiskerError('storage-failed', `There is no room left for "${path}".`);
      await rows.sync();
      const added = Buffer.from(photos.map(({ sha256 }) => sha256).join(''), 'hex');
      await hashes.write(added, 0, null, at * HASH_BYTES);
      photos.forEach(({ sha256 }, i) => rowOf.set(sha256, at + i));
    },
    async close() {
      endSign();
      await rows.close();
      await hashes.close();
    },
  };
}

/** For reading and writing anywhere in it; what is there stays. */
const openOrCreate = (path: string): Promise<FileHandle> =>
  open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return open(path, 'w+');
    throw error;
  });

/** At most `rows` hashes: more than that are of rows that never got to the disk. */
async function readHashes(file: FileHandle, rows: number): Promise<Map<string, number>> {
  const bytes = await file.readFile();
  const known = new Map<string, number>();
  for (let row = 0; row < rows && (row + 1) * HASH_BYTES <= bytes.length; row++) {
    known.set(bytes.toString('hex', row * HASH_BYTES, (row + 1) * HASH_BYTES), row);
  }
  return known;
}
