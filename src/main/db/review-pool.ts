// The photos that had no label when a run began: which of them still wait, and what became of the others.

import type { ClassId, LabelChoice, LabelSource, PhotoId, RunId } from '../../shared/types.ts';
import { labelCodeSql, saysLabelSql } from './labels.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';

export interface SettledRow {
  photoId: PhotoId;
  /** The class of today that the run puts it into. */
  predicted: ClassId;
  /** See `labelCode`; 0: said not to be of that class, and no more. */
  label: number;
  /** Somebody said that it is not of that class. */
  refused: 0 | 1;
  source: LabelSource | null;
  chosen: LabelChoice | null;
  /** When it was refused, or labelled and not unlabelled since, whichever was first; ISO 8601. */
  at: string;
}

/**
 * Photos that came after the run began are no part of it: what is known of the others says nothing of them. What is not
 * of the pool is as a rule little beside all, and looked up once.
 */
const isOfPool = `prediction.run_id = $run AND prediction.class_id IN (SELECT id FROM class_now)
  AND prediction.photo_id NOT IN (
    SELECT id FROM photo WHERE present = 0
    UNION SELECT id FROM photo WHERE added_at > (SELECT started_at FROM run WHERE id = $run)
    UNION SELECT photo_id FROM label_event WHERE ${saysLabelSql} AND id IN (
      SELECT max(id) FROM label_event WHERE at <= (SELECT started_at FROM run WHERE id = $run) GROUP BY photo_id
    )
  )`;

/** When somebody said of a photo that it is not of the class that the run puts it into. */
const refusedSql = `SELECT refusal.photo_id, max(action.at) AS at
  FROM action JOIN json_each(action.change, '$.refusal.photoIds') AS named
  JOIN refusal ON refusal.photo_id = named.value AND refusal.class_id = action.change ->> '$.refusal.classId'
  JOIN prediction AS said ON said.run_id = $run AND said.photo_id = refusal.photo_id
  JOIN class_now AS taken ON taken.id = said.class_id AND taken.now_id = refusal.class_id
  WHERE action.kind = 'review.refuse' AND action.state = 'done'
  GROUP BY 1`;

/** Of which nothing was said, not even that somebody is unsure. */
export const waitingOfPool = (db: Db, run: RunId): PhotoId[] =>
  prepareTuples<[PhotoId]>(
    db,
    `SELECT photo_id FROM prediction WHERE ${isOfPool} AND photo_id NOT IN (
       SELECT photo_id FROM label UNION SELECT photo_id FROM (${refusedSql})
     )`,
  )
    .all({ run })
    .map(([id]) => id);

/** The first event since which the photo has had a label. */
const labelledAt = `(SELECT at FROM label_event WHERE photo_id = label.photo_id AND id > coalesce((
    SELECT max(id) FROM label_event WHERE photo_id = label.photo_id AND NOT ${saysLabelSql}
  ), 0) ORDER BY id LIMIT 1)`;

export const settledOfPool = (db: Db, run: RunId): SettledRow[] =>
  prepare<SettledRow>(
    db,
    `WITH refused (photo_id, at) AS (
       ${refusedSql} HAVING max(action.at) > (SELECT started_at FROM run WHERE id = $run)
     ), settled (photo_id) AS (SELECT photo_id FROM label UNION SELECT photo_id FROM refused)
     SELECT settled.photo_id AS photoId, class_now.now_id AS predicted, ${labelCodeSql} AS label, label.source,
       label.chosen, refused.at IS NOT NULL AS refused,
       coalesce(min(refused.at, ${labelledAt}), refused.at, ${labelledAt}) AS at
     FROM settled CROSS JOIN prediction ON prediction.photo_id = settled.photo_id
     JOIN class_now ON class_now.id = prediction.class_id
     LEFT JOIN label ON label.photo_id = settled.photo_id LEFT JOIN refused ON refused.photo_id = settled.photo_id
     WHERE ${isOfPool}`,
  ).all({ run });
