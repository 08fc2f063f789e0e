// Blobs over a channel, the same at both ends: each side gives those that it has offered, and asks for those it lacks,
// a few at a time.

import { WhiskerError } from '../../shared/errors.ts';
import type { BlobFolder } from './blob-folder.ts';
import { BLOB_BYTES, hashOf, isHash } from './blobs.ts';
import type { Offers } from './blobs.ts';

/** `bytes` is null when that blob is no longer there. */
export type BlobMessage = { want: string } | { blob: string; bytes: Uint8Array | null };

export interface Exchange {
  /** What this side can be asked for. */
  readonly offers: Offers;
  receive(message: BlobMessage): void;
  /**
   * Resolves when all of these blobs are in the folder; tells how much of what lacked is there, 0 to 1. Rejects with
   * 'conflict' when the other side no longer has one or what it sends is another, and 'cancelled' once the exchange has
   * ended.
   */
  fetch(hashes: readonly string[], folder: BlobFolder, onProgress?: (fraction: number) => void): Promise<void>;
  /** Nothing comes any more: what waits is rejected. */
  end(): void;
}

/** Few enough that the wait for an answer to anything else stays short on a slow line. */
const AT_ONCE = 4;

interface Wanted {
  resolve: (bytes: Uint8Array) => void;
  reject: (error: WhiskerError) => void;
}

export const isBlobMessage = (message: object): message is BlobMessage => {
  if ('want' in message) return isHash(message.want);
  if (!('blob' in message) || !isHash(message.blob) || !('bytes' in message)) return false;
  const { bytes } = message;
  return bytes === null || (bytes instanceof Uint8Array && bytes.length <= BLOB_BYTES);
};

export function createExchange(send: (message: BlobMessage) => void): Exchange {
  const offers: Offers = new Map();
  const wanted = new Map<string, Wanted[]>();
  let isOver = false;

  function ask(hash: string): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (isOver) return reject(ended());
      const others = wanted.get(hash);
      if (others) return void others.push({ resolve, reject });
      wanted.set(hash, [{ resolve, reject }]);
      send({ want: hash });
    });
  }

  function settle(hash: string, bytes: Uint8Array | null): void {
    const waiting = wanted.get(hash) ?? [];
    wanted.delete(hash);
    const isIt = bytes !== null && hashOf(bytes) === hash;
    for (const { resolve, reject } of waiting)
      if (isIt) resolve(bytes);
      else reject(notIt());
  }

  function give(hash: string): void {
    let bytes: Uint8Array | null = null;
    try {
      bytes = offers.get(hash)?.() ?? null;
    } catch {
      // The file has gone or become shorter meanwhile.
    }
    send({ blob: hash, bytes: bytes && hashOf(bytes) === hash ? bytes : null });
  }

  return {
    offers,
    receive: (message) => ('want' in message ? give(message.want) : settle(message.blob, message.bytes)),
    async fetch(hashes, folder, onProgress = () => {}) {
      const missing = folder.missing(hashes);
      const total = missing.length;
      let done = 0;
      if (total > 0) onProgress(0);
      const lane = async (): Promise<void> => {
        for (let hash; (hash = missing.shift()) !== undefined;) {
          folder.keep(hash, await ask(hash));
          onProgress(++done / total);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
    },
    end() {
      isOver = true;
      for (const waiting of wanted.values()) for (const { reject } of waiting) reject(ended());
      wanted.clear();
    },
  };
}

const ended = () => new WhiskerError('cancelled', 'The connection ended while a file was under way.');
const notIt = () =>
  new WhiskerError(
    'conflict',
    'A file changed or was damaged while it was sent to the other computer.',
    'Train again.',
  );
