// What was made of photos for training, on disk and found by the photos' content: rows of equal length in one file, in
// another for each row the SHA-256 of its photo and a checksum of the row. Both only grow. Rows are on disk before
// their entries, so that what a kill cuts short is no loss but its own.

import { mkdir, open, readdir, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { unwritable, writeAt } from '../../files/whole-file.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { isAlive, beginHeartbeat } from '../runs/heartbeat.ts';
import { HashIndex } from './hash-index.ts';

export interface RowStore {
  /** The file of rows; each has `rowBytes`. */
  readonly path: string;
  readonly rowBytes: number;
  /** How many there are: where the next one goes. */
  readonly length: number;
  /** Row of the photo with this content (SHA-256 in hex), or undefined when it has none yet. */
  rowOf(sha256: string): number | undefined;
  /** Adds rows that were written to the file from row `length` on. On disk when this resolves. */
  keep(rows: readonly StoredRow[]): Promise<void>;
  /** Writes rows of `rowBytes` each, then keeps them. */
  append(rows: readonly { sha256: string; bytes: Uint8Array }[]): Promise<void>;
  close(): Promise<void>;
}

export interface StoredRow {
  /** SHA-256 in hex of the photo that the row was made of. */
  sha256: string;
  /** CRC-32 of the row's bytes. */
  checksum: number;
}

export interface RowStoreOptions {
  dir: string;
  /** What the rows depend on beside the photos, and the ending that says what is in them: "48px-grey.u8". */
  name: { stem: string; ending: string };
  /** Goes up whenever the same photo gives another row than before. Older files of the folder are removed. */
  version: number;
  rowBytes: number;
}

const HASH_BYTES = 32;
const ENTRY_BYTES = HASH_BYTES + 4;
const CHUNK_BYTES = 8 * 2 ** 20;

/**
 * Opens the store or begins one. Rows are believed up to the first whose checksum does not fit; from there on they are
 * thrown away. Throws 'training-running' while another process writes to it, 'storage-failed'.
 */
export async function openRowStore({ dir, name, version, rowBytes }: RowStoreOptions): Promise<RowStore> {
  const stem = `${name.stem}-${version}`;
  const path = join(dir, `${stem}.${name.ending}`);
  const indexPath = join(dir, `${stem}.index`);
  const sign = join(dir, `${stem}.pid`);
  await mkdir(dir, { recursive: true });
  if (isAlive(sign)) {
    throw new WhiskerError('training-running', 'Another Whisker is looking at these photos.', 'Wait until it ends.');
  }
  await removeOtherVersions(dir, version);
  const rows = await openOrCreate(path);
  const index = await openOrCreate(indexPath);
  const endSign = beginHeartbeat(sign);
  const known = await soundEntries(rows, await index.readFile(), rowBytes);
  // What a kill has cut short, or a disk has spoilt.
  await rows.truncate(known.length * rowBytes);
  await index.truncate(known.length * ENTRY_BYTES);

  async function keep(added: readonly StoredRow[]): Promise<void> {
    try {
      await rows.sync();
      await writeAt(index, Buffer.concat(added.map(entryOf)), known.length * ENTRY_BYTES);
    } catch (error) {
      throw unwritable(indexPath, error);
    }
    for (const { sha256 } of added) known.add(sha256);
  }

  return {
    path,
    rowBytes,
    get length() {
      return known.length;
    },
    rowOf: (sha256) => known.rowOf(sha256),
    keep,
    async append(added) {
      try {
        await writeAt(rows, Buffer.concat(added.map(({ bytes }) => bytes)), known.length * rowBytes);
      } catch (error) {
        throw unwritable(path, error);
      }
      await keep(added.map(({ sha256, bytes }) => ({ sha256, checksum: crc32(bytes) })));
    },
    async close() {
      endSign();
      await rows.close();
      await index.close();
    },
  };
}

/** For reading and writing anywhere in it; what is there stays. */
const openOrCreate = (path: string): Promise<FileHandle> =>
  open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return open(path, 'w+');
    throw error;
  });

function entryOf({ sha256, checksum }: StoredRow): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES);
  entry.write(sha256, 'hex');
  entry.writeUInt32LE(checksum, HASH_BYTES);
  return entry;
}

/** The photos of the rows from the first to the last that is what was once written. */
async function soundEntries(rows: FileHandle, index: Buffer, rowBytes: number): Promise<HashIndex> {
  const sound = new HashIndex();
  const entries = Math.floor(index.length / ENTRY_BYTES);
  const chunk = Buffer.allocUnsafe(Math.max(1, Math.floor(CHUNK_BYTES / rowBytes)) * rowBytes);
  while (sound.length < entries) {
    const { bytesRead } = await rows.read(chunk, 0, chunk.length, sound.length * rowBytes);
    const found = Math.min(Math.floor(bytesRead / rowBytes), entries - sound.length);
    if (found === 0) break;
    for (let i = 0; i < found; i++) {
      const at = sound.length * ENTRY_BYTES;
      const row = chunk.subarray(i * rowBytes, (i + 1) * rowBytes);
      if (crc32(row) !== index.readUInt32LE(at + HASH_BYTES)) return sound;
      sound.add(index.toString('hex', at, at + HASH_BYTES));
    }
  }
  return sound;
}

async function removeOtherVersions(dir: string, version: number): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.includes(`-${version}.`)) await rm(join(dir, name), { recursive: true, force: true });
  }
}
