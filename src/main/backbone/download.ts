// Fetches a TensorFlow.js model into a folder and lets it stand only when it is, byte for byte, what was offered. Asks
// no server but the offer's own, follows no redirects, and writes nowhere but in that folder.

import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { BackboneOffer } from '../../shared/training.ts';
import { fetchFile } from '../download/fetch-file.ts';
import { explained, requireHash, requireRoom, tooLong } from '../download/promise.ts';
import type { Promised } from '../download/promise.ts';
import { weightFiles } from './model-folder.ts';

export interface DownloadOrder {
  offer: BackboneOffer;
  /** Made, or replaced, once everything is there; a failed download leaves it as it was. */
  folder: string;
  signal: AbortSignal;
  onProgress(doneBytes: number): void;
}

/** Names that stay in the folder, on every system. */
const plainName = /^\w[\w.-]*$/;

const remedies = {
  server: 'Try again later, or choose a folder that holds the model.',
  network: 'Check the network, or choose a folder that holds the model.',
};

/**
 * Throws 'cancelled' when aborted, else 'bad-input' or 'storage-failed' with what went wrong; nothing half-done stays
 * behind.
 */
export async function downloadModel({ offer, folder, signal, onProgress }: DownloadOrder): Promise<void> {
  const promised: Promised = { ...offer, what: 'the model', remedies };
  const part = `${folder}.part`;
  /** Files come in the order in which they are hashed: model.json, then the weights as it lists them. */
  const files: string[] = [];
  let before = 0;
  let done = 0;

  async function fetchNext(name: string): Promise<void> {
    const file = join(part, name);
    before += await fetchFile({
      url: new URL(name, offer.source),
      file,
      mostBytes: offer.bytes - before,
      tooLong: () => tooLong(promised),
      signal,
      onProgress: (bytes) => onProgress((done = before + bytes)),
    });
    files.push(file);
  }

  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
    await requireRoom(part, offer.bytes, promised);
    await fetchNext('model.json');
    for (const name of await filesOf(join(part, 'model.json'), offer)) await fetchNext(name);
    await requireHash(promised, files, signal);
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw explained(error, promised, { target: folder, done, signal });
  }
}

async function filesOf(modelJson: string, offer: BackboneOffer): Promise<string[]> {
  const names = weightFiles(await readFile(modelJson, 'utf8'));
  if (names?.every((name) => plainName.test(name))) return names;
  const message = `${offer.source} is not the list of a model's files. Nothing of it was kept.`;
  throw new WhiskerError('bad-input', message, remedies.server);
}
