// What a format is handed, and what it makes of it: everything of all photos.

import type { Db } from '../../../src/main/db/open.ts';
import { contextOf as contextOfWish } from '../../../src/main/export/export-job.ts';
import type { ExportContext, FileFormat, Format } from '../../../src/main/export/format.ts';
import { exportedPhotos } from '../../../src/main/export/rows.ts';
import { fields } from '../../../src/main/export/schema.ts';
import { everything } from '../../../src/shared/export.ts';

export function contextOf(db: Db, { id }: Format, rest: Partial<ExportContext> = {}): ExportContext {
  const { signal = new AbortController().signal } = rest;
  const open = { db, folder: '/nowhere', name: 'My "photos"', dir: '/nowhere' };
  return { ...contextOfWish(open, { ...everything, format: id }, null, signal), ...rest };
}

export async function bytesOf(db: Db, format: FileFormat, rest?: Partial<ExportContext>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of format.write(contextOf(db, format, rest))) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

export const textOf = async (...asked: Parameters<typeof bytesOf>): Promise<string> =>
  (await bytesOf(...asked)).toString();

/** What is to be read of each photo, whatever the format: all fields but the id. */
export const rowsOf = (db: Db): Record<string, unknown>[] =>
  [...exportedPhotos(db)].flat().map((photo) => Object.fromEntries(fields.map(({ name }) => [name, photo[name]])));
