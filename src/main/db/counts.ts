// The numbers beside every filter, counted as the filters of photos.ts choose.

import { EXCLUDED_CODE, NO_LABEL_CODE } from '../../shared/types.ts';
import type { Counts, RunId } from '../../shared/types.ts';
import { labelCodeSql } from './labels.ts';
import { prepare } from './open.ts';
import type { Db } from './open.ts';
import { joinPrediction, photoIsThere } from './photos.ts';

export function countPhotos(db: Db, activeRun: RunId | null): Counts {
  const labels = prepare<[code: number, n: number]>(
    db,
    `SELECT ${labelCodeSql}, count(*) FROM photo LEFT JOIN label ON label.photo_id = photo.id WHERE ${photoIsThere} GROUP BY 1`,
  );
  const predicted = prepare<[classId: number, n: number]>(
    db,
    `SELECT class_now.now_id, count(*) FROM photo ${joinPrediction}
     WHERE ${photoIsThere} AND NOT EXISTS (SELECT 1 FROM label WHERE label.photo_id = photo.id) GROUP BY 1`,
  );
  const problems = prepare<[n: number]>(db, `SELECT count(*) FROM file WHERE problem_code IS NOT NULL AND missing = 0`);

  const byCode = new Map(labels.raw().all());
  const unlabelled = byCode.get(NO_LABEL_CODE) ?? 0;
  const excluded = byCode.get(EXCLUDED_CODE) ?? 0;
  const photos = [...byCode.values()].reduce((sum, n) => sum + n, 0);
  return {
    photos,
    labelled: photos - unlabelled - excluded,
    unlabelled,
    excluded,
    problems: problems.raw().get()?.[0] ?? 0,
    byClass: Object.fromEntries([...byCode].filter(([code]) => code > 0)),
    predictedByClass: Object.fromEntries(predicted.raw().all(activeRun)),
  };
}
