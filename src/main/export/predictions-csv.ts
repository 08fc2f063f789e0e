// What a run says of every photo, as a table. Its `source` column keeps anybody from taking it for labels.

import { stringify } from 'csv-stringify/sync';
import { listClasses } from '../db/classes.ts';
import { exportPages } from '../db/export-rows.ts';
import type { Db } from '../db/open.ts';
import { guardCell } from '../labels/label-csv.ts';
import type { RunId } from '../../shared/types.ts';

export interface PredictedPhoto {
  /** Relative to the library's folder. */
  file: string;
  class: string;
  /** Probability that the run gives to `class`, 0 to 1. */
  confidence: number;
  run: RunId;
}

/** Every photo that the run speaks of, in the classes of today. */
export function predictedPhotos(db: Db, run: RunId): PredictedPhoto[] {
  const names = new Map(listClasses(db).map(({ id, name }) => [id, name]));
  return [...exportPages(db, run)].flat().flatMap(({ paths, predicted, confidence }) => {
    const name = predicted === null ? undefined : names.get(predicted);
    const [file = '']: string[] = JSON.parse(paths);
    return name === undefined || confidence === null ? [] : [{ file, class: name, confidence, run }];
  });
}

/** RFC 4180, a header first. */
export const predictionsCsv = (photos: readonly PredictedPhoto[]): string =>
  stringify(
    photos.map((photo) => [guardCell(photo.file), guardCell(photo.class), photo.confidence, 'prediction', photo.run]),
    { header: true, columns: ['file', 'class', 'confidence', 'source', 'run'], record_delimiter: 'windows' },
  );
