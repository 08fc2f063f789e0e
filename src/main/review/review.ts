// The review list: what still waits for a person, in which order, and why each photo is in it.

import { fileNameOf } from '../../shared/elsewhere.ts';
import { findClass, listClasses } from '../db/classes.ts';
import { appendLabels, labelCodes, unknownPhotos } from '../db/labels.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { waitingPredictions, waitingSuspicions } from '../db/predictions.ts';
import type { WaitingOrder } from '../db/predictions.ts';
import { settledOfPool, waitingOfPool } from '../db/review-pool.ts';
import type { SettledRow } from '../db/review-pool.ts';
import { notRefused } from '../db/refusals.ts';
import type { Refusal } from '../db/refusals.ts';
import { getRun } from '../db/runs.ts';
import { act, untouched } from '../labels/undo.ts';
import type { Touched } from '../labels/undo.ts';
import { isCalibrated } from '../../shared/confidence.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { ErrorsLeft } from '../../shared/errors-left.ts';
import { acceptedUnseen, NO_LABEL_CODE, UNSURE_CODE } from '../../shared/types.ts';
import { queueEnd } from '../../shared/queue-end.ts';
import type { QueueEnd } from '../../shared/queue-end.ts';
import { libraryAccuracy } from '../../shared/training.ts';
import type { ClassId, PhotoId, ReviewItem, RunId } from '../../shared/types.ts';
import { plural } from '../../shared/words.ts';
import { errorsLeft } from './errors-left.ts';
import { drawsOf, inRandomOrder, mixInChecks } from './random-checks.ts';
import type { Fate } from './random-checks.ts';
import { onePerBurst } from './one-per-burst.ts';
import { reasonSentence } from './reasons.ts';

/** More than a person reviews before asking again; keeps a library of 100,000 photos light on the wire. */
const longestList = 2000;

/** Unlabelled photos that the run speaks of; none without a run. */
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
    const label = order.order === 'unsure' ? 'unsure' : null;
    return { ...item, name: fileNameOf(path), runnerUp, reason, label };
  });
}

/**
 * The same by suspicion, one of each burst first, with random checks mixed in: about one in eight, each a photo of
 * those that wait. When none waits any more, those of which somebody is unsure. `firstOf`: what `onePerBurst` wants, of
 * the suspects in their order.
 */
export function listWithChecks(
  db: Db,
  runId: RunId | null,
  firstOf: (photoIds: readonly PhotoId[]) => ReadonlyMap<PhotoId, PhotoId> = () => new Map(),
): ReviewItem[] {
  if (runId === null) return [];
  const inOrder = listReview(db, runId, { order: 'suspicion' });
  if (inOrder.length === 0) return listReview(db, runId, { order: 'unsure' });
  const suspects = onePerBurst(inOrder, firstOf(idsOf(inOrder)));
  const drawn = inRandomOrder(runId, waitingOfPool(db, runId)).slice(0, longestList);
  const listed = mixInChecks(idsOf(suspects), drawn, settledOfPool(db, runId).length, longestList);
  const items = new Map(suspects.map((item) => [item.photoId, item]));
  const others = listed.flatMap(({ photoId }) => (items.has(photoId) ? [] : [photoId]));
  for (const item of listReview(db, runId, { order: 'given', photoIds: others })) items.set(item.photoId, item);
  return listed.flatMap(({ photoId, isCheck }) => {
    const item = items.get(photoId);
    return item ? [isCheck ? { ...item, isCheck, reason: 'A random check.' } : item] : [];
  });
}

const idsOf = (items: readonly ReviewItem[]): PhotoId[] => items.map(({ photoId }) => photoId);

/** How many of the photos that still wait under this run are wrong, as its random checks tell; null without a run. */
export function countErrorsLeft(db: Db, runId: RunId | null): ErrorsLeft | null {
  if (runId === null) return null;
  const waiting = waitingOfPool(db, runId);
  const settled = settledOfPool(db, runId).map(withFate);
  return errorsLeft(drawsOf(runId, settled, waiting), waiting.length);
}

export const withFate = (row: SettledRow) => ({ ...row, fate: fateOf(row) });

/** A photo that was left out is wrong: the run had put it into a class. */
function fateOf({ label, predicted, refused, source, chosen }: SettledRow): Fate {
  if (label === NO_LABEL_CODE || label === UNSURE_CODE) return refused ? 'wrong' : 'skipped';
  if (label !== predicted) return 'wrong';
  return source === acceptedUnseen.source && chosen === acceptedUnseen.chosen ? 'accepted' : 'right';
}

/** Null without a run, and where its chances were not checked against labels that can stand for the library. */
export function endOfReview(db: Db, runId: RunId | null): QueueEnd | null {
  if (runId === null || !hasCheckedChances(db, runId)) return null;
  return queueEnd(waitingSuspicions(db, runId));
}

/** Whether the chances of a run were checked against labels that can stand for the library. */
export function hasCheckedChances(db: Db, runId: RunId): boolean {
  const run = getRun(db, runId);
  return isCalibrated(run.receipt) && libraryAccuracy(run) !== null;
}

/**
 * Remembers that photos are not of a class, and takes it off those that are labelled so; saying it again changes
 * nothing. Throws 'not-found'.
 */
export function refuseClass(db: Db, refusal: Refusal): Touched {
  return transact(db, () => {
    const { photoIds, classId } = refusal;
    const named = findClass(db, classId);
    if (!named) throw new WhiskerError('not-found', `There is no class number ${classId}.`);
    const [unknown] = unknownPhotos(db, photoIds);
    const codes = labelCodes(db, photoIds);
    if (unknown !== undefined) {
      throw new WhiskerError('not-found', `There is no photo number ${unknown} in this library.`);
    }
    const fresh = notRefused(db, refusal);
    const labelled = photoIds.filter((_, i) => codes[i] === classId);
    if (fresh.length + labelled.length === 0) return untouched;
    return act(db, {
      kind: 'review.refuse',
      description: `Say ${plural(photoIds.length, ['# photo', '# photos'])} ${photoIds.length === 1 ? 'is' : 'are'} not ${named.name}`,
      change: { refusal: { photoIds: fresh, classId } },
      writeLabels: (stamp) => appendLabels(db, stamp, labelled, null, { source: 'person', chosen: 'review' }),
    });
  });
}
