// What a run says of every photo, as a table. Its `source` column keeps anybody from taking it for labels.

import { stringify } from 'csv-stringify/sync';
import type { Db } from '../../db/open.ts';
import { guardCell } from '../../labels/label-csv.ts';
import { exportedPhotos } from '../rows.ts';
import type { ExportedPhoto } from '../rows.ts';

export const predictionColumns = ['path', 'class', 'confidence', 'calibrated', 'source', 'run'];

/** Every photo that the run in use speaks of, in the classes of today. */
export const predictedPhotos = (db: Db): ExportedPhoto[] =>
  [...exportedPhotos(db)].flat().filter(({ predicted }) => predicted !== null);

/** RFC 4180, a header first. */
export const predictionsCsv = (photos: readonly ExportedPhoto[]): string =>
  stringify(
    photos.map(({ path, predicted, confidence, calibrated, run }) => [
      guardCell(path),
      guardCell(predicted ?? ''),
      confidence,
      calibrated ? 'yes' : 'no',
      'prediction',
      run,
    ]),
    { header: true, columns: predictionColumns, record_delimiter: 'windows' },
  );
