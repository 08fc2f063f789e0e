// Answers for a photo by number: the thumbnail from the cache, the large picture rendered when asked for, and neither
// when the browser has it already.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InspectRequest } from '../../engine/messages.ts';
import { photoSizes, type PhotoSize } from '../../shared/urls.ts';
import type { PhotoId } from '../../shared/types.ts';
import { liesElsewhere } from '../db/elsewhere.ts';
import { photoHash } from '../db/files.ts';
import type { Engine } from '../engine-host/engine.ts';
import { createLargePictures, notAPicture, RENDER_LIMIT_MS, twice } from './large-pictures.ts';
import { readablePath, thumbsOf, type OpenLibrary } from './open-library.ts';

/** What of a request matters here. */
export type PhotoAsker = Pick<Request, 'headers' | 'signal'>;

export interface PhotoResponses {
  /**
   * The thumbnail also of a photo whose file is away; the larger pictures only while a file holds it, 410 otherwise.
   * 404 for a number that no photo has, 304 for a picture that the asker holds.
   */
  respond(library: OpenLibrary, id: PhotoId, size: PhotoSize, asker?: PhotoAsker): Promise<Response>;
  /** Forgets what was rendered; the next library has other photos. */
  clear(): void;
}

export function createPhotoResponses(imaging: Engine): PhotoResponses {
  const largePictures = createLargePictures(imaging);
  let libraries = 0;

  /** From the cache; put there again when somebody cleared it. */
  async function thumb(library: OpenLibrary, id: PhotoId, sha256: string): Promise<Picture | null> {
    const thumbDir = thumbsOf(library);
    const kept = () => keptThumb(join(thumbDir, sha256.slice(0, 2), sha256));
    const found = await kept();
    if (found) return found;
    const path = await readablePath(library, id);
    if (path === null) return null;
    const request: InspectRequest = { kind: 'inspect', paths: [path], thumbDir, thumbPx: photoSizes.thumb };
    const asked = libraries;
    const inspect = () => imaging.request(request, { timeoutMs: RENDER_LIMIT_MS });
    await twice(inspect, () => libraries === asked).catch(notAPicture);
    return kept();
  }

  return {
    async respond(library, id, size, asker) {
      const sha256 = photoHash(library.db, id);
      if (sha256 === null) return plainResponse(404, 'There is no such photo in this library.');
      const wanted = pictureOf(sha256, size);
      const gone = () => plainResponse(410, 'The file of this photo is not there now.');
      const path = size === 'thumb' ? null : await readablePath(library, id);
      // Of one that lies elsewhere there is the thumbnail and nothing else.
      if (size !== 'thumb' && path === null && !liesElsewhere(library.db, id)) return gone();
      if (holds(asker, wanted)) return unchanged(wanted);
      const large =
        path === null || size === 'thumb' ? null : await largePictures.render({ path, sha256, size }, asker?.signal);
      if (large) return pictureResponse({ bytes: large, type: size === 'full' ? 'image/jpeg' : 'image/webp' }, wanted);
      if (size === 'full') return plainResponse(410, 'This photo can’t be shown at its full size.');
      const small = await thumb(library, id, sha256);
      if (!small) return gone();
      return pictureResponse(small, size === 'thumb' ? wanted : { ...wanted, cacheControl: 'no-store' });
    },
    clear() {
      libraries++;
      largePictures.clear();
    },
  };
}

interface Picture {
  bytes: Uint8Array;
  type: 'image/jpeg' | 'image/webp';
}

/** Libraries of before hold WebP. */
async function keptThumb(fileWithoutEnding: string): Promise<Picture | null> {
  for (const [ending, type] of [
    ['.jpg', 'image/jpeg'],
    ['.webp', 'image/webp'],
  ] as const) {
    const bytes = await readFile(fileWithoutEnding + ending).catch(() => null);
    if (bytes && bytes.length > 0) return { bytes, type };
  }
  return null;
}

const nosniff = { 'x-content-type-options': 'nosniff' };

/** How a picture may be kept, and the tag by which a browser asks whether it still holds. */
interface Kept {
  tag: string;
  cacheControl: string;
}

/** A thumbnail belongs to a content and never changes; a large picture that a browser kept would outlive its file. */
const pictureOf = (sha256: string, size: PhotoSize): Kept => ({
  tag: `"${sha256}-${size}"`,
  cacheControl: size === 'thumb' ? 'private, max-age=31536000, immutable' : 'private, no-cache',
});

const holds = (asker: PhotoAsker | undefined, { tag }: Kept): boolean =>
  (asker?.headers.get('if-none-match') ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === tag);

const headersOf = ({ tag, cacheControl }: Kept) => ({ etag: tag, 'cache-control': cacheControl, ...nosniff });

const unchanged = (kept: Kept): Response => new Response(null, { status: 304, headers: headersOf(kept) });

const pictureResponse = ({ bytes, type }: Picture, kept: Kept): Response =>
  new Response(new Uint8Array(bytes), {
    headers: { 'content-type': type, 'content-length': String(bytes.length), ...headersOf(kept) },
  });

const plainResponse = (status: 404 | 410, sentence: string): Response =>
  new Response(sentence, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...nosniff },
  });
