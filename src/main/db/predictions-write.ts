// Writes what a run says of its photos. Reading them is the listings' business.

import { setImmediate } from 'node:timers/promises';
import type { ClassId, PhotoId, RunId, SuspectReason } from '../../shared/types.ts';
import { prepare, transact } from './open.ts';
import type { Db } from './open.ts';

export interface PredictionRow {
  photoId: PhotoId;
  classId: ClassId;
  /** Probability of `classId`, 0 to 1. */
  confidence: number;
  runnerUp: ClassId | null;
  margin: number;
  suspicion: number;
  reason: SuspectReason;
  /** What the run's other network says, where there is one. */
  otherClass: ClassId | null;
}

/** A chunk takes a few milliseconds, so that labels and calls get their turn in between. */
const CHUNK = 1000;

/**
 * Writes the rows in short transactions. The run counts only once its own row says that it ended, which the caller
 * writes last: until then nobody reads them, and a crash in between takes them back when the library is opened again.
 */
export async function writePredictions(db: Db, runId: RunId, rows: Iterable<PredictionRow>): Promise<void> {
  const insert = prepare(
    db,
    `INSERT OR REPLACE INTO prediction
       (run_id, photo_id, class_id, confidence, runner_up, margin, suspicion, reason, other_class)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  let chunk: PredictionRow[] = [];
  const flush = () => {
    transact(db, () => {
      for (const row of chunk)
        insert.run(
          runId,
          row.photoId,
          row.classId,
          row.confidence,
          row.runnerUp,
          row.margin,
          row.suspicion,
          row.reason,
          row.otherClass,
        );
    });
    chunk = [];
  };
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < CHUNK) continue;
    flush();
    await setImmediate();
  }
  flush();
}

/** Forgets what all runs but these said, in short transactions. */
export async function prunePredictions(db: Db, keep: readonly RunId[]): Promise<void> {
  const some = prepare(
    db,
    `DELETE FROM prediction WHERE (run_id, photo_id) IN
       (SELECT run_id, photo_id FROM prediction WHERE run_id NOT IN (SELECT value FROM json_each(?)) LIMIT ${CHUNK})`,
  );
  while (some.run(JSON.stringify(keep)).changes > 0) await setImmediate();
}
