// The numbers beside every filter, counted as the filters of photos.ts choose.

import { labelCode, marks } from '../../shared/types.ts';
import type { ClassId, Counts, Mark, RunId } from '../../shared/types.ts';
import { classesNow } from './classes.ts';
import { isProblemSql } from './files.ts';
import { acceptedSql, labelCodeSql } from './labels.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';
import { refusedSql } from './refusals.ts';

/**
 * Runs after every label, so it costs what is labelled rather than what is there: the few damaged photos are found
 * first, and their files by them.
 */
export function countPhotos(db: Db, activeRun: RunId | null): Counts {
  const totals = prepare<{ photos: number; problems: number }>(
    db,
    `SELECT (SELECT count(*) FROM photo WHERE present = 1) AS photos,
       (SELECT count(*) FROM file WHERE ${isProblemSql} AND missing = 0)
         + (SELECT count(*) FROM photo CROSS JOIN file ON photo_id = photo.id
            WHERE damaged = 1 AND missing = 0) AS problems`,
  ).get() ?? { photos: 0, problems: 0 };
  const labels = prepareTuples<[code: number, n: number, accepted: number, audited: number]>(
    db,
    `SELECT ${labelCodeSql}, count(*), sum(${acceptedSql}), sum(chosen = 'audit') FROM label
     WHERE photo_id NOT IN (SELECT id FROM photo WHERE present = 0) GROUP BY 1`,
  ).all();
  const byCode = new Map(labels.map(([code, n]) => [code, n]));
  const settled = [...byCode.values()].reduce((sum, n) => sum + n, 0);
  const marked = Object.fromEntries(marks.map((mark) => [mark, byCode.get(labelCode(mark)) ?? 0])) as Record<
    Mark,
    number
  >;
  for (const mark of marks) byCode.delete(labelCode(mark));
  return {
    ...totals,
    labelled: [...byCode.values()].reduce((sum, n) => sum + n, 0),
    unlabelled: totals.photos - settled,
    ...marked,
    audited: labels.reduce((sum, [, , , audited]) => sum + audited, 0),
    byClass: Object.fromEntries(byCode),
    acceptedByClass: Object.fromEntries(labels.flatMap(([code, , n]) => (n > 0 ? [[code, n]] : []))),
    predictedByClass: activeRun === null ? {} : countPredicted(db, activeRun),
  };
}

/**
 * All that the run says, less what it says of photos that are settled or gone, and what was refused. The cross joins
 * look up each settled photo: they are few as a rule, where the run speaks of all.
 */
function countPredicted(db: Db, run: RunId): Record<number, number> {
  const said = prepareTuples<[ClassId, number]>(
    db,
    `SELECT class_id, count(*) FROM prediction WHERE run_id = ? GROUP BY class_id
     UNION ALL
     SELECT prediction.class_id, -count(*) FROM label
     CROSS JOIN prediction ON prediction.photo_id = label.photo_id AND run_id = ? GROUP BY 1
     UNION ALL
     SELECT class_id, -count(*) FROM photo CROSS JOIN prediction ON photo_id = photo.id AND run_id = ?
     WHERE present = 0 AND NOT EXISTS (SELECT 1 FROM label WHERE photo_id = photo.id) GROUP BY class_id
     UNION ALL
     SELECT class_id, -count(*) FROM ${refusedSql} AS refused
     CROSS JOIN prediction ON run_id = ? AND prediction.photo_id = refused.photo_id AND class_id = refused.id
     CROSS JOIN photo ON photo.id = refused.photo_id
     WHERE present = 1 AND NOT EXISTS (SELECT 1 FROM label WHERE photo_id = photo.id) GROUP BY class_id`,
  );
  const now = classesNow(db);
  const counts: Record<number, number> = {};
  for (const [classId, n] of said.all(run, run, run, run)) {
    const today = now.get(classId);
    if (today !== undefined) counts[today] = (counts[today] ?? 0) + n;
  }
  return counts;
}
