// The labels of this moment as the engine is told of them, and what it says to them as guesses of classes.

import { isDeepStrictEqual } from 'node:util';
import type { FeatureFile } from '../../engine/messages.ts';
import { inThousandths } from '../../shared/live.ts';
import type { GuessChange, LivePredictions } from '../../shared/live.ts';
import { mostLikely } from '../../shared/statistics.ts';
import { EXCLUDED_CODE, NO_LABEL_CODE, NONE_CODE, UNSURE_CODE } from '../../shared/types.ts';
import type { ClassId, PhotoId } from '../../shared/types.ts';
import { teaches } from '../../shared/rules.ts';
import type { TrainingOptions } from '../../shared/training.ts';
import { acceptedPhotos } from '../db/accepted.ts';
import { burstsByPhoto } from '../db/burst-rows.ts';
import { classesAsMade } from '../db/classes.ts';
import { currentLabels } from '../db/labels.ts';
import type { Db } from '../db/open.ts';
import { refusedClasses } from '../db/refusals.ts';
import type { PhotoFeatures } from '../features/feature-service.ts';

/** Position i of every array is the photo `ids[i]`. */
export interface Lesson {
  ids: readonly PhotoId[];
  features: FeatureFile;
  /** Class position, -2 for a photo of none of the classes, or -1 without a label that is learned from. */
  labels: Int32Array;
  /** A number that those share that are nearly the same: that of the first of them. */
  bursts: Int32Array;
  /** Classes that have labels among these photos; position k of what is learned is `classIds[k]`. */
  classIds: ClassId[];
  /** How many are learned from. */
  labelled: number;
  /** Positions of the photos that wait for a label, in order. */
  waiting: Int32Array;
  /**
   * Positions of those that are not to be asked about: excluded, of none of the classes, accepted without a look where
   * these are left out, and those of which somebody is unsure, as long as others wait.
   */
  aside: Int32Array;
  /** What photos are not, in the person's word. */
  refused: ReadonlyMap<PhotoId, ReadonlySet<ClassId>>;
}

/** `options`: what to do with labels that were accepted without a look at each. */
export function takeLesson(
  db: Db,
  { ids, features }: PhotoFeatures,
  options: Pick<TrainingOptions, 'accepted'>,
): Lesson {
  const [codes, accepted] = [currentLabels(db), acceptedPhotos(db)];
  const bursts = burstsByPhoto(db);
  // Asked with every label and for every photo in review: one look at all of them.
  const codeAt = ids.map((id) =>
    teaches(!accepted.has(id), options) ? (codes.get(id) ?? NO_LABEL_CODE) : EXCLUDED_CODE,
  );
  const used = new Set(codeAt);
  const classIds = classesAsMade(db).flatMap(({ id }) => (used.has(id) ? [id] : []));
  const position = new Map<number, number>(classIds.map((id, k) => [id, k]));
  const labels = Int32Array.from(codeAt, (code) => position.get(code) ?? (code === NONE_CODE ? NONE_CODE : -1));
  const where = (...codes: number[]) => Int32Array.from(codeAt.flatMap((one, i) => (codes.includes(one) ? [i] : [])));
  const waiting = where(NO_LABEL_CODE);
  return {
    ids,
    features,
    labels,
    bursts: Int32Array.from(ids, (id) => bursts.get(id) ?? id),
    classIds,
    labelled: labels.reduce((sum, k) => (k < 0 ? sum : sum + 1), 0),
    waiting,
    aside: where(EXCLUDED_CODE, NONE_CODE, ...(waiting.length > 0 ? [UNSURE_CODE] : [])),
    refused: refusedClasses(db),
  };
}

/** Whether two lessons have the same to learn from. */
export const teachTheSame = (one: Lesson, other: Lesson): boolean =>
  isDeepStrictEqual(one.ids, other.ids) &&
  isDeepStrictEqual(one.labels, other.labels) &&
  isDeepStrictEqual(one.bursts, other.bursts) &&
  isDeepStrictEqual(one.classIds, other.classIds) &&
  isDeepStrictEqual(one.features, other.features);

/** What the photos that wait for a label look like.  probabilities: [count, classes] row-major. */
export function guessesFrom({ ids, classIds, waiting, refused }: Lesson, probabilities: Float32Array): LivePredictions {
  const guesses: LivePredictions = { ids: [], classIds: [], confidences: [] };
  for (const i of waiting) {
    const id = ids[i];
    const best = mostLikely(probabilities, i, classIds.length);
    const classId = classIds[best];
    if (id === undefined || classId === undefined || refused.get(id)?.has(classId)) continue;
    guesses.ids.push(id);
    guesses.classIds.push(classId);
    guesses.confidences.push(inThousandths(probabilities[i * classIds.length + best] ?? 0));
  }
  return guesses;
}

interface Answer {
  lesson: Lesson;
  predictions: LivePredictions;
}

/** What the labels between two answers changed; null when none came between. */
export function changeBetween(before: Answer, now: Answer): GuessChange | null {
  const labelBefore = labelsById(before.lesson);
  let labels = 0;
  for (const [id, classId] of labelsById(now.lesson))
    if (labelBefore.has(id) && labelBefore.get(id) !== classId) labels++;
  if (labels === 0) return null;
  const guessBefore = new Map(before.predictions.ids.map((id, i) => [id, before.predictions.classIds[i]]));
  const { ids, classIds } = now.predictions;
  return { labels, photos: ids.filter((id, i) => guessBefore.has(id) && guessBefore.get(id) !== classIds[i]) };
}

/** The class of each photo of a lesson; undefined without one. */
const labelsById = ({ ids, labels, classIds }: Lesson): Map<PhotoId, ClassId | undefined> =>
  new Map(ids.map((id, i) => [id, classIds[labels[i] ?? -1]]));

export function countByClass({ classIds }: LivePredictions): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const id of classIds) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}
