// How a format goes through the photos that were chosen.

import type { ExportContext } from './format.ts';
import type { ExportedPhoto } from './rows.ts';

/**
 * Page by page, without empty ones; ends with the signal's reason when the person cancels, and tells of a page when it
 * is dealt with.
 */
export function* followedPages({ photos, signal, progress }: ExportContext): Generator<readonly ExportedPhoto[]> {
  let written = 0;
  for (const page of photos()) {
    signal.throwIfAborted();
    if (page.length === 0) continue;
    yield page;
    written += page.length;
    progress(written);
  }
}
