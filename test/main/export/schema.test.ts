import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { csv } from '../../../src/main/export/formats/csv.ts';
import { json } from '../../../src/main/export/formats/json.ts';
import { jsonl } from '../../../src/main/export/formats/jsonl.ts';
import { parquet } from '../../../src/main/export/formats/parquet.ts';
import { exportedPhotos } from '../../../src/main/export/rows.ts';
import type { ExportedPhoto } from '../../../src/main/export/rows.ts';
import { fields, schemaName, schemaVersion } from '../../../src/main/export/schema.ts';
import type { Field } from '../../../src/main/export/schema.ts';
import { guardCell, unguardCell } from '../../../src/main/labels/label-csv.ts';
import { sampleDatabase } from '../db/sample-photos.ts';
import { bytesOf, contextOf, rowsOf, textOf } from './context.ts';
import { formulaStarts, hostileLibrary } from './hostile.ts';

type Row = Record<string, unknown>;
const arrayBuffer = (bytes: Buffer) => new Uint8Array(bytes).buffer;

/** A cell as docs/export-schema.md says that it is read. */
function valueOf({ type, nullable }: Field, cell: string): unknown {
  const text = unguardCell(cell);
  if (type === 'texts')
    return text === ''
      ? []
      : text.split('\n').map((path) => path.replace(/\\(.)/g, (_, sign) => (sign === 'n' ? '\n' : sign)));
  if (type === 'flag') return text === 'yes';
  if (nullable && text === '') return null;
  if (type === 'boolean') return text === 'yes';
  return type === 'integer' || type === 'number' ? Number(text) : text;
}

test('CSV, JSON, JSON Lines and Parquet say the same of photos with hostile names, field by field', async () => {
  const { db, ids } = hostileLibrary();
  const names = fields.map(({ name }) => name);
  const said = rowsOf(db);
  expect(said).toHaveLength(ids.length);

  const [header, ...cells]: string[][] = parse(await textOf(db, csv));
  expect(header).toEqual(names);
  const fromCsv = cells.map((row) =>
    Object.fromEntries(fields.map((field, i) => [field.name, valueOf(field, row[i]!)])),
  );
  const fromJson: { photos: Row[] } = JSON.parse(await textOf(db, json));
  const lines = (await textOf(db, jsonl)).split('\n');
  expect(lines.pop()).toBe('');
  const fromLines = lines.map((line): Row => JSON.parse(line));
  const fromParquet = (await parquetReadObjects({ file: arrayBuffer(await bytesOf(db, parquet)) })).map((row) => ({
    ...row,
    taken: row['taken'] instanceof Date ? row['taken'].toISOString().slice(0, -1) : row['taken'],
  }));

  expect(Object.keys(fromJson.photos[0]!)).toEqual(names);
  expect(fromCsv).toEqual(said);
  expect(fromJson.photos).toEqual(said);
  expect(fromLines).toEqual(said);
  expect(fromParquet).toEqual(said);
  // Each kind of value was there to be compared.
  const columns = Object.fromEntries(
    names.map((name) => [name, new Set(said.map((row) => JSON.stringify(row[name])))]),
  );
  for (const name of ['taken', 'class', 'predicted', 'confidence', 'calibrated', 'run', 'chosen', 'source'])
    expect(columns[name]!.has('null') && columns[name]!.size > 1, name).toBe(true);
  for (const name of ['excluded', 'none', 'unsure']) expect(columns[name]!.size, name).toBe(2);
  expect(said.find((row) => row['path'] === '=second\nline.jpg')).toMatchObject({
    copies: ['first.jpg', 'third\\nplace.jpg'],
  });
});

test('the schema has every field that is known of a photo, but for the number that means nothing elsewhere', () => {
  const { db } = sampleDatabase(1);
  const [photo] = [...exportedPhotos(db)].flat();
  expect(new Set(Object.keys(photo!))).toEqual(new Set(['id', ...fields.map(({ name }) => name)]));
});

test('docs/export-schema.md says the version, and of each field its type, whether it may be unknown and its meaning', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/export-schema.md'), 'utf8');
  expect(text).toContain(`\`${schemaName}\`, version ${schemaVersion}`);
  const rows = [...text.matchAll(/^\| `(\w+)` +\| (\w+) +\| (yes|no) +\| (.+?) +\|$/gm)].map((match) => match.slice(1));
  expect(rows).toEqual(fields.map(({ name, type, nullable, about }) => [name, type, nullable ? 'yes' : 'no', about]));
});

test('a cell that a spreadsheet may run as a formula is plain text, and reads back as it was', () => {
  for (const sign of formulaStarts)
    for (const text of [`${sign}HYPERLINK("x")`, `'${sign}1`, `''${sign}1`]) {
      expect(guardCell(text)).toBe(`'${text}`);
      expect(unguardCell(guardCell(text))).toBe(text);
    }
  for (const text of ['', 'a=b', "it's", "'quoted'", '1-2.jpg']) expect(unguardCell(guardCell(text))).toBe(text);
});

