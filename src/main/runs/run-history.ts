// The runs so far: what became of each, which one's model is in use, and what was deleted and can still come back.

import { WhiskerError } from '../../shared/errors.ts';
import type { RunDetail, RunSummary } from '../../shared/training.ts';
import type { RunId } from '../../shared/types.ts';
import {
  activeRun,
  endRun,
  getRun,
  getRunDetail,
  listRuns,
  markDeleted,
  putInUse,
  runningRuns,
  secondsLearned,
} from '../db/runs.ts';
import { sortedPhotos } from '../db/predictions.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { isAlive } from './heartbeat.ts';
import { canRepeat, readLesson } from './lesson-file.ts';
import { bytesOf, heartbeatFile, pruneRuns } from './run-folder.ts';

export const CLOSED_TOO_EARLY = 'Whisker was closed before this run had begun to learn.';

/** A run whose row says that it goes on, though no process is at work on it. */
const isCutOff = ({ dir }: OpenLibrary, { id, status }: RunSummary): boolean =>
  status === 'running' && !isAlive(heartbeatFile(dir, id));

/** Ends the rows of runs that were cut off when they had nothing left to learn, or had not begun. */
export function settleRuns(library: OpenLibrary): void {
  const { db, dir } = library;
  for (const id of runningRuns(db)) {
    const run = getRun(db, id);
    if (!isCutOff(library, run)) continue;
    const end = { ...run, seconds: secondsLearned(db, id), error: null };
    // With its receipt its model was saved, and predictions can be caught up.
    if (run.receipt) endRun(db, id, { ...end, status: 'stopped' });
    else if (readLesson(dir, id) === null) endRun(db, id, { ...end, status: 'failed', error: CLOSED_TOO_EARLY });
  }
}

/** A run whose process has gone is 'interrupted': it can go on. */
export function asItIs(library: OpenLibrary, run: RunSummary): RunSummary {
  return isCutOff(library, run) ? { ...run, status: 'interrupted', seconds: secondsLearned(library.db, run.id) } : run;
}

export const runsOf = (library: OpenLibrary): RunSummary[] => listRuns(library.db).map((run) => asItIs(library, run));

export async function runDetail(library: OpenLibrary, id: RunId): Promise<RunDetail> {
  const detail = getRunDetail(library.db, id);
  const sorted = sortedPhotos(library.db, id);
  return {
    ...detail,
    ...asItIs(library, detail),
    bytes: await bytesOf(library.dir, id),
    sorted,
    repeatable: canRepeat(library, id),
  };
}

export function runInUse({ db }: OpenLibrary): RunSummary | null {
  const id = activeRun(db);
  return id === null ? null : getRun(db, id);
}

/** Throws 'not-found' unless the run left a model that is still kept. */
export function useRun({ db }: OpenLibrary, id: RunId): void {
  if (!getRun(db, id).usable) {
    throw new WhiskerError('not-found', `Run ${id} has left no model that could be used.`, 'Train again.');
  }
  putInUse(db, id);
}

/** Throws 'conflict' for the run in use as long as there is another that could take its place. */
export function deleteRun(library: OpenLibrary, id: RunId): void {
  const { db } = library;
  const run = getRun(db, id);
  if (run.status === 'running' && !isCutOff(library, run)) {
    throw new WhiskerError('training-running', `Run ${id} is still training.`, 'Stop it first.');
  }
  if (activeRun(db) === id) {
    if (listRuns(db).some((other) => other.id !== id && other.usable)) {
      throw new WhiskerError('conflict', `The model of run ${id} is in use.`, "Use another run's model first.");
    }
    putInUse(db, null);
  }
  markDeleted(db, id, new Date().toISOString());
}

/** Brings a deleted run back; it is in use again when nothing else is. */
export function restoreRun({ db }: OpenLibrary, id: RunId): void {
  markDeleted(db, id, null);
  if (activeRun(db) === null && getRun(db, id).usable) putInUse(db, id);
}

/** From now on what was deleted is gone. */
export const forgetDeleted = ({ db, dir }: OpenLibrary): Promise<void> => pruneRuns(db, dir, []);
