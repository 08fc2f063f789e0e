// What a format makes of a library's photos, for tests that need no file.

import { contextOf } from '../../../src/main/export/export-job.ts';
import type { FileFormat } from '../../../src/main/export/format.ts';
import type { Db } from '../../../src/main/db/open.ts';
import { everything } from '../../../src/shared/export.ts';
import type { ExportWish } from '../../../src/shared/export.ts';

/** The text of a file, piece by piece; everything of all photos unless otherwise wished. */
export async function written(db: Db, format: FileFormat, wish: Partial<ExportWish> = {}): Promise<string[]> {
  const asked = { ...everything, ...wish, format: format.id };
  const open = { db, folder: '/photos', name: 'photos', dir: '/data' };
  const pieces: string[] = [];
  for await (const piece of format.write(contextOf(open, asked, null, new AbortController().signal)))
    pieces.push(String(piece));
  return pieces;
}
