// How a format goes through the photos that were chosen.

import { setImmediate } from 'node:timers/promises';
import type { PhotoId } from '../../shared/types.ts';
import type { ExportContext } from './format.ts';
import type { ExportedPhoto } from './rows.ts';
import type { Field } from './schema.ts';

type Pages = AsyncGenerator<readonly ExportedPhoto[]>;

/**
 * Page by page, without empty ones; ends with the signal's reason when the person cancels, and tells of a page when it
 * is dealt with. Whatever else waits gets its turn between two pages.
 */
export async function* followedPages({ photos, signal, progress }: ExportContext): Pages {
  let written = 0;
  for (const page of photos()) {
    await setImmediate();
    signal.throwIfAborted();
    if (page.length === 0) continue;
    yield page;
    written += page.length;
    progress(written);
  }
}

/**
 * All photos page by page, in front of them those that between them know something for every column for which anything
 * is known: a reader that guesses types looks at the first lines alone.
 */
export async function* tellingFirst({ photos }: ExportContext, columns: readonly Field[]): Pages {
  const telling = await tellingPhotos(photos(), columns);
  yield [...telling.values()];
  for (const page of photos()) yield page.filter(({ id }) => !telling.has(id));
}

async function tellingPhotos(pages: Iterable<readonly ExportedPhoto[]>, columns: readonly Field[]) {
  const telling = new Map<PhotoId, ExportedPhoto>();
  let open = columns;
  for (const page of pages) {
    for (const photo of page) {
      const unknown = open.filter(({ name }) => !isKnown(photo[name]));
      if (unknown.length < open.length) telling.set(photo.id, photo);
      open = unknown;
    }
    if (open.length === 0) break;
    await setImmediate();
  }
  return telling;
}

const isKnown = (value: ExportedPhoto[Field['name']]) => (Array.isArray(value) ? value.length > 0 : value !== null);
