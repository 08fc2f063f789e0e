// Has a handful of photos decoded into rows of pixels. One that is not what it was, that can't be decoded, or that
// takes the decoder down, costs only itself.

import { toFailure } from '../../shared/errors.ts';
import type { PhotoId } from '../../shared/types.ts';
import type { ReadablePhoto } from '../db/readable-photos.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { StoredRow } from './row-store.ts';

export interface DecodeOrder {
  imaging: Engine;
  /** Where a photo lies now, as far as its file's size and time tell; null when nowhere. */
  pathOf(id: PhotoId): Promise<string | null>;
  signal: AbortSignal;
}

/** Where the rows go: into a file that is there, from this row on. */
export interface RowTarget {
  file: string;
  firstRow: number;
  sizePx: number;
  channels: 1 | 3;
}

export type FoundPhoto = Pick<ReadablePhoto, 'id' | 'sha256'>;
export type PackedPhoto = FoundPhoto & StoredRow;

/** Those of the photos that got a row, row by row. The rows are not yet sure to be on the disk. */
export const packBatch = async (
  { imaging, pathOf, signal }: DecodeOrder,
  photos: readonly FoundPhoto[],
  target: RowTarget,
): Promise<PackedPhoto[]> =>
  askInHalves(await locate(photos, pathOf), async (some, done) => {
    const { firstRow, ...where } = target;
    const request = { kind: 'pack', ...where, firstRow: firstRow + done, photos: some } as const;
    const { rows } = await imaging.request(request, { signal });
    return rows.flatMap(({ index, checksum }) => (some[index] ? [{ ...some[index], checksum }] : []));
  });

export type LocatedPhoto = FoundPhoto & { path: string };

/** Those of the photos that a file holds now, and where it lies. */
export async function locate(photos: readonly FoundPhoto[], pathOf: DecodeOrder['pathOf']): Promise<LocatedPhoto[]> {
  const paths = await Promise.all(photos.map(({ id }) => pathOf(id)));
  return photos.flatMap(({ id, sha256 }, i) => {
    const path = paths[i] ?? null;
    return path === null ? [] : [{ id, sha256, path }];
  });
}

/**
 * What `ask` answers for the photos. When they take the process down it is asked for each half; nothing comes of a
 * single photo that does. `done`: answers that the earlier halves gave.
 */
export async function askInHalves<T, Photo = LocatedPhoto>(
  photos: Photo[],
  ask: (photos: Photo[], done: number) => Promise<T[]>,
  done = 0,
): Promise<T[]> {
  if (photos.length === 0) return [];
  try {
    return await ask(photos, done);
  } catch (error) {
    if (toFailure(error).code !== 'engine-crashed') throw error;
    if (photos.length === 1) return [];
    const half = Math.ceil(photos.length / 2);
    const first = await askInHalves(photos.slice(0, half), ask, done);
    return [...first, ...(await askInHalves(photos.slice(half), ask, done + first.length))];
  }
}
