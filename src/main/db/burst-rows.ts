// Which photos are nearly the same, as they were grouped last: each group is named by its first photo. What to group by
// is read here, too; who groups is not known.

import { setImmediate } from 'node:timers/promises';
import type { BurstList, PhotoId } from '../../shared/types.ts';
import { prepare, prepareColumn, prepareTuples, transact } from './open.ts';
import type { Db } from './open.ts';

/** Columns of the n photos that are there, by id. */
export interface PhotosToGroup {
  ids: PhotoId[];
  /** [n, 16] bytes of what each looks like; zeros where that is not known yet. */
  fingerprints: Uint8Array;
  /** [n] milliseconds of the camera's clock; NaN where nobody knows. */
  takenAt: Float64Array;
  /** Of which moment this is, see `keepBursts`. */
  changes: number;
}

/** Keeps each turn to a few milliseconds. */
const PAGE = 5000;
const UNKNOWN = '0'.repeat(32);

/** Whether the groups are those of the photos that are there. */
export const isGrouped = (db: Db): boolean => {
  const row = prepare<{ stale: 0 | 1 }>(db, `SELECT changes <> grouped AS stale FROM grouping`).get();
  return row?.stale === 0;
};

/** Photos may come or go between two pages; those are grouped the next time. */
export async function photosToGroup(db: Db, signal: AbortSignal): Promise<PhotosToGroup> {
  const changes = prepare<{ changes: number }>(db, `SELECT changes FROM grouping`).get()?.changes ?? 0;
  const page = prepareTuples<[PhotoId, string | null, string | null]>(
    db,
    `SELECT id, fingerprint, taken_at FROM photo WHERE id > ? AND present = 1 ORDER BY id LIMIT ${PAGE}`,
  );
  const ids: PhotoId[] = [];
  const prints: Buffer[] = [];
  const times: number[] = [];
  for (let rows = page.all(0); rows.length > 0; rows = page.all(ids.at(-1))) {
    for (const [id, , takenAt] of rows) {
      ids.push(id);
      // A clock without a zone: any will do, as long as no hour is missing from it.
      times.push(takenAt === null ? NaN : Date.parse(`${takenAt}Z`));
    }
    prints.push(Buffer.from(rows.map(([, fingerprint]) => fingerprint ?? UNKNOWN).join(''), 'hex'));
    await setImmediate();
    signal.throwIfAborted();
  }
  return { ids, fingerprints: Buffer.concat(prints), takenAt: Float64Array.from(times), changes };
}

/**
 * Keeps the groups of these photos in place of those of before: whoever reads sees either whole. first: [n] the
 * position of the first photo of each one's group. Says whether any group is another one now.
 */
export function keepBursts(
  db: Db,
  { ids, changes }: Pick<PhotosToGroup, 'ids' | 'changes'>,
  first: Int32Array,
): boolean {
  const pairs = pairsOf(ids, first);
  return transact(db, () => {
    const isNews = !pairs.equals(readPairs(db));
    if (isNews) prepare(db, `UPDATE burst_pairs SET pairs = ?`).run(pairs);
    prepare(db, `UPDATE grouping SET grouped = ?`).run(changes);
    return isNews;
  });
}

/** Each photo that is not alone, and the first of those that are nearly the same as it; by id. */
export function listBursts(db: Db): BurstList {
  const pairs = readPairs(db);
  const view = new DataView(pairs.buffer, pairs.byteOffset, pairs.length);
  const count = pairs.length / PAIR_BYTES;
  const photoIds = new Array<PhotoId>(count);
  const firsts = new Array<PhotoId>(count);
  for (let i = 0; i < count; i++) {
    photoIds[i] = view.getUint32(PAIR_BYTES * i) as PhotoId;
    firsts[i] = view.getUint32(PAIR_BYTES * i + 4) as PhotoId;
  }
  return { photoIds, firsts };
}

/** The same as a map. */
export function burstsByPhoto(db: Db): Map<PhotoId, PhotoId> {
  const { photoIds, firsts } = listBursts(db);
  return new Map(photoIds.map((id, i) => [id, firsts[i]!]));
}

const PAIR_BYTES = 8;

const readPairs = (db: Db): Buffer =>
  prepareColumn<Buffer>(db, `SELECT pairs FROM burst_pairs`).get() ?? Buffer.alloc(0);

/** As they are kept: id and id of the first, four bytes each with the highest first. */
function pairsOf(ids: readonly PhotoId[], first: Int32Array): Buffer {
  const size = new Int32Array(ids.length);
  for (let i = 0; i < ids.length; i++) size[first[i]!]! += 1;
  const view = new DataView(new ArrayBuffer(PAIR_BYTES * ids.length));
  let end = 0;
  for (let i = 0; i < ids.length; i++) {
    const at = first[i]!;
    if (size[at]! < 2) continue;
    view.setUint32(end, ids[i]!);
    view.setUint32(end + 4, ids[at]!);
    end += PAIR_BYTES;
  }
  return Buffer.from(view.buffer, 0, end);
}
