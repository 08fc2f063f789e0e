// The model that answers for a library now: its files, what it was made to see, and its outputs as the classes of
// today.

import { isCalibrated } from '../../shared/confidence.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { ClassConfidence, PredictedPicture } from '../../shared/predicted.ts';
import type { ClassId, PhotoClass, RunId } from '../../shared/types.ts';
import { classesNow, listClasses } from '../db/classes.ts';
import type { Db } from '../db/open.ts';
import { activeRun, getRun } from '../db/runs.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { modelFolder, readNote } from '../runs/run-folder.ts';
import type { ModelNote } from '../runs/run-folder.ts';

export interface ModelInUse {
  run: RunId;
  note: ModelNote;
  /** The folder that the trainer reads it from. */
  dir: string;
  calibrated: boolean;
  /** Names of its classes today, each once. */
  classNames: string[];
}

/** Throws 'not-found' when nothing was trained, or the model is no longer kept. */
export function modelInUse({ db, dir }: OpenLibrary): ModelInUse {
  const run = activeRun(db);
  if (run === null) {
    throw new WhiskerError('not-found', 'Nothing has been trained on these photos yet.', 'Train first.');
  }
  const note = readNote(dir, run);
  if (note === null) {
    throw new WhiskerError('not-found', `The model of training run ${run} is no longer there.`, 'Train again.');
  }
  const calibrated = isCalibrated(getRun(db, run).receipt);
  const names = classesToday(db, note).flatMap((one) => one?.name ?? []);
  return { run, note, dir: modelFolder(dir, run), calibrated, classNames: [...new Set(names)] };
}

/** For each output of the model the class that it stands for today; null where that was deleted. */
function classesToday(db: Db, { classIds }: ModelNote): (PhotoClass | null)[] {
  const now = classesNow(db);
  const live = new Map(listClasses(db).map((one) => [one.id, one]));
  return classIds.map((id) => live.get(now.get(id) ?? id) ?? null);
}

/**
 * What the model says of one picture, as classes of today: those that were merged count together, deleted ones are left
 * out. probabilities: [K]. Throws 'not-found' when none of its classes is left.
 */
export function asPredicted(
  { db }: Pick<OpenLibrary, 'db'>,
  { run, note, calibrated }: ModelInUse,
  probabilities: Float32Array,
): PredictedPicture {
  const byClass = new Map<ClassId, ClassConfidence>();
  classesToday(db, note).forEach((today, k) => {
    if (!today) return;
    const before = byClass.get(today.id)?.confidence ?? 0;
    const confidence = Math.min(1, before + (probabilities[k] ?? 0));
    byClass.set(today.id, { classId: today.id, name: today.name, confidence });
  });
  const classes = [...byClass.values()].sort((one, other) => other.confidence - one.confidence);
  const [first] = classes;
  if (!first) {
    throw new WhiskerError('not-found', `None of the classes that run ${run} knows is left.`, 'Train again.');
  }
  return { run, class: first.name, confidence: first.confidence, calibrated, classes };
}
