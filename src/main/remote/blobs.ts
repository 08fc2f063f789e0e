// Files as blobs: pieces of at most 1 MiB, each named by its SHA-256, so that none is sent twice, a lost connection
// costs one piece at most, and no path ever crosses.

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readRows } from '../../files/rows.ts';
import { readAt } from '../../files/whole-file.ts';

/** A file as the blobs that make it, one after the other. */
export interface FileRef {
  /** SHA-256 in hex of each. */
  blobs: string[];
  /** Of all of them. */
  bytes: number;
}

export const BLOB_BYTES = 2 ** 20;

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const isHash = (value: unknown): value is string => typeof value === 'string' && /^[\da-f]{64}$/.test(value);

/** Of at most `mostBytes`, in blobs of sensible size. */
export function isFileRef(value: unknown, mostBytes: number): value is FileRef {
  if (typeof value !== 'object' || value === null || !('blobs' in value) || !('bytes' in value)) return false;
  const { blobs, bytes } = value;
  if (!Number.isInteger(bytes) || typeof bytes !== 'number' || bytes < 0 || bytes > mostBytes) return false;
  const most = Math.ceil(bytes / (BLOB_BYTES / 2)) + 1;
  return Array.isArray(blobs) && blobs.length <= most && blobs.every(isHash);
}

/** Blobs that this side has promised, and where each is read from when it is asked for. */
export type Offers = Map<string, () => Uint8Array>;

/** Offers a whole file. It must stay as it is for as long as it is offered. */
export async function offerFile(offers: Offers, path: string): Promise<FileRef> {
  const { bytes, pieces } = withFile(path, (file) => {
    const { size } = fstatSync(file);
    return { bytes: size, pieces: Math.ceil(size / BLOB_BYTES) };
  });
  const read = (piece: number): Uint8Array => {
    const target = new Uint8Array(Math.min(BLOB_BYTES, bytes - piece * BLOB_BYTES));
    withFile(path, (file) => readAt(file, target, piece * BLOB_BYTES));
    return target;
  };
  return offerPieces(offers, pieces, read);
}

/**
 * Offers the rows of a flat file that are wanted, in the order of the file: what was sent before stays the same while
 * the file only grows. Row `rows[i]` of the file is row `at[i]` of what is offered.
 */
export async function offerRows(
  offers: Offers,
  { path, rowBytes, rows }: { path: string; rowBytes: number; rows: Int32Array },
): Promise<{ ref: FileRef; at: Int32Array }> {
  const inOrder = Int32Array.from(new Set(rows)).sort();
  const place = new Map(Array.from(inOrder, (row, i) => [row, i]));
  const rowsAtOnce = Math.max(1, Math.floor(BLOB_BYTES / rowBytes));
  const read = (piece: number): Uint8Array => {
    const some = inOrder.subarray(piece * rowsAtOnce, (piece + 1) * rowsAtOnce);
    const target = new Uint8Array(some.length * rowBytes);
    withFile(path, (file) => readRows(file, target, rowBytes, some));
    return target;
  };
  const ref = await offerPieces(offers, Math.ceil(inOrder.length / rowsAtOnce), read);
  return { ref, at: rows.map((row) => place.get(row) ?? 0) };
}

async function offerPieces(offers: Offers, pieces: number, read: (piece: number) => Uint8Array): Promise<FileRef> {
  const ref: FileRef = { blobs: [], bytes: 0 };
  for (let piece = 0; piece < pieces; piece++) {
    const bytes = read(piece);
    const hash = hashOf(bytes);
    ref.blobs.push(hash);
    ref.bytes += bytes.length;
    offers.set(hash, () => read(piece));
    await nextTurn();
  }
  return ref;
}

function withFile<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
