// What sets two runs apart, as rows: the labels that came between them, the photos that they put into different
// classes, and the labelled photos that both have judged. Classes are those of today.

import { NO_LABEL_CODE, UNSURE_CODE } from '../../shared/types.ts';
import type { ClassId, LabelChoice, PhotoId, RunId } from '../../shared/types.ts';
import { saysLabelSql } from './labels.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';

export interface NewLabel {
  photoId: PhotoId;
  /** What it was and is, see `labelCode`. */
  before: number;
  after: number;
  /** What the earlier run took the photo for; null when it had not judged it. */
  predicted: ClassId | null;
}

const startOf = (run: 'earlier' | 'later'): string => `(SELECT started_at FROM run WHERE id = $${run})`;

/** The code of an event; a class that is gone leaves no label, and somebody who is unsure gives none. */
const codeOf = (event: string): string =>
  `coalesce((SELECT now_id FROM class_now WHERE id = ${event}.class_id),
    iif(${event}.mark = ${-UNSURE_CODE}, ${NO_LABEL_CODE}, -${event}.excluded - ${event}.mark), ${NO_LABEL_CODE})`;

/** Labels that were another one when the later run began than when the earlier one did. */
export const labelsBetween = (db: Db, earlier: RunId, later: RunId): NewLabel[] =>
  prepare<NewLabel>(
    db,
    `WITH touched AS (
       SELECT photo_id, max(id) AS last FROM label_event
       WHERE at > ${startOf('earlier')} AND at <= ${startOf('later')} GROUP BY photo_id
     ), labels AS (
       SELECT touched.photo_id AS photoId, ${codeOf('event')} AS after, coalesce((
         SELECT ${codeOf('old')} FROM label_event AS old WHERE old.id = (
           SELECT max(id) FROM label_event WHERE photo_id = touched.photo_id AND at <= ${startOf('earlier')}
         )
       ), ${NO_LABEL_CODE}) AS before
       FROM touched CROSS JOIN label_event AS event ON event.id = touched.last
     )
     SELECT photoId, before, after, class_now.now_id AS predicted FROM labels
     LEFT JOIN prediction ON run_id = $earlier AND photo_id = photoId
     LEFT JOIN class_now ON class_now.id = prediction.class_id
     WHERE before <> after ORDER BY photoId`,
  ).all({ earlier, later });

/** Photos there that had no label when the later run began, and that both have judged. */
const judgedByBoth = `FROM prediction AS new
  CROSS JOIN prediction AS old ON old.run_id = $earlier AND old.photo_id = new.photo_id
  CROSS JOIN photo ON photo.id = new.photo_id AND photo.present = 1
  JOIN class_now AS into_class ON into_class.id = new.class_id
  JOIN class_now AS from_class ON from_class.id = old.class_id
  WHERE new.run_id = $later AND new.photo_id NOT IN (
    SELECT photo_id FROM label_event WHERE ${saysLabelSql} AND id IN (
      SELECT max(id) FROM label_event WHERE at <= ${startOf('later')} GROUP BY photo_id
    )
  )`;

export const countJudged = (db: Db, earlier: RunId, later: RunId): number =>
  prepare<{ n: number }>(db, `SELECT count(*) AS n ${judgedByBoth}`).get({ earlier, later })?.n ?? 0;

/** Those that the two put into different classes. */
export const photosChanged = (db: Db, earlier: RunId, later: RunId): PhotoId[] =>
  prepareTuples<[PhotoId]>(
    db,
    `SELECT new.photo_id ${judgedByBoth} AND into_class.now_id <> from_class.now_id ORDER BY new.photo_id`,
  )
    .all({ earlier, later })
    .map(([id]) => id);

export interface JudgedLabel {
  photoId: PhotoId;
  /** Its label of now. */
  truth: ClassId;
  chosen: LabelChoice;
  /** The label was there when the earlier run began. */
  isOld: 0 | 1;
  old: ClassId;
  new: ClassId;
}

/** Photos that have a class by now, with what each of the two runs takes them for. */
export const labelsJudgedByBoth = (db: Db, earlier: RunId, later: RunId): JudgedLabel[] =>
  prepare<JudgedLabel>(
    db,
    `SELECT label.photo_id AS photoId, label.class_id AS truth, label.chosen, event.at <= ${startOf('earlier')} AS isOld,
       from_class.now_id AS old, into_class.now_id AS new
     FROM label JOIN label_event AS event ON event.id = label.event_id
     JOIN prediction AS new ON new.run_id = $later AND new.photo_id = label.photo_id
     JOIN prediction AS old ON old.run_id = $earlier AND old.photo_id = label.photo_id
     JOIN class_now AS into_class ON into_class.id = new.class_id
     JOIN class_now AS from_class ON from_class.id = old.class_id
     WHERE label.class_id IS NOT NULL ORDER BY label.photo_id`,
  ).all({ earlier, later });
