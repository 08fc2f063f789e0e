// Reads what a run says of the photos that still wait for a person, and which of them were set aside. Written in
// predictions-write.ts.

import { inThousandths } from '../../shared/live.ts';
import type { LivePredictions } from '../../shared/live.ts';
import { DOUBTFUL } from '../../shared/training.ts';
import type { Suspicions } from '../../shared/map.ts';
import type { SortedClass } from '../../shared/training.ts';
import type { ClassId, PhotoId, RunId, SuspectReason } from '../../shared/types.ts';
import { classesNow } from './classes.ts';
import { prepare, prepareTuples } from './open.ts';
import type { Db } from './open.ts';
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
  | { order: 'class'; classId: ClassId }
  /** Those of these photos that wait. */
  | { order: 'given'; photoIds: readonly PhotoId[] };

/** Unlabelled photos with a file that were not set aside. */
const waitingSql = `FROM photo ${joinOpenPrediction}
   WHERE photo.present = 1
     AND NOT EXISTS (SELECT 1 FROM label WHERE label.photo_id = photo.id)
     AND NOT EXISTS (SELECT 1 FROM review_skip AS skip WHERE skip.run_id = prediction.run_id AND skip.photo_id = photo.id)`;

/** At most `limit` of those that wait, the most doubtful first. */
export function waitingPredictions(db: Db, runId: RunId, order: WaitingOrder, limit: number): WaitingPrediction[] {
  const byClass = order.order === 'class';
  const given = order.order === 'given' ? [JSON.stringify(order.photoIds)] : [];
  const rows = prepare<WaitingPrediction>(
    db,
    `SELECT photo.id AS photoId, ${firstPathSql} AS path, width, height, prediction.class_id AS predicted, confidence,
       runner_up AS runnerUp, margin, other_class AS other, suspicion, reason AS reasonCode
     ${waitingSql} ${given.length > 0 ? 'AND photo.id IN (SELECT value FROM json_each(?))' : ''}
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

/** The same by photo, also of those that were set aside. */
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

export const isPredicted = (db: Db, runId: RunId, photoId: PhotoId): boolean =>
  prepare(db, `SELECT 1 FROM prediction WHERE run_id = ? AND photo_id = ?`).get(runId, photoId) !== undefined;

export const isSkipped = (db: Db, runId: RunId, photoId: PhotoId): boolean =>
  prepare(db, `SELECT 1 FROM review_skip WHERE run_id = ? AND photo_id = ?`).get(runId, photoId) !== undefined;

export function setSkipped(db: Db, { runId, photoId }: { runId: RunId; photoId: PhotoId }, skipped: boolean): void {
  if (skipped) prepare(db, `INSERT OR IGNORE INTO review_skip (run_id, photo_id) VALUES (?, ?)`).run(runId, photoId);
  else prepare(db, `DELETE FROM review_skip WHERE run_id = ? AND photo_id = ?`).run(runId, photoId);
}
