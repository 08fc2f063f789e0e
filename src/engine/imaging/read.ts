// Reads a picture file once, bounded: the bytes every other step works on.

import { open } from 'node:fs/promises';
import { inHeavyLane } from './lanes.ts';
import { sniff, SNIFF_BYTES, type Format } from './sniff.ts';
import { Unusable, unreadable } from './unusable.ts';

const MAX_FILE_BYTES = 256 * 2 ** 20;
const HEAVY_FILE_BYTES = 24 * 2 ** 20;
/** Read first: enough to tell what it is, and all of a small file. */
const HEAD_BYTES = 64 * 2 ** 10;

export interface FileBytes {
  bytes: Buffer;
  format: Format;
  /** So big that it holds the heavy lane already. */
  heavy: boolean;
}

/**
 * Reads the file, then runs `use` on its bytes; big files wait for each other. Throws `Unusable`; a file that is no
 * picture is not read whole.
 */
export async function withFile<T>(path: string, use: (file: FileBytes) => Promise<T>): Promise<T> {
  const file = await open(path, 'r').catch((error) => Promise.reject(unreadable(error, path)));
  try {
    const { size } = await file.stat();
    if (size === 0) throw new Unusable('empty', 'This file is empty.');
    const head = Buffer.allocUnsafeSlow(Math.min(size, HEAD_BYTES));
    const headEnd = await fill(file, head, 0);
    const format = sniff(head.subarray(0, Math.min(headEnd, SNIFF_BYTES)), path);
    if (size > MAX_FILE_BYTES) {
      throw new Unusable(
        'too-large',
        `This file is larger than ${MAX_FILE_BYTES / 2 ** 20} MB, the most that Whisker opens.`,
      );
    }
    const heavy = size > HEAVY_FILE_BYTES;
    const readAndUse = async () => {
      const bytes = size > head.length ? Buffer.concat([head], size) : head;
      // A file that shrank meanwhile ends early; the decoder then says so.
      const end = await fill(file, bytes, headEnd);
      return use({ bytes: bytes.subarray(0, end), format, heavy });
    };
    return await (heavy ? inHeavyLane(readAndUse) : readAndUse());
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? unreadable(error, path) : error;
  } finally {
    await file.close();
  }
}

type File = Awaited<ReturnType<typeof open>>;

/** Reads into `buffer` from position `at` on; returns where the file ended. */
async function fill(file: File, buffer: Buffer, at: number): Promise<number> {
  while (at < buffer.length) {
    const { bytesRead } = await file.read(buffer, at, buffer.length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at;
}
