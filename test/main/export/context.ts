// What a format is handed, over a database of made-up photos: all that is known of all photos that it takes.

import { listClasses } from '../../../src/main/db/classes.ts';
import type { Db } from '../../../src/main/db/open.ts';
import type { ExportContext, FileFormat, Format } from '../../../src/main/export/format.ts';
import { exportedPhotos } from '../../../src/main/export/rows.ts';
import { fields } from '../../../src/main/export/schema.ts';

export const contextOf = (db: Db, format: Format, rest: Partial<ExportContext> = {}): ExportContext => ({
  db,
  folder: '/nowhere',
  name: 'My "photos"',
  classes: listClasses(db),
  *photos() {
    for (const page of exportedPhotos(db)) yield page.filter((photo) => !format.refuses?.(photo));
  },
  signal: new AbortController().signal,
  progress: () => {},
  ...rest,
});

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
