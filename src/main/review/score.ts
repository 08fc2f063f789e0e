// How good the active run is on a table of truth that it never learned from.

import { WhiskerError } from '../../shared/errors.ts';
import { wilson } from '../../shared/statistics.ts';
import type { Accuracy } from '../../shared/training.ts';
import type { ClassId, PhotoClass, PhotoId, RunId } from '../../shared/types.ts';
import { listClasses } from '../db/classes.ts';
import type { Db } from '../db/open.ts';
import { getPhoto } from '../db/photos.ts';
import { classKey } from '../labels/classes.ts';
import type { LabelRow } from '../labels/label-csv.ts';
import { createFileMatcher } from '../labels/match-files.ts';
import type { ModelNote } from '../runs/run-folder.ts';

export interface ClassScore {
  class: string;
  /** Share of the photos predicted as this class that are of it; null when none was. */
  precision: number | null;
  /** Share of the photos of this class that were predicted as it; null when there are none. */
  recall: number | null;
  /** Photos of this class in the test. */
  n: number;
}

export interface Evaluation extends Accuracy {
  run: RunId;
  /** Names of the rows and columns of `confusion`. */
  classes: string[];
  /** [truth][predicted] counts. */
  confusion: number[][];
  perClass: ClassScore[];
  /** Rows that say nothing of the model, by why. */
  leftOut: { trainedOn: number; excluded: number; unmatched: { row: number; file: string; reason: string }[] };
}

/**
 * Scores the run's predictions against `rows`. Photos that are labelled, or that the model learned from, are left out
 * and counted. Throws 'bad-input' for a class that the model doesn't know, and when no row is left.
 */
export function evaluate(
  db: Db,
  runId: RunId,
  rows: readonly LabelRow[],
  trainedOn: ModelNote['trainedOn'],
): Evaluation {
  const match = createFileMatcher(db);
  const learned = new Set(trainedOn);
  const leftOut: Evaluation['leftOut'] = { trainedOn: 0, excluded: 0, unmatched: [] };
  const judged = new Map<PhotoId, { truth: ClassId; predicted: ClassId }>();
  const classes = listClasses(db);

  for (const { row, file, class: className } of rows) {
    const truth = classNamed(classes, className, row);
    const found = match(file);
    if ('reason' in found) {
      leftOut.unmatched.push({ row, file, reason: found.reason });
      continue;
    }
    const { label, prediction } = getPhoto(db, found.photoId, runId);
    if (label === 'excluded') leftOut.excluded++;
    else if ((label !== null && label !== 'unsure') || learned.has(found.photoId)) leftOut.trainedOn++;
    else if (prediction) judged.set(found.photoId, { truth: truth.id, predicted: prediction.classId });
    else leftOut.unmatched.push({ row, file, reason: 'The photo could not be read.' });
  }
  if (judged.size === 0) {
    throw new WhiskerError(
      'bad-input',
      'None of the rows names a photo of this folder that the model has not learned from.',
      'Give it the truth of unlabelled photos.',
    );
  }
  return { run: runId, ...score(classes, [...judged.values()]), leftOut };
}

function classNamed(classes: readonly PhotoClass[], name: string, row: number): PhotoClass {
  const found = classes.find((candidate) => classKey(candidate.name) === classKey(name.trim()));
  if (found) return found;
  throw new WhiskerError(
    'bad-input',
    `Row ${row} names the class "${name}", which this library doesn't have.`,
    `Its classes are: ${classes.map((known) => known.name).join(', ')}.`,
  );
}

function score(classes: readonly PhotoClass[], pairs: readonly { truth: ClassId; predicted: ClassId }[]) {
  const count = (truth: ClassId, predicted: ClassId) =>
    pairs.filter((pair) => pair.truth === truth && pair.predicted === predicted).length;
  const confusion = classes.map((truth) => classes.map((predicted) => count(truth.id, predicted.id)));
  const hits = classes.map(({ id }) => count(id, id));
  const perClass = classes.map(({ id, name }, k): ClassScore => {
    const n = pairs.filter(({ truth }) => truth === id).length;
    const predicted = pairs.filter((pair) => pair.predicted === id).length;
    const hit = hits[k] ?? 0;
    return { class: name, precision: predicted === 0 ? null : hit / predicted, recall: n === 0 ? null : hit / n, n };
  });
  const correct = hits.reduce((sum, hit) => sum + hit, 0);
  return {
    ...wilson(correct, pairs.length),
    classes: classes.map(({ name }) => name),
    confusion,
    perClass,
  };
}
