// Answers that the browser and Electron save the way people know.

import type { RunId } from '../../shared/types.ts';
import type { Db } from '../db/open.ts';
import type { FileFormat } from './format.ts';
import { csv } from './formats/csv.ts';
import { curvesCsv } from './formats/curves-csv.ts';
import type { KeptPicture } from './picture-shelf.ts';

/** The curves of a run as they were drawn, a line a point. Throws 'not-found'. */
export const curvesResponse = (db: Db, name: string, run: RunId): Response =>
  download(curvesCsv(db, run), csv.contentType, `${named(name)} run ${run} curves.csv`);

export const pictureResponse = (library: string, { name, png }: KeptPicture): Response =>
  new Response(new Uint8Array(png), { headers: headersOf('image/png', `${named(`${library} ${name}`)}.png`) });

/** A library's name in the name of a file. */
export const named = (name: string): string => name.replace(/[\s\p{Cc}/\\:*?"<>|]+/gu, ' ').trim() || 'whisker';

/** A download, written as it is read. */
export function download(pieces: ReturnType<FileFormat['write']>, contentType: string, fileName: string): Response {
  const encoder = new TextEncoder();
  const iterator = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return new Response(body, { headers: headersOf(contentType, fileName) });
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
