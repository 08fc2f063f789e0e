// From class probabilities to rows that the review list can be drawn from.

import type { Accuracy } from '../../shared/training.ts';
import type { ClassId, PhotoId, RunId } from '../../shared/types.ts';
import type { Db } from '../db/open.ts';
import { writePredictions } from '../db/predictions-write.ts';
import type { PredictionRow } from '../db/predictions-write.ts';
import { rankPredictions } from './suspicion.ts';

export interface Judgement {
  /** Row i of the probabilities, [n, K] row-major, is photo `photoIds[i]`; column k is class `classIds[k]`. */
  photoIds: readonly PhotoId[];
  classIds: readonly ClassId[];
  probabilities: Float32Array;
  otherProbabilities: Float32Array | null;
  doubts: Float32Array;
  /** What the head scored on labels it had not learned from, where these can stand for the library. */
  heldOut: Accuracy | null;
}

/** `isWanted`: of which photos it is stored; the others only help to tell how far to doubt. */
export function storePredictions(
  db: Db,
  runId: RunId,
  judgement: Judgement,
  isWanted: (id: PhotoId) => boolean = () => true,
): Promise<void> {
  return writePredictions(db, runId, rowsOf(judgement, isWanted));
}

function* rowsOf(
  { photoIds, classIds, ...said }: Judgement,
  isWanted: (id: PhotoId) => boolean,
): Generator<PredictionRow> {
  const classAt = (position: number): ClassId => {
    const id = classIds[position];
    if (id === undefined) throw new RangeError(`there is no class at position ${position}`);
    return id;
  };
  let row = 0;
  for (const ranked of rankPredictions({ ...said, classCount: classIds.length })) {
    const photoId = photoIds[row++];
    if (photoId === undefined) throw new RangeError('more predictions than photos');
    if (!isWanted(photoId)) continue;
    yield {
      photoId,
      classId: classAt(ranked.predicted),
      confidence: ranked.confidence,
      runnerUp: classAt(ranked.runnerUp),
      margin: ranked.margin,
      suspicion: ranked.suspicion,
      reason: ranked.reasonCode,
      otherClass: ranked.other === null ? null : classAt(ranked.other),
    };
  }
}
