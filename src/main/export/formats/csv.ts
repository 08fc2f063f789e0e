// A table, a photo a line. It can be imported again and gives the same labels.

import { stringify } from 'csv-stringify/sync';
import { guardCell } from '../../labels/label-csv.ts';
import type { ExportContext, FileFormat } from '../format.ts';
import { followedPages } from '../pages.ts';
import type { ExportedPhoto } from '../rows.ts';
import { fields } from '../schema.ts';
import type { Field } from '../schema.ts';

export const csv: FileFormat = {
  kind: 'file',
  id: 'csv',
  title: 'CSV',
  about: 'A table for spreadsheets and pandas, which Whisker reads back.',
  extension: 'csv',
  contentType: 'text/csv; charset=utf-8; header=present',
  takesUnknown: true,
  write: csvLines,
};

/** RFC 4180 in UTF-8, a header first. Cells that a spreadsheet would run as a formula begin with an apostrophe. */
async function* csvLines(context: ExportContext): AsyncGenerator<string> {
  const lines = (cells: readonly (readonly string[])[]) => stringify([...cells], { record_delimiter: 'windows' });
  yield lines([fields.map(({ name }) => name)]);
  for await (const photos of followedPages(context))
    yield lines(photos.map((photo) => fields.map((field) => guardCell(cell(field, photo)))));
}

function cell({ name, type }: Field, photo: ExportedPhoto): string {
  const value = photo[name];
  if (Array.isArray(value)) return value.map(oneLine).join('\n');
  if (type === 'flag') return value ? 'yes' : '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? '' : String(value);
}

/** Of several places each has a line: a line break inside a name is written as \n, and a backslash as two. */
const oneLine = (path: string): string => path.replace(/[\\\n]/g, (sign) => (sign === '\n' ? '\\n' : '\\\\'));
