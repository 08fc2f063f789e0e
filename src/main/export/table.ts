// The table of formats: one entry each, with the file that writes it, and how a download of it is answered.

import type { ExportFormat } from '../../shared/urls.ts';
import type { RunId } from '../../shared/types.ts';
import { listClasses } from '../db/classes.ts';
import type { Db } from '../db/open.ts';
import type { ExportContext, FileFormat } from './format.ts';
import { csv } from './formats/csv.ts';
import { curvesCsv } from './formats/curves-csv.ts';
import { json } from './formats/json.ts';
import type { KeptPicture } from './picture-shelf.ts';
import { exportedPhotos } from './rows.ts';

export const formats: Record<ExportFormat, FileFormat> = { csv, json };

/** All that is known of all photos. */
export const everythingOf = (db: Db, name: string, folder: string): ExportContext => ({
  db,
  name,
  folder,
  classes: listClasses(db),
  photos: () => exportedPhotos(db),
  signal: new AbortController().signal,
  progress: () => {},
});

/** A download of the library called `name`, written as it is read. */
export function exportResponse(db: Db, name: string, format: ExportFormat): Response {
  const { contentType, write } = formats[format];
  return download(write(everythingOf(db, name, '')), contentType, `${named(name)} labels.${format}`);
}

/** The curves of a run as they were drawn, a line a point. Throws 'not-found'. */
export const curvesResponse = (db: Db, name: string, run: RunId): Response =>
  download(curvesCsv(db, run), formats.csv.contentType, `${named(name)} run ${run} curves.csv`);

export const pictureResponse = (library: string, { name, png }: KeptPicture): Response =>
  new Response(new Uint8Array(png), { headers: headersOf('image/png', `${named(`${library} ${name}`)}.png`) });

/** A library's name in the name of a file. */
export const named = (name: string): string => name.replace(/[\s\p{Cc}/\\:*?"<>|]+/gu, ' ').trim() || 'whisker';

/** A download, written as it is read. */
export function download(pieces: Pieces, contentType: string, fileName: string): Response {
  return new Response(ReadableStream.from(bytesOf(pieces)), { headers: headersOf(contentType, fileName) });
}

export type Pieces = ReturnType<FileFormat['write']>;

async function* bytesOf(pieces: Pieces): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield typeof piece === 'string' ? encoder.encode(piece) : piece;
}

const headersOf = (contentType: string, fileName: string) => ({
  'content-type': contentType,
  'content-disposition': attachment(fileName),
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

/** RFC 6266: plain ASCII for old readers, the real name for the others. */
function attachment(fileName: string): string {
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${fileName.replace(/[^\x20-\x7e]/g, '_')}"; filename*=UTF-8''${encoded}`;
}
