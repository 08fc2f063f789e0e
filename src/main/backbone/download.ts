// Fetches a TensorFlow.js model into a folder and lets it stand only when it is, byte for byte, what was offered. Asks
// no server but the offer's own, follows no redirects, and writes nowhere but in that folder.

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { WhiskerError } from '../../shared/errors.ts';
import type { BackboneOffer } from '../../shared/training.ts';
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

/**
 * Throws 'cancelled' when aborted, else 'bad-input' or 'storage-failed' with what went wrong; nothing half-done stays
 * behind.
 */
export async function downloadModel(order: DownloadOrder): Promise<void> {
  const { offer, folder, signal, onProgress } = order;
  const part = `${folder}.part`;
  const hash = createHash('sha256');
  let done = 0;

  /** Files come in the order in which they are hashed: model.json, then the weights as it lists them. */
  async function fetchFile(name: string): Promise<void> {
    const url = new URL(name, offer.source);
    const response = await fetch(url, { signal, redirect: 'manual' });
    if (!response.ok || !response.body) {
      throw new WhiskerError('bad-input', `${url.href} answered with ${response.status} instead of the file.`);
    }
    const counted = async function* (body: AsyncIterable<Uint8Array>) {
      for await (const chunk of body) {
        done += chunk.length;
        if (done > offer.bytes) throw tooLong(offer);
        hash.update(chunk);
        onProgress(done);
        yield chunk;
      }
    };
    await pipeline(response.body, counted, createWriteStream(join(part, name), { flags: 'wx' }), { signal });
  }

  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
    await fetchFile('model.json');
    for (const name of await filesOf(join(part, 'model.json'), offer)) await fetchFile(name);
    const found = hash.digest('hex');
    if (found !== offer.sha256) throw wrongHash(offer, found);
    await mkdir(dirname(folder), { recursive: true });
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw explained(error, order, done);
  }
}

async function filesOf(modelJson: string, offer: BackboneOffer): Promise<string[]> {
  const names = weightFiles(await readFile(modelJson, 'utf8'));
  if (names?.every((name) => plainName.test(name))) return names;
  const message = `${offer.source} is not the list of a model's files. Nothing of it was kept.`;
  throw new WhiskerError('bad-input', message, elsewhere);
}

const hostOf = ({ source }: BackboneOffer): string => new URL(source).host;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const elsewhere = 'Try again later, or choose a folder that holds the model.';

const tooLong = (offer: BackboneOffer): WhiskerError =>
  new WhiskerError(
    'bad-input',
    `${hostOf(offer)} sends more than the ${megabytes(offer.bytes)} that the model has. Nothing of it was kept.`,
    elsewhere,
  );

const wrongHash = (offer: BackboneOffer, found: string): WhiskerError =>
  new WhiskerError(
    'bad-input',
    `What ${hostOf(offer)} sent is not the model that was offered: its SHA-256 is ${found}, expected was ${offer.sha256}. ` +
      'Nothing of it was kept.',
    elsewhere,
  );

/** Errors of the network and the disk as sentences. */
function explained(error: unknown, { offer, folder, signal }: DownloadOrder, done: number): unknown {
  if (signal.aborted) return new WhiskerError('cancelled', 'The download was cancelled.');
  if (error instanceof WhiskerError) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `There is no room for the ${megabytes(offer.bytes)} of the model in "${dirname(folder)}".`;
    return new WhiskerError('storage-failed', message, 'Make room, then download it again.');
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new WhiskerError('storage-failed', `"${dirname(folder)}" can't be written (${code}).`);
  }
  const message =
    done === 0
      ? `${hostOf(offer)} can't be reached (${code}).`
      : `The connection to ${hostOf(offer)} broke off after ${megabytes(done)} of ${megabytes(offer.bytes)}.`;
  return new WhiskerError('bad-input', message, 'Check the network, or choose a folder that holds the model.');
}

/** fetch wraps what really happened in a cause. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.message : codeOf(error.cause);
}
