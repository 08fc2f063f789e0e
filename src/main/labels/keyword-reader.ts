// Reads the keywords of photos, in a process of its own: files are written by anybody.

import { dirname, extname, join, parse, relative } from 'node:path';
import { filesOf } from '../db/files.ts';
import { allPhotos, filesLike } from '../db/present-files.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { KeywordsFound } from '../../engine/messages.ts';
import { readablePath } from '../library/open-library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { toFailure } from '../../shared/errors.ts';
import type { PhotoId } from '../../shared/types.ts';

export interface PhotoKeywords extends KeywordsFound {
  photoId: PhotoId;
  /** Of the file that was read, relative to the library's folder. */
  file: string;
}

export interface KeywordReading {
  signal: AbortSignal;
  /** At most so many photos, spread over all of them. */
  most?: number;
  onProgress?: (done: number, total: number) => void;
}

const BATCH = 64;
/** As far as a disk that has to wake up takes. */
const BATCH_MS = 120_000;

/**
 * Of each photo that has any. A batch that takes the process down has none. Rejects with 'cancelled', or when the
 * process can't work at all.
 */
export async function readKeywords(
  library: OpenLibrary,
  engine: Omit<EngineOptions, 'role'>,
  { signal, most = Infinity, onProgress }: KeywordReading,
): Promise<PhotoKeywords[]> {
  const ids = spread(allPhotos(library.db), most);
  const sidecars = sidecarsOf(library);
  const imaging = createEngine({ role: 'imaging', ...engine });
  const found: PhotoKeywords[] = [];
  try {
    for (let at = 0; at < ids.length; at += BATCH) {
      signal.throwIfAborted();
      const batch = ids.slice(at, at + BATCH);
      const paths = await Promise.all(batch.map((id) => readablePath(library, id)));
      const photos = batch.flatMap((photoId, i) => {
        const path = paths[i] ?? null;
        if (path === null) return [];
        const copies = filesOf(library.db, photoId).map((file) => join(library.folder, file.path));
        return [{ photoId, path, sidecars: copies.flatMap(sidecars) }];
      });
      const request = {
        kind: 'read-keywords',
        photos: photos.map(({ path, sidecars }) => ({ path, sidecars })),
      } as const;
      const answers = await imaging.request(request, { signal, timeoutMs: BATCH_MS }).catch((error: unknown) => {
        if (toFailure(error).code !== 'engine-crashed') throw error;
        return [];
      });
      photos.forEach(({ photoId, path }, i) => {
        const answer = answers[i];
        const file = relative(library.folder, path).replaceAll('\\', '/');
        if (answer && Object.values(answer).some(({ length }) => length > 0)) found.push({ photoId, file, ...answer });
      });
      onProgress?.(Math.min(at + BATCH, ids.length), ids.length);
    }
    return found;
  } finally {
    await imaging.kill();
  }
}

const spread = (ids: readonly PhotoId[], most: number): PhotoId[] => {
  const step = Math.max(1, Math.ceil(ids.length / most));
  return ids.filter((_, i) => i % step === 0);
};

/** The XMP files that speak of a photo: `tom.xmp` and `tom.jpg.xmp` of `tom.jpg`, by absolute path. */
function sidecarsOf({ db, folder }: OpenLibrary): (photo: string) => string[] {
  const byStem = new Map<string, string[]>();
  for (const path of filesLike(db, '.xmp')) {
    const absolute = join(folder, path);
    const stem = absolute.slice(0, -extname(absolute).length);
    byStem.set(stem, [...(byStem.get(stem) ?? []), absolute]);
  }
  return (photo) => [...(byStem.get(photo) ?? []), ...(byStem.get(join(dirname(photo), parse(photo).name)) ?? [])];
}
