// What an export would write, counted photo by photo, and what to know before it does.

import { sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { PredictedBy } from '../db/photos.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import type { ExportPreview, ExportWish } from '../../shared/export.ts';
import { chosenPhotos, idsOf } from './chosen-photos.ts';
import type { Format } from './format.ts';
import { tallyLeftOut } from './left-out.ts';
import type { LeftOutTally } from './left-out.ts';
import { formatOf, suggestedName, waysOf } from './table.ts';

const SHOWN_ROWS = 3;

export interface PreviewParts {
  by: PredictedBy;
  signal: AbortSignal;
}

/** `folder`: absolute path of where it is to be written; null while nobody has said. Throws as `formatOf` does. */
export async function previewOf(
  open: OpenLibrary,
  wish: ExportWish,
  folder: string | null,
  parts: PreviewParts,
): Promise<ExportPreview> {
  const format = formatOf(wish);
  const leftOut = tallyLeftOut();
  const rows: ExportPreview['rows'] = [];
  const counts = new Map<string, number>();
  const photos = await countPhotos(open, wish, leftOut, parts, (page) => {
    for (const { class: name } of page) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const { path, class: name, source, confidence } of page.slice(0, SHOWN_ROWS - rows.length))
      rows.push({ path, class: name, source, confidence });
  });
  return {
    photos,
    classes: [...counts].map(([name, of]) => ({ name, photos: of })).sort((a, b) => b.photos - a.photos),
    leftOut: leftOut.list(),
    rows,
    name: suggestedName(open.name, format),
    notes: folder === null ? [] : notesBefore(open, format, wish, folder),
  };
}

type Page = ReturnType<typeof chosenPhotos> extends Generator<infer Photos> ? Photos : never;

/** How many photos are written; tells the tally of those that are not, and `see` of the others. */
export async function countPhotos(
  { db }: OpenLibrary,
  wish: ExportWish,
  leftOut: LeftOutTally,
  { by, signal }: PreviewParts,
  see: (page: Page) => void = () => {},
): Promise<number> {
  let photos = 0;
  for (const page of chosenPhotos(db, idsOf(db, wish.photos, by), { ...wish, format: formatOf(wish) }, leftOut.add)) {
    photos += page.length;
    see(page);
    await setImmediate();
    signal.throwIfAborted();
  }
  return photos;
}

function notesBefore({ folder: library }: OpenLibrary, format: Format, { how }: ExportWish, folder: string): string[] {
  if (format.kind !== 'folder' || waysOf(format).length === 0) return [];
  const inside = isInside(folder, library);
  if (how === 'move')
    return inside
      ? ['The photos stay in this library, which finds them in their new folders.']
      : ['That folder lies outside of this library, so the photos leave it. Their labels come back with them.'];
  return inside ? ['That folder lies in this library, which then shows each of these photos in two places.'] : [];
}

/** Whether what lies at an absolute path is part of the library. */
export const isInside = (path: string, library: string): boolean =>
  path === library || path.startsWith(library.endsWith(sep) ? library : library + sep);