test('no line of an exported CSV holds a cell that begins like a formula', async () => {
  const { db } = hostileLibrary();
  const cells: string[][] = parse(await textOf(db, csv));
  expect(cells.flat().filter((cell) => formulaStarts.some((sign) => cell.startsWith(sign)))).toEqual([]);
  expect(cells.flat().filter((cell) => cell.startsWith("'")).length).toBeGreaterThan(formulaStarts.length);
});

const tables = [csv, json, jsonl, parquet];

test('10,000 photos and more are written as they are read, and no table is ever held', async () => {
  const { db } = sampleDatabase(12_000);
  for (const format of tables) {
    let read = 0;
    const told: number[] = [];
    const context = contextOf(db, format, { progress: (written) => told.push(written) });
    const counted = {
      ...context,
      *photos() {
        for (const page of context.photos()) {
          read++;
          yield page;
        }
      },
    };
    const readAt: number[] = [];
    let bytes = 0;
    for await (const piece of format.write(counted)) {
      bytes += piece.length;
      readAt.push(read);
    }
    // 12 pages of 1,000. A piece comes a page after the one before it, of Parquet five: 5,000 rows are a group.
    expect(read, format.id).toBe(12);
    expect(bytes, format.id).toBe((await bytesOf(db, format)).length);
    const pages = readAt.map((at, i) => at - (readAt[i - 1] ?? 0));
    expect(Math.max(...pages), format.id).toBe(format === parquet ? 5 : 1);
    expect(told, format.id).toEqual(Array.from({ length: 12 }, (_, i) => 1000 * (i + 1)));
  }
  const { row_groups } = parquetMetadata(arrayBuffer(await bytesOf(db, parquet)));
  expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([5000, 5000, 2000]);
});

test('a table ends at the next page when the person cancels', async () => {
  const { db } = sampleDatabase(3000);
  for (const format of tables) {
    const stop = new AbortController();
    const told: number[] = [];
    const context = contextOf(db, format, {
      signal: stop.signal,
      progress(written) {
        told.push(written);
        if (written === 2000) stop.abort(new Error('enough'));
      },
    });
    const all = async () => Readable.from(format.write(context)).toArray();
    await expect(all(), format.id).rejects.toThrow('enough');
    expect(told, format.id).toEqual([1000, 2000]);
  }
});

test('a table of no photos is whole in every format', async () => {
  const { db } = sampleDatabase(0);
  expect((await textOf(db, csv)).trimEnd().split('\r\n')).toHaveLength(1);
  expect(JSON.parse(await textOf(db, json))).toMatchObject({ photos: [] });
  expect(await textOf(db, jsonl)).toBe('');
  expect(await parquetReadObjects({ file: arrayBuffer(await bytesOf(db, parquet)) })).toEqual([]);
});

test('pages of which nothing was chosen leave no mark', async () => {
  const { db } = sampleDatabase(3);
  const [first, second, third] = [...exportedPhotos(db)].flat();
  const photos = (): ExportedPhoto[][] => [[], [first!], [], [second!, third!], []];
  const paths = ['0.jpg', '1.jpg', '2.jpg'];
  const read: { photos: Row[] } = JSON.parse(await textOf(db, json, { photos }));
  expect(read.photos.map((row) => row['path'])).toEqual(paths);
  expect((await textOf(db, csv, { photos })).trimEnd().split('\r\n')).toHaveLength(4);
  const rows = await parquetReadObjects({ file: arrayBuffer(await bytesOf(db, parquet, { photos })) });
  expect(rows.map((row) => row['path'])).toEqual(paths);
});

test('a Parquet table says what it is, and keeps words once a group', async () => {
  const { db } = hostileLibrary();
  const bytes = arrayBuffer(await bytesOf(db, parquet));
  const { key_value_metadata, schema, row_groups } = parquetMetadata(bytes);
  const metadata = Object.fromEntries(key_value_metadata!.map(({ key, value }) => [key, value]));
  expect(metadata).toMatchObject({ 'whisker.format': schemaName, 'whisker.version': String(schemaVersion) });
  expect(JSON.parse(metadata['whisker.classes']!)).toEqual(contextOf(db, parquet).classes.map(({ name }) => name));
  expect(schema.find(({ name }) => name === 'taken')).toMatchObject({
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' },
  });
  const encodings = (name: string) =>
    row_groups[0]!.columns.find(({ meta_data }) => meta_data!.path_in_schema[0] === name)!.meta_data!.encodings;
  for (const word of ['class', 'predicted', 'source', 'chosen']) expect(encodings(word)).toContain('RLE_DICTIONARY');
  expect(encodings('hash')).not.toContain('RLE_DICTIONARY');
});
