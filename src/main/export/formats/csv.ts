// A table, a photo a line. It can be imported again and gives the same labels.

import { stringify } from 'csv-stringify/sync';
import { guardCell } from '../../labels/label-csv.ts';
import type { FileFormat } from '../format.ts';
import type { ExportedPhoto } from '../rows.ts';

export const columns = [
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
export const csv: FileFormat = {
  id: 'csv',
  title: 'CSV',
  about: 'A table for spreadsheets and pandas, which Whisker reads back.',
  kind: 'file',
  extension: 'csv',
  contentType: 'text/csv; charset=utf-8; header=present',
  *write({ photos, progress }) {
    const lines = (cells: readonly (readonly string[])[]) => stringify([...cells], { record_delimiter: 'windows' });
    yield lines([columns]);
    let written = 0;
    for (const page of photos()) {
      if (page.length === 0) continue;
      yield lines(page.map((photo) => columns.map((key) => guardCell(cell(key, photo)))));
      progress((written += page.length));
    }
  },
};

function cell(key: (typeof columns)[number], photo: ExportedPhoto): string {
  const value = photo[key];
  if (Array.isArray(value)) return value.join('\n');
  if (key === 'excluded' || key === 'none' || key === 'unsure') return value ? 'yes' : '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? '' : String(value);
}
