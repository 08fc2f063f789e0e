// The review list: what still waits for a person, in which order, and why each photo is in it.

import { posix } from 'node:path';
import { listClasses } from '../db/classes.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { isPredicted, isSkipped, waitingPredictions } from '../db/predictions.ts';
import type { WaitingOrder } from '../db/predictions.ts';
import { getRun } from '../db/runs.ts';
import { act, untouched } from '../labels/undo.ts';
import type { Touched } from '../labels/undo.ts';
import { isCalibrated } from '../../shared/confidence.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { ClassId, PhotoId, ReviewItem, RunId } from '../../shared/types.ts';
import { reasonSentence } from './reasons.ts';

/** More than a person reviews before asking again; keeps a library of 100,000 photos light on the wire. */
const longestList = 2000;

/** Unlabelled photos that the run speaks of and nobody set aside; none without a run. */
export function listReview(db: Db, runId: RunId | null, order: WaitingOrder, limit = longestList): ReviewItem[] {
  if (runId === null) return [];
  const calibrated = isCalibrated(getRun(db, runId).receipt);
  const names = new Map(listClasses(db).map(({ id, name }) => [id, name]));
  const nameOf = (id: ClassId | null) => (id === null ? null : (names.get(id) ?? null));
  return waitingPredictions(db, runId, order, limit).map(({ margin, other, path, ...item }) => {
    // Merging the two classes in question settles between them.
    const runnerUp = item.runnerUp === item.predicted ? null : item.runnerUp;
    const reason = reasonSentence(
      item.reasonCode,
      { confidence: item.confidence, margin, calibrated },
      { predicted: nameOf(item.predicted) ?? '', runnerUp: nameOf(runnerUp), other: nameOf(other) },
    );
    return { ...item, name: posix.basename(path), runnerUp, reason, label: null };
  });
}

/** Sets a photo aside in this run's list; skipping it again changes nothing. Throws 'not-found'. */
export function skipReview(db: Db, runId: RunId | null, photoId: PhotoId): Touched {
  return transact(db, () => {
    if (runId === null || !isPredicted(db, runId, photoId)) {
      throw new WhiskerError('not-found', `Photo number ${photoId} is not in the review list.`);
    }
    if (isSkipped(db, runId, photoId)) return untouched;
    return act(db, {
      kind: 'review.skip',
      description: 'Skip 1 photo in review',
      change: { skip: { runId, photoId } },
    });
  });
}
