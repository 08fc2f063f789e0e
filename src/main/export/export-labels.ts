// Labels and predictions as CSV and JSON, to take away. The CSV can be imported again and gives the same labels.

import { stringify } from 'csv-stringify/sync';
import { classesNow, listClasses } from '../db/classes.ts';
import { exportPages } from '../db/export-rows.ts';
import type { ExportRow } from '../db/export-rows.ts';
import type { Db } from '../db/open.ts';
import { activeRun } from '../db/runs.ts';
import { guardCell } from '../labels/label-csv.ts';
import type { ExportFormat } from '../../shared/urls.ts';
import type { ClassId, LabelSource, RunId } from '../../shared/types.ts';

/** One photo of the JSON export; the CSV has the same fields as columns. */
export interface ExportedPhoto {
  /** Relative to the library's folder. */
  path: string;
  /** SHA-256 of the file. */
  hash: string;
  /** The label; where there is none, the prediction, and then `source` says so. */
  class: string | null;
  source: LabelSource | 'prediction' | null;
  excluded: boolean;
  /** What the active run says, whatever the label. */
  predicted: string | null;
  /** Probability the run gives to `predicted`, 0 to 1. */
  confidence: number | null;
  run: RunId | null;
  /** Other places where the same content lies. */
  copies: string[];
}

const columns = [
  'path',
  'hash',
  'class',
  'source',
  'excluded',
  'predicted',
  'confidence',
  'run',
  'copies',
] as const satisfies readonly (keyof ExportedPhoto)[];

/** RFC 4180 in UTF-8, a header first. Cells that a spreadsheet would run as a formula begin with an apostrophe. */
export function* exportCsv(db: Db): Generator<string> {
  const lines = (cells: readonly (readonly string[])[]) => stringify([...cells], { record_delimiter: 'windows' });
  yield lines([columns]);
  for (const photos of exportedPhotos(db))
    yield lines(photos.map((photo) => columns.map((key) => guardCell(cell(photo[key])))));
}

const cell = (value: ExportedPhoto[keyof ExportedPhoto]): string => {
  if (Array.isArray(value)) return value.join('\n');
  if (typeof value === 'boolean') return value ? 'yes' : '';
  return value === null ? '' : String(value);
};

/** `{ format, version, exportedAt, classes, photos }`, one photo a line. */
export function* exportJson(db: Db): Generator<string> {
  const head = { format: 'whisker-labels', version: 1, exportedAt: new Date().toISOString() };
  const classes = listClasses(db).map(({ name, colour, shape }) => ({ name, colour, shape }));
  yield `${JSON.stringify({ ...head, classes }).slice(0, -1)},"photos":[`;
  let separator = '\n';
  for (const photos of exportedPhotos(db)) {
    yield separator + photos.map((photo) => JSON.stringify(photo)).join(',\n');
    separator = ',\n';
  }
  yield '\n]}\n';
}

function* exportedPhotos(db: Db): Generator<ExportedPhoto[]> {
  const run = activeRun(db);
  for (const page of exportPages(db, run)) {
    const names = new Map(listClasses(db).map(({ id, name }) => [id, name]));
    const now = classesNow(db);
    const nameOf = (id: ClassId | null) => (id === null ? null : (names.get(now.get(id) ?? id) ?? null));
    yield page.map((row) => exported(row, run, nameOf));
  }
}

function exported(row: ExportRow, run: RunId | null, nameOf: (id: ClassId | null) => string | null): ExportedPhoto {
  const [path = '', ...copies]: string[] = JSON.parse(row.paths);
  const predicted = nameOf(row.predicted);
  const guess = row.source === null && predicted !== null;
  return {
    path,
    hash: row.sha256,
    class: guess ? predicted : nameOf(row.classId),
    source: guess ? 'prediction' : row.source,
    excluded: row.excluded === 1,
    predicted,
    confidence: predicted === null ? null : row.confidence,
    run: predicted === null ? null : run,
    copies,
  };
}

/** A download of the library called `name`, written as it is read. */
export function exportResponse(db: Db, name: string, format: ExportFormat): Response {
  const parts = format === 'csv' ? exportCsv(db) : exportJson(db);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { value, done } = parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
  const fileName = `${name.replace(/[\s\p{Cc}/\\:*?"<>|]+/gu, ' ').trim() || 'whisker'} labels.${format}`;
  return new Response(body, {
    headers: {
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8',
      'content-disposition': attachment(fileName),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** RFC 6266: plain ASCII for old readers, the real name for the others. */
function attachment(fileName: string): string {
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${fileName.replace(/[^\x20-\x7e]/g, '_')}"; filename*=UTF-8''${encoded}`;
}
