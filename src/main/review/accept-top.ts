// Accepting the surest photos of a class as one action, and what is known of the errors among them before.

import { waitingOfClass } from '../db/predictions.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { requireClass, setLabels } from '../labels/set-labels.ts';
import type { Touched } from '../labels/undo.ts';
import { errorCurve, errorsByChecks } from '../../shared/accept-top.ts';
import type { Surest } from '../../shared/accept-top.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { acceptedUnseen } from '../../shared/types.ts';
import type { ClassId, RunId } from '../../shared/types.ts';
import { count as inWords } from '../../shared/words.ts';
import { countErrorsLeft, hasCheckedChances } from './review.ts';

/** Null without a run. */
export function surestOfClass(db: Db, runId: RunId | null, classId: ClassId): Surest | null {
  if (runId === null) return null;
  const waiting = waitingOfClass(db, runId, classId);
  const photos = waiting.length;
  if (hasCheckedChances(db, runId)) {
    return { runId, photos, errors: { by: 'chances', curve: errorCurve(waiting.map(({ suspicion }) => suspicion)) } };
  }
  const left = countErrorsLeft(db, runId);
  return { runId, photos, errors: left && errorsByChecks(left) };
}

export interface AcceptTop {
  /** The run whose photos were counted. */
  runId: RunId;
  classId: ClassId;
  count: number;
}

/**
 * Labels the surest `count` photos of a class as the run says. Throws 'not-found' for an unknown class, and 'conflict'
 * when another run is in use or fewer photos wait: what was counted is no longer so, and nothing is written.
 */
export function acceptTop(db: Db, activeRun: RunId | null, { runId, classId, count }: AcceptTop): Touched {
  return transact(db, () => {
    const { name } = requireClass(db, classId);
    if (runId !== activeRun) {
      throw new WhiskerError('conflict', 'The predictions have changed since.', 'Look at the new ones first.');
    }
    const waiting = waitingOfClass(db, runId, classId);
    if (waiting.length < count) {
      const message = `Only ${inWords(waiting.length)} photos are still taken for ${name}, not ${inWords(count)}.`;
      throw new WhiskerError('conflict', message, 'Look at the list again.');
    }
    const surest = waiting.slice(0, count).map(({ photoId }) => photoId);
    return setLabels(db, surest, classId, acceptedUnseen);
  });
}
