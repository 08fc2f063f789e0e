// The list of photos that a job looks at: their content, where they lie and how large they are, sorted by what names
// them, as Parquet.

import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import { WhiskerError } from '../../shared/errors.ts';
import { photosByContent } from '../db/elsewhere.ts';
import type { Db } from '../db/open.ts';

/** A line of the manifest. Of photos that Whisker has not met only the URI is known. */
export interface ManifestRow {
  sha256: string | null;
  uri: string;
  bytes: number | null;
}

/** What the Python file reads; nothing else is ever opened. */
export const schemes = ['file', 's3', 'http', 'https'] as const;

/** Throws 'wrong-usage' unless it is an address of one of the schemes. */
export function checkUri(uri: string): string {
  const scheme = /^([a-z0-9]+):\/\/./.exec(uri)?.[1];
  if (!(schemes as readonly (string | undefined)[]).includes(scheme) || uri.includes('::')) {
    const known = schemes.map((one) => `${one}://`).join(', ');
    throw new WhiskerError('wrong-usage', `"${uri}" is no address that a job can read; those are ${known}.`);
  }
  return uri;
}

/** From a path relative to the library's folder to where the job finds it. `prefix`: of the folder there. */
export function uriOf(folder: string, prefix: string | null): (path: string) => string {
  if (prefix === null) return (path) => pathToFileURL(join(folder, path)).href;
  const base = checkUri(prefix).replace(/\/*$/, '/');
  // Object stores know names as they are; addresses want their signs escaped.
  const name = base.startsWith('s3:')
    ? (path: string) => path
    : (path: string) => path.split('/').map(encodeURIComponent).join('/');
  return (path) => base + name(path);
}

const keyOf = ({ sha256, uri }: ManifestRow): string => sha256 ?? createHash('sha256').update(uri).digest('hex');

/** The library's photos and `others`, addresses of photos that it has not met, by their keys. */
export function* manifestRows(
  db: Db,
  place: (path: string) => string,
  others: readonly string[],
): Generator<ManifestRow> {
  const waiting = [...new Set(others)]
    .map((uri): ManifestRow => ({ sha256: null, uri: checkUri(uri), bytes: null }))
    .sort((one, other) => (keyOf(one) < keyOf(other) ? 1 : -1));
  for (const { sha256, bytes, path, uri } of photosByContent(db)) {
    while (waiting.length > 0 && keyOf(waiting.at(-1)!) < sha256) yield waiting.pop()!;
    const where = path === null ? uri : place(path);
    if (where !== null) yield { sha256, uri: where, bytes };
  }
  while (waiting.length > 0) yield waiting.pop()!;
}

const ROWS_AT_ONCE = 100_000;

/** Writes the file, a group of rows at a time, and says how many there are. */
export function writeManifest(path: string, rows: Iterable<ManifestRow>): number {
  let count = 0;
  function* counted() {
    for (const { sha256, uri, bytes } of rows) {
      count++;
      yield { sha256, uri, bytes: bytes === null ? null : BigInt(bytes) };
    }
  }
  void parquetWriteRows({
    writer: fileWriter(path),
    rows: counted(),
    columns: [{ name: 'sha256' }, { name: 'uri' }, { name: 'bytes' }],
    schema: [
      { name: 'root', num_children: 3 },
      { name: 'sha256', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'uri', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'bytes', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    rowGroupSize: ROWS_AT_ONCE,
  });
  return count;
}
