// Files that are written whole or not at all, and bytes that are written and read to the last one: the system may take
// or give fewer than it was asked for, on a full disk above all. Knows nothing of what is in them.

import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { WhiskerError } from '../shared/errors.ts';

/** No system call takes 2 GiB at once. */
const PIECE_BYTES = 2 ** 30;

/**
 * Replaces the file by `chunks`, one after the other, once all of them are on the disk: a reader sees the old file or
 * the new one. Throws 'storage-failed'; the old file then stands and nothing lies beside it.
 */
export function writeWhole(path: string, chunks: Iterable<Uint8Array>): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    const file = openSync(partial, 'w');
    try {
      for (const chunk of chunks) for (const piece of piecesOf(chunk)) writeAll(file, piece);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw unwritable(path, error);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += some(writeSync(file, bytes, at, bytes.length - at));
}

/** Writes all of `bytes` from `position` on. Throws what the system says. */
export async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += some(bytesWritten);
  }
}

/** Fills `target` from `position` on. Throws when the file ends before. */
export function readAt(file: number, target: Uint8Array, position: number): void {
  let from = position;
  for (const piece of piecesOf(target)) {
    for (let at = 0; at < piece.length;) {
      const bytesRead = readSync(file, piece, at, piece.length - at, from + at);
      if (bytesRead === 0) throw new Error('it is cut short');
      at += bytesRead;
    }
    from += piece.length;
  }
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** The system never takes nothing without saying why; where it does, asking again would never end. */
function some(bytesWritten: number): number {
  if (bytesWritten === 0) throw new Error('no room is left');
  return bytesWritten;
}

/** What went wrong when Whisker wrote a file of its own, as a sentence. */
export function unwritable(path: string, error: unknown): WhiskerError {
  const words = error instanceof Error ? error.message : String(error);
  const remedy = 'Free some space or make that folder writable, then try again.';
  return new WhiskerError('storage-failed', `"${path}" can't be written (${words}).`, remedy);
}
