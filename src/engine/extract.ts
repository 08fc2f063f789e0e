// From photos to feature vectors on disk: the next photos are decoded while the network looks at the ones before, and
// nothing but their checksums leaves the process.

import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { unwritable, writeAt } from '../files/whole-file.ts';
import { WhiskerError } from '../shared/errors.ts';
import type { Network } from './backbone/network.ts';
import { forEachInLane } from './imaging/lanes.ts';
import { centreOf } from './imaging/squares.ts';
import type { ExpectedPhoto, Extracted, ExtractRequest } from './messages.ts';

type Order = Pick<ExtractRequest, 'photos' | 'file' | 'firstRow'>;

interface Hooks {
  stopped(): boolean;
  /** done: photos that have been looked at, or can't be. */
  onProgress(done: number): void;
}

/** What one call of the network is of. */
interface Batch {
  pixels: Uint8Array<ArrayBuffer>;
  indices: number[];
}

/**
 * Writes a float32 row of each photo that can be decoded, in the order of readiness from `firstRow` on. Throws
 * 'cancelled' when stopped, 'bad-input' when the network gives values that are no numbers, 'storage-failed'.
 */
export async function extractFeatures(
  { photos, file, firstRow }: Order,
  network: Network,
  hooks: Hooks,
): Promise<Extracted['rows']> {
  const { inputPx, features } = network.info;
  const rowBytes = features * Float32Array.BYTES_PER_ELEMENT;
  const pictureBytes = inputPx * inputPx * 3;
  const rows: Extracted['rows'] = [];
  const writing = (error: unknown) => Promise.reject(unwritable(file, error));
  await using out = await open(file, 'r+').catch(writing);
  let done = 0;
  let batch = newBatch();
  const flying = new Set<Promise<unknown>>();
  /** The first ends the work; what is under way is waited for. */
  const failures: unknown[] = [];
  const fail = (error: unknown) => void failures.push(error);

  function newBatch(): Batch {
    return { pixels: new Uint8Array(network.batch * pictureBytes), indices: [] };
  }

  async function look({ pixels, indices }: Batch): Promise<void> {
    const vectors = await network.look(pixels.subarray(0, indices.length * pictureBytes), indices.length);
    const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
    const at = firstRow + rows.length;
    indices.forEach((index, i) => {
      rows.push({ index, checksum: crc32(bytes.subarray(i * rowBytes, (i + 1) * rowBytes)) });
    });
    await writeAt(out, bytes, at * rowBytes).catch(writing);
    hooks.onProgress((done += indices.length));
  }

  /** Hands over what there is; waits while the network has a batch to spare for each of its lanes. */
  async function send(): Promise<void> {
    const full = batch;
    batch = newBatch();
    const work: Promise<unknown> = look(full)
      .catch(fail)
      .finally(() => flying.delete(work));
    flying.add(work);
    if (flying.size > 2 * network.lanes) await Promise.race(flying);
  }

  async function visit(photo: ExpectedPhoto, index: number): Promise<void> {
    const pixels = await centreOf(photo, inputPx);
    if (!pixels) return hooks.onProgress(++done);
    batch.pixels.set(pixels, batch.indices.length * pictureBytes);
    batch.indices.push(index);
    if (batch.indices.length === network.batch) await send();
  }

  await forEachInLane(photos, async (photo, index) => {
    if (hooks.stopped()) fail(new WhiskerError('cancelled', 'Looking at the photos was stopped.'));
    if (failures.length === 0) await visit(photo, index).catch(fail);
  });
  if (batch.indices.length > 0 && failures.length === 0) await send();
  // Nothing may still be on its way to a file that is closed next.
  await Promise.all(flying);
  if (failures.length > 0) throw failures[0];
  return rows;
}
