// How the labels that measured a run had been chosen: the trainer knows them only by position.

import type { Receipt } from '../../shared/training.ts';
import type { PhotoId, RunId } from '../../shared/types.ts';
import { choicesAt } from '../db/labels.ts';
import type { Db } from '../db/open.ts';
import { getRun, storeMeasuredOn } from '../db/runs.ts';

export interface MeasuredLabels {
  /** Position i of what the trainer was told is the photo `photoIds[i]`. */
  photoIds: readonly PhotoId[];
  /** The labels that could measure the run. */
  labelled: readonly PhotoId[];
  /** Positions that were held out of training. */
  heldOut: Int32Array;
  measuredBy: Receipt['measuredBy'];
  /** ISO 8601: the moment whose labels they are; when the run began unless said otherwise. */
  asOf?: string | undefined;
}

/** Notes with the run how its measured labels had been chosen then, whatever was labelled since. */
export function storeHeldOutChoice(db: Db, runId: RunId, measured: MeasuredLabels): void {
  const photoIds = measuredPhotos(measured);
  storeMeasuredOn(db, runId, photoIds && choicesAt(db, photoIds, measured.asOf ?? getRun(db, runId).startedAt));
}

/** Cross-validation measures on every label in turn; null when nothing was measured. */
function measuredPhotos({ photoIds, labelled, heldOut, measuredBy }: MeasuredLabels): PhotoId[] | null {
  if (measuredBy === null) return null;
  const measured = new Set(measuredBy === 'held-out' ? Array.from(heldOut, (i) => photoIds[i]) : labelled);
  return photoIds.filter((id) => measured.has(id));
}
