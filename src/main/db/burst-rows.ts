// Which photos are nearly the same, as they were grouped last: each group is named by its first photo. What to group by
// is read here, too; who groups is not known.

import { setImmediate } from 'node:timers/promises';
import type { PhotoId } from '../../shared/types.ts';
import { prepare, prepareTuples, transact } from './open.ts';
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

/** Keeps each turn of the database to a few milliseconds. */
const PAGE = 10_000;
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
 * Keeps the groups of these photos in place of those of before, in one transaction. first: [n] the position of the
 * first photo of each one's group. Says whether any group is another one now.
 */
export function keepBursts(
  db: Db,
  { ids, changes }: Pick<PhotosToGroup, 'ids' | 'changes'>,
  first: Int32Array,
): boolean {
  const size = new Int32Array(ids.length);
  for (const at of first) size[at]! += 1;
  return transact(db, () => {
    const before = new Map(
      prepareTuples<[PhotoId, PhotoId]>(db, `SELECT id, burst FROM photo WHERE burst IS NOT NULL`).all(),
    );
    const write = prepare(db, `UPDATE photo SET burst = ? WHERE id = ?`);
    let isNews = false;
    const set = (id: PhotoId, burst: PhotoId | null) => {
      write.run(burst, id);
      isNews = true;
    };
    ids.forEach((id, i) => {
      const at = first[i] ?? i;
      const burst = size[at]! > 1 ? (ids[at] ?? id) : null;
      if ((before.get(id) ?? null) !== burst) set(id, burst);
      before.delete(id);
    });
    for (const gone of before.keys()) set(gone, null);
    prepare(db, `UPDATE grouping SET grouped = ?`).run(changes);
    return isNews;
  });
}

/** Photo -> the first of those that are nearly the same, for each photo that is not alone; by id. */
export const burstsByPhoto = (db: Db): Map<PhotoId, PhotoId> =>
  new Map(
    prepareTuples<[PhotoId, PhotoId]>(db, `SELECT id, burst FROM photo WHERE burst IS NOT NULL ORDER BY id`).all(),
  );
