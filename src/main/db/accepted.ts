// Labels that were accepted without a look at each, see `acceptedUnseen`: which they are, and whether they are to be
// learned from.

import { defaultOptions } from '../../shared/defaults.ts';
import type { TrainingOptions } from '../../shared/training.ts';
import type { PhotoId } from '../../shared/types.ts';
import { acceptedSql } from './labels.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';

export const acceptedPhotos = (db: Db): ReadonlySet<PhotoId> =>
  new Set(
    prepareTuples<[PhotoId]>(db, `SELECT photo_id FROM label WHERE ${acceptedSql}`)
      .all()
      .map(([id]) => id),
  );

/** What the newest run was told to do with them; before the first, what a run does by itself. */
export function acceptedOption(db: Db): TrainingOptions['accepted'] {
  const newest = prepare<{ accepted: TrainingOptions['accepted'] | null }>(
    db,
    `SELECT options ->> '$.accepted' AS accepted FROM run WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 1`,
  ).get();
  return newest?.accepted ?? defaultOptions().accepted;
}

/** Whether anything that is learned from was labelled, or any label taken back, after a moment. `at`: ISO 8601. */
export const labelledSince = (db: Db, at: string, accepted: TrainingOptions['accepted']): boolean =>
  prepare(
    db,
    `SELECT 1 FROM label_event AS label
     WHERE id > coalesce((SELECT id FROM label_event WHERE at <= ? ORDER BY id DESC LIMIT 1), 0)
       ${accepted === 'learn' ? '' : `AND NOT ${acceptedSql}`} LIMIT 1`,
  ).get(at) !== undefined;
