// What a download promises, whether it was kept, and how each way to break it is said to a person.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { WhiskerError } from '../../shared/errors.ts';

export interface Promised {
  /** In a sentence: "the model". */
  what: string;
  source: string;
  /** Of all files together. */
  bytes: number;
  /** Of all files, one after the other, in hex. */
  sha256: string;
  /** What to do when the server is at fault, and when the network is. */
  remedies: { server: string; network: string };
}

/** What has come is not what was promised, and worth nothing. */
export class BrokenPromise extends WhiskerError {
  constructor(message: string, remedy: string) {
    super('bad-input', `${message} Nothing of it was kept.`, remedy);
  }
}

/** Throws `BrokenPromise` unless the files are, byte for byte, what was promised. */
export async function requireHash(promised: Promised, files: readonly string[], signal: AbortSignal): Promise<void> {
  const hash = createHash('sha256');
  for (const file of files) {
    await pipeline(
      createReadStream(file),
      async (chunks: AsyncIterable<Uint8Array>) => {
        for await (const chunk of chunks) hash.update(chunk);
      },
      { signal },
    );
  }
  const found = hash.digest('hex');
  if (found === promised.sha256) return;
  throw new BrokenPromise(
    `What ${hostOf(promised)} sent is not ${promised.what} that was offered: its SHA-256 is ${found}, ` +
      `expected was ${promised.sha256}.`,
    promised.remedies.server,
  );
}

/** Throws 'storage-failed' when the disk of the folder, which exists, has no room for so many bytes. */
export async function requireRoom(folder: string, bytes: number, { what }: Promised): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new WhiskerError(
    'storage-failed',
    `For ${what}, ${amount(bytes)} must be free in "${folder}", and ${amount(free)} are.`,
    'Make room, then download it again.',
  );
}

export const tooLong = (promised: Promised): BrokenPromise =>
  new BrokenPromise(
    `${hostOf(promised)} sends more than the ${amount(promised.bytes)} that ${promised.what} has.`,
    promised.remedies.server,
  );

/** Errors of the network and the disk as sentences. `target`: where it was to lie. `done`: bytes that had come. */
export function explained(
  error: unknown,
  promised: Promised,
  { target, done, signal }: { target: string; done: number; signal: AbortSignal },
): unknown {
  if (signal.aborted) return new WhiskerError('cancelled', 'The download was cancelled.');
  if (error instanceof WhiskerError) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `There is no room for the ${amount(promised.bytes)} of ${promised.what} in "${dirname(target)}".`;
    return new WhiskerError('storage-failed', message, 'Make room, then download it again.');
  }
  // What the network says is wrapped by fetch; what the disk says comes as it is.
  if (error instanceof Error && 'syscall' in error) {
    return new WhiskerError('storage-failed', `"${dirname(target)}" can't be written (${code}).`);
  }
  return done === 0
    ? new WhiskerError('bad-input', `${hostOf(promised)} can't be reached (${code}).`, promised.remedies.network)
    : brokeOff(promised, done);
}

export const brokeOff = (promised: Promised, done: number): WhiskerError =>
  new WhiskerError(
    'bad-input',
    `The connection to ${hostOf(promised)} broke off after ${amount(done)} of ${amount(promised.bytes)}.`,
    promised.remedies.network,
  );

const hostOf = ({ source }: Promised): string => new URL(source).host;
const amount = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** fetch wraps what really happened in a cause. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.message : codeOf(error.cause);
}
