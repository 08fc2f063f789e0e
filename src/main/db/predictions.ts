// Reads what a run says of the photos that still wait for a person, and which of them somebody is unsure of. Written in
// predictions-write.ts.

import { inThousandths } from '../../shared/live.ts';
import type { LivePredictions } from '../../shared/live.ts';
import { DOUBTFUL } from '../../shared/training.ts';
import type { Suspicions } from '../../shared/map.ts';
import type { SortedClass } from '../../shared/training.ts';
import { UNSURE_CODE } from '../../shared/types.ts';
import type { ClassId, PhotoId, RunId, SuspectReason } from '../../shared/types.ts';
import { classesNow } from './classes.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';
import { labelCodeSql } from './labels.ts';
import { firstPathSql, joinOpenPrediction } from './photos.ts';

/** Classes are those of today; null where there is none or it was deleted. */
export interface WaitingPrediction {
  photoId: PhotoId;
  /** Of the first place in which it lies. */
  path: string;
  width: number;
  height: number;
  predicted: ClassId;
  confidence: number;
  runnerUp: ClassId | null;
  margin: number;
  other: ClassId | null;
  suspicion: number;
  reasonCode: SuspectReason;
}

export type WaitingOrder =
  | { order: 'suspicion' }
  /** By suspicion those of which somebody is unsure, which do not wait. */
  | { order: 'unsure' }
  | { order: 'class'; classId: ClassId }
  /** Those of these photos that wait. */
  | { order: 'given'; photoIds: readonly PhotoId[] };

/** Unlabelled photos with a file. */
const waitingSql = `FROM photo ${joinOpenPrediction}
   WHERE photo.present = 1 AND NOT EXISTS (SELECT 1 FROM label WHERE label.photo_id = photo.id)`;
/** Those of which somebody is unsure. */
const unsureSql = `FROM photo ${joinOpenPrediction} JOIN label ON label.photo_id = photo.id
   WHERE photo.present = 1 AND ${labelCodeSql} = ${UNSURE_CODE}`;

/** At most `limit` of those that wait, the most doubtful first. */
export function waitingPredictions(db: Db, runId: RunId, order: WaitingOrder, limit: number): WaitingPrediction[] {
  const byClass = order.order === 'class';
  const given = order.order === 'given' ? [JSON.stringify(order.photoIds)] : [];
  const rows = prepare<WaitingPrediction>(
    db,
    `SELECT photo.id AS photoId, ${firstPathSql} AS path, width, height, prediction.class_id AS predicted, confidence,
       runner_up AS runnerUp, margin, other_class AS other, suspicion, reason AS reasonCode
     ${order.order === 'unsure' ? unsureSql : waitingSql} ${given.length > 0 ? 'AND photo.id IN (SELECT value FROM json_each(?))' : ''}
       AND prediction.class_id IN (SELECT id FROM class_now ${byClass ? 'WHERE now_id = ?' : ''})
     ORDER BY suspicion DESC, photo.id LIMIT ?`,
  ).all(runId, ...given, ...(byClass ? [order.classId] : []), limit);
  const now = classesNow(db);
  const today = (id: ClassId | null) => (id === null ? null : (now.get(id) ?? null));
  return rows.map((row) => ({
    ...row,
    predicted: today(row.predicted) ?? row.predicted,
    runnerUp: today(row.runnerUp),
    other: today(row.other),
  }));
}

/** All that wait of those that are put into a class, the surest first: the order of a class's list, from its end. */
export const waitingOfClass = (db: Db, runId: RunId, classId: ClassId): { photoId: PhotoId; suspicion: number }[] =>
  prepare<{ photoId: PhotoId; suspicion: number }>(
    db,
    `SELECT photo.id AS photoId, suspicion ${waitingSql}
       AND prediction.class_id IN (SELECT id FROM class_now WHERE now_id = ?) ORDER BY suspicion, photo.id DESC`,
  ).all(runId, classId);

/** Chances of being wrong of all those that wait. */
export const waitingSuspicions = (db: Db, runId: RunId): number[] =>
  prepareTuples<[number]>(db, `SELECT suspicion ${waitingSql} AND prediction.class_id IN (SELECT id FROM class_now)`)
    .all(runId)
    .map(([suspicion]) => suspicion);

/** The same by photo. */
export function suspicionsByPhoto(db: Db, runId: RunId): Suspicions {
  const rows = prepareTuples<[PhotoId, number]>(
    db,
    `SELECT photo.id, suspicion FROM photo ${joinOpenPrediction}
     WHERE photo.present = 1 AND NOT EXISTS (SELECT 1 FROM label WHERE label.photo_id = photo.id)`,
  ).all(runId);
  return { ids: rows.map(([id]) => id), suspicions: rows.map(([, suspicion]) => inThousandths(suspicion)) };
}

/** What is predicted of all unlabelled photos, as columns without the reasons. */
export function waitingGuesses(db: Db, runId: RunId): LivePredictions {
  const now = classesNow(db);
  const guesses: LivePredictions = { ids: [], classIds: [], confidences: [] };
  const rows = prepareTuples<[PhotoId, ClassId, number]>(
    db,
    `SELECT photo.id, class_id, confidence FROM photo ${joinOpenPrediction}
     WHERE photo.present = 1 AND NOT EXISTS (SELECT 1 FROM label WHERE label.photo_id = photo.id) ORDER BY photo.id`,
  );
  for (const [id, classId, confidence] of rows.iterate(runId)) {
    const today = now.get(classId);
    if (today === undefined) continue;
    guesses.ids.push(id);
    guesses.classIds.push(today);
    guesses.confidences.push(inThousandths(confidence));
  }
  return guesses;
}

/** Examples shown of each class, of the sure ones and of the doubtful ones. */
const EXAMPLES = 6;

/** Photos without a label by the class of today that the run puts them into, the largest class first. */
export function sortedPhotos(db: Db, runId: RunId): SortedClass[] {
  const waiting = `FROM photo ${joinOpenPrediction} JOIN class_now ON class_now.id = prediction.class_id
     WHERE photo.present = 1 AND NOT EXISTS (SELECT 1 FROM label WHERE label.photo_id = photo.id)`;
  const classes = prepare<Pick<SortedClass, 'classId' | 'photos' | 'unsure'>>(
    db,
    `SELECT now_id AS classId, count(*) AS photos, sum(suspicion >= ?) AS unsure ${waiting}
     GROUP BY now_id ORDER BY photos DESC, now_id`,
  ).all(DOUBTFUL, runId);
  const examples = (order: string, classId: ClassId): PhotoId[] =>
    prepare<{ id: PhotoId }>(db, `SELECT photo.id ${waiting} AND now_id = ? AND suspicion ${order}, photo.id LIMIT ?`)
      .all(runId, classId, DOUBTFUL, EXAMPLES)
      .map(({ id }) => id);
  return classes.map((found) => ({
    ...found,
    surest: examples('< ? ORDER BY suspicion', found.classId),
    doubtful: examples('>= ? ORDER BY suspicion DESC', found.classId),
  }));
}

/** At most `limit` photos, those first that a run gives the least confidence. */
export const leastSure = (db: Db, runId: RunId, limit: number): PhotoId[] =>
  prepareTuples<[PhotoId]>(db, `SELECT photo_id FROM prediction WHERE run_id = ? ORDER BY confidence, photo_id LIMIT ?`)
    .all(runId, limit)
    .map(([id]) => id);
