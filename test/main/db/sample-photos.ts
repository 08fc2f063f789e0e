// Databases with made-up photos and runs, for tests that need rows but no pictures.

import { putInUse } from '../../../src/main/db/runs.ts';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openDatabase, prepare, transact } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import type { ClassId, PhotoId, RunId, SuspectReason } from '../../../src/shared/types.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { addPhotos } from './photo-rows.ts';

export { addPhotos, temporaryFolder };

/** A fresh library database with one photo per path; several paths joined by '|' are copies of the same content. */
export function sampleDatabase(paths: readonly string[] | number): { db: Db; ids: PhotoId[]; file: string } {
  const file = join(temporaryFolder(), 'library.sqlite');
  const db = openDatabase(file);
  onTestFinished(() => void db.close());
  const list = typeof paths === 'number' ? Array.from({ length: paths }, (_, i) => `${i}.jpg`) : paths;
  return { db, ids: addPhotos(db, list), file };
}

export function addProblem(db: Db, path: string): void {
  prepare(
    db,
    `INSERT INTO file (path, bytes, mtime_ms, problem_code, problem_reason) VALUES (?, 9, 0, 'damaged', 'Its data is damaged.')`,
  ).run(path);
}

export function setMissing(db: Db, path: string): void {
  prepare(db, `UPDATE file SET missing = 1 WHERE path = ?`).run(path);
}

export interface SamplePrediction {
  photoId: PhotoId;
  classId: ClassId;
  confidence?: number;
  runnerUp?: ClassId | null;
  other?: ClassId | null;
  suspicion?: number;
  reason?: SuspectReason;
}

/** A finished run that says this, and is in use when it says anything. */
export function addRun(db: Db, predictions: readonly SamplePrediction[]): RunId {
  const run = prepare<{ id: RunId }>(
    db,
    `INSERT INTO run (status, options, started_at, labelled, photos, classes) VALUES ('finished', '{}', '2026-01-01', 0, 0, '[]') RETURNING id`,
  ).get()!.id;
  if (predictions.length > 0) {
    prepare(db, `UPDATE run SET receipt = '{"active":"ssgan","ssgan":null,"temperature":null}' WHERE id = ?`).run(run);
    putInUse(db, run);
  }
  const insert = prepare(
    db,
    `INSERT INTO prediction (run_id, photo_id, class_id, confidence, runner_up, margin, other_class, suspicion, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  transact(db, () => {
    for (const { photoId, classId, confidence = 0.9, runnerUp = null, other = null, ...rest } of predictions) {
      const { suspicion = 1 - confidence, reason = 'confident' } = rest;
      const margin = Math.max(0, 2 * confidence - 1);
      insert.run(run, photoId, classId, confidence, runnerUp, margin, other, suspicion, reason);
    }
  });
  return run;
}
