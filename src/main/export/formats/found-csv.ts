// What a run says of the files of another folder, as a table with the columns of `predictions-csv.ts`.

import { stringify } from 'csv-stringify/sync';
import { guardCell } from '../../labels/label-csv.ts';
import type { PredictedPicture } from '../../../shared/predicted.ts';
import { rounded } from '../rows.ts';
import { predictionColumns } from './predictions-csv.ts';

/** RFC 4180, a header first, page by page; files without a prediction are left out. */
export function* foundCsv(
  pages: Iterable<readonly { path: string; predicted?: PredictedPicture }[]>,
): Generator<string> {
  const lines = (rows: unknown[][]) => stringify(rows, { record_delimiter: 'windows' });
  yield lines([predictionColumns]);
  for (const page of pages) {
    yield lines(
      page.flatMap(({ path, predicted }) => {
        if (!predicted) return [];
        const { class: name, confidence, calibrated, run } = predicted;
        const said = [rounded(confidence), calibrated ? 'yes' : 'no', 'prediction', run];
        return [[guardCell(path), guardCell(name), ...said]];
      }),
    );
  }
}
