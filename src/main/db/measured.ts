// The photos that measured a run, one row each: stored with its model, read for its figures.

import type { MeasuredPhotos } from '../../shared/figures.ts';
import type { ClassId, PhotoFilter, PhotoId, RunId } from '../../shared/types.ts';
import { prepare, prepareTuples, transact } from './open.ts';
import type { Db } from './open.ts';

export interface MeasuredRow {
  photoId: PhotoId;
  /** Its label when the run began. */
  truth: ClassId;
  predicted: ClassId;
  /** What the run gives to `predicted`, 0 to 1. */
  confidence: number;
}

/** Replaces what was stored of the run. */
export function storeMeasured(db: Db, runId: RunId, rows: readonly MeasuredRow[]): void {
  transact(db, () => {
    prepare(db, `DELETE FROM measured WHERE run_id = ?`).run(runId);
    const insert = prepare(
      db,
      `INSERT INTO measured (run_id, photo_id, truth, predicted, confidence) VALUES (?, ?, ?, ?, ?)`,
    );
    for (const { photoId, truth, predicted, confidence } of rows) {
      insert.run(runId, photoId, truth, predicted, confidence);
    }
  });
}

/** Of photos that are there, with classes of today; a class that was deleted has none. */
const shownSql = `FROM measured JOIN photo ON photo.id = measured.photo_id AND photo.present = 1
  JOIN class_now AS truth_now ON truth_now.id = measured.truth
  JOIN class_now AS predicted_now ON predicted_now.id = measured.predicted
  WHERE measured.run_id = ?`;

/** What measured a run, as columns in the order of the photos. */
export function measuredPhotos(db: Db, runId: RunId): MeasuredPhotos {
  const rows = prepareTuples<[PhotoId, ClassId, ClassId, number]>(
    db,
    `SELECT photo.id, truth_now.now_id, predicted_now.now_id, measured.confidence ${shownSql} ORDER BY photo.id`,
  ).all(runId);
  const stored = prepare<{ n: number }>(db, `SELECT count(*) AS n FROM measured WHERE run_id = ?`).get(runId)?.n ?? 0;
  return {
    photoIds: rows.map((row) => row[0]),
    truth: rows.map((row) => row[1]),
    predicted: rows.map((row) => row[2]),
    confidences: rows.map((row) => row[3]),
    gone: stored - rows.length,
  };
}

type MeasuredFilter = Extract<PhotoFilter, { kind: 'confusion' | 'confident' }>;

/** SQL for the ids of the photos that a number of the figures stands for, with its values. */
export function measuredIds(filter: MeasuredFilter): { sql: string; values: unknown[] } {
  const of = (condition: string) => `(SELECT photo.id ${shownSql} AND ${condition})`;
  if (filter.kind === 'confident') {
    // The last bin holds what is certain.
    const upTo = filter.to >= 1 ? '<=' : '<';
    const within = `measured.confidence >= ? AND measured.confidence ${upTo} ?`;
    return { sql: of(within), values: [filter.runId, filter.from, filter.to] };
  }
  const { runId, truth, predicted } = filter;
  const classes = `truth_now.now_id = coalesce(?, truth_now.now_id) AND predicted_now.now_id = coalesce(?, predicted_now.now_id)`;
  return { sql: of(classes), values: [runId, truth, predicted] };
}
