// Photos as a Parquet table, written group of rows by group of rows. What the table is stands in its metadata.

import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { SchemaElement } from 'hyparquet-writer';
import type { ExportContext, FileFormat } from '../format.ts';
import { followedPages } from '../pages.ts';
import type { ExportedPhoto } from '../rows.ts';
import { fields, schemaName, schemaVersion } from '../schema.ts';
import type { Field, FieldType } from '../schema.ts';

export const parquet: FileFormat = {
  kind: 'file',
  id: 'parquet',
  title: 'Parquet',
  about: 'A compact table with types, for pandas, DuckDB, Spark and others.',
  extension: 'parquet',
  contentType: 'application/vnd.apache.parquet',
  takesUnknown: true,
  write: parquetPieces,
};

/** Rows of a group, but for the last: few enough to be encoded in no time, many enough for a reader to skip by. */
const groupRows = 5000;

/** A piece for each group of rows, then the footer. */
export async function* parquetPieces(context: ExportContext): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const table = new ParquetWriter({
    writer,
    schema: [{ name: 'photos', num_children: fields.length }, ...fields.flatMap(schemaOf)],
    kvMetadata: [
      { key: 'whisker.format', value: schemaName },
      { key: 'whisker.version', value: String(schemaVersion) },
      { key: 'whisker.exported_at', value: new Date().toISOString() },
      { key: 'whisker.classes', value: JSON.stringify(context.classes.map(({ name }) => name)) },
    ],
    createdBy: 'Whisker',
  });
  function taken(): Uint8Array {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  }
  let rows: ExportedPhoto[] = [];
  function writeRows(): Uint8Array {
    // Nothing to wait for: the writer is memory.
    void table.write({ columnData: fields.map((field) => columnOf(field, rows)), rowGroupSize: groupRows });
    rows = [];
    return taken();
  }
  for await (const page of followedPages(context)) {
    rows.push(...page);
    if (rows.length >= groupRows) yield writeRows();
  }
  if (rows.length > 0) yield writeRows();
  void table.finish();
  yield taken();
}

/** Words are few and come often: they are kept once a group. */
const columnOf = ({ name, type }: Field, rows: readonly ExportedPhoto[]) => ({
  name,
  data: rows.map((photo) => (type === 'time' ? dateOf(photo[name]) : photo[name])),
  ...(type === 'word' && { encoding: 'RLE_DICTIONARY' as const }),
});

/** A camera's clock is taken for UTC here; the column's type says that it is no moment in time. */
const dateOf = (time: ExportedPhoto[Field['name']]): Date | null =>
  typeof time === 'string' ? new Date(`${time}Z`) : null;

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const satisfies Partial<SchemaElement>;

const types = {
  text,
  word: text,
  flag: { type: 'BOOLEAN' },
  boolean: { type: 'BOOLEAN' },
  integer: { type: 'INT32' },
  number: { type: 'DOUBLE' },
  time: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' } },
  texts: { converted_type: 'LIST', num_children: 1 },
} as const satisfies Record<FieldType, Partial<SchemaElement>>;

const schemaOf = ({ name, type, nullable }: Field): SchemaElement[] => [
  { name, repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED', ...types[type] },
  ...(type === 'texts' ? listOf : []),
];

const listOf: readonly SchemaElement[] = [
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'REQUIRED', ...text },
];
