// All photos as one table. It can be imported again and gives the same labels.

import { stringify } from 'csv-stringify/sync';
import type { Db } from '../../db/open.ts';
import { guardCell } from '../../labels/label-csv.ts';
import { exportedPhotos } from '../rows.ts';
import type { ExportedPhoto } from '../rows.ts';

const columns = [
  'path',
  'hash',
  'class',
  'source',
  'excluded',
  'predicted',
  'confidence',
  'calibrated',
  'run',
  'copies',
  'chosen',
  'none',
  'unsure',
] as const satisfies readonly (keyof ExportedPhoto)[];

/** RFC 4180 in UTF-8, a header first. Cells that a spreadsheet would run as a formula begin with an apostrophe. */
export function* exportCsv(db: Db): Generator<string> {
  const lines = (cells: readonly (readonly string[])[]) => stringify([...cells], { record_delimiter: 'windows' });
  yield lines([columns]);
  for (const photos of exportedPhotos(db))
    yield lines(photos.map((photo) => columns.map((key) => guardCell(cell(key, photo)))));
}

function cell(key: (typeof columns)[number], photo: ExportedPhoto): string {
  const value = photo[key];
  if (Array.isArray(value)) return value.join('\n');
  if (key === 'excluded' || key === 'none' || key === 'unsure') return value ? 'yes' : '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? '' : String(value);
}
