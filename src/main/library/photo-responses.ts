// Answers for a photo by number: the thumbnail from the cache, the large picture rendered when asked for and kept for a
// while.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InspectRequest } from '../../engine/messages.ts';
import { toFailure } from '../../shared/errors.ts';
import { photoSizes, type PhotoSize } from '../../shared/urls.ts';
import type { PhotoId } from '../../shared/types.ts';
import { photoHash } from '../db/files.ts';
import type { Engine } from '../engine-host/engine.ts';
import { readablePath, thumbsOf, type OpenLibrary } from './open-library.ts';

export interface PhotoResponses {
  /**
   * The thumbnail also of a photo whose file is away; the large picture only while a file holds it, 410 otherwise.
   * 404 for a number that no photo has.
   */
  respond(library: OpenLibrary, id: PhotoId, size: PhotoSize): Promise<Response>;
  /** Forgets what was rendered; the next library has other photos. */
  clear(): void;
}

/** A thumbnail belongs to a content, which never changes. */
const FOR_GOOD = 'private, max-age=31536000, immutable';
const LARGE_CACHE_BYTES = 32 * 2 ** 20;
/** A process that has not drawn one picture by then hangs, and is ended. */
const RENDER_LIMIT_MS = 60_000;

export function createPhotoResponses(imaging: Engine): PhotoResponses {
  const rendered = createByteCache(LARGE_CACHE_BYTES);

  async function large(path: string, sha256: string): Promise<Uint8Array | null> {
    const kept = rendered.get(sha256);
    if (kept) return kept;
    const webp = await twice(() =>
      imaging.request({ kind: 'render', path, sizePx: photoSizes.large }, { timeoutMs: RENDER_LIMIT_MS }),
    ).catch(notAPicture);
    if (webp) rendered.set(sha256, webp);
    return webp;
  }

  /** From the cache; put there again when somebody cleared it. */
  async function thumb(library: OpenLibrary, id: PhotoId, sha256: string): Promise<Uint8Array | null> {
    const thumbDir = thumbsOf(library);
    const file = join(thumbDir, sha256.slice(0, 2), `${sha256}.webp`);
    const kept = () => readFile(file).catch(() => null);
    const found = await kept();
    if (found && found.length > 0) return found;
    const path = readablePath(library, id);
    if (path === null) return null;
    const request: InspectRequest = { kind: 'inspect', paths: [path], thumbDir, thumbPx: photoSizes.thumb };
    await twice(() => imaging.request(request, { timeoutMs: RENDER_LIMIT_MS })).catch(notAPicture);
    return kept();
  }

  return {
    async respond(library, id, size) {
      const sha256 = photoHash(library.db, id);
      if (sha256 === null) return plainResponse(404, 'There is no such photo in this library.');
      if (size === 'large') {
        const path = readablePath(library, id);
        if (path === null) return plainResponse(410, 'The file of this photo is not there now.');
        const picture = await large(path, sha256);
        // Asked for again each time: a picture that a browser kept would outlive its file.
        if (picture) return webpResponse(picture, `${sha256}-large`, 'private, no-cache');
      }
      const small = await thumb(library, id, sha256);
      if (!small) return plainResponse(410, 'The file of this photo is not there now.');
      return webpResponse(small, `${sha256}-thumb`, size === 'thumb' ? FOR_GOOD : 'no-store');
    },
    clear: rendered.clear,
  };
}

/** A crash caused by another picture in the same process is no reason to show nothing. */
const twice = <T>(ask: () => Promise<T>): Promise<T> =>
  ask().catch((error: unknown) => {
    if (toFailure(error).code !== 'engine-crashed') throw error;
    return ask();
  });

/** Whatever is wrong with the file, the thumbnail is what can be shown instead. */
function notAPicture(error: unknown): null {
  const { code } = toFailure(error);
  if (code === 'bad-input' || code === 'engine-crashed') return null;
  throw error;
}

const nosniff = { 'x-content-type-options': 'nosniff' };

const webpResponse = (webp: Uint8Array, tag: string, cacheControl: string): Response =>
  new Response(new Uint8Array(webp), {
    headers: {
      'content-type': 'image/webp',
      'content-length': String(webp.length),
      etag: `"${tag}"`,
      'cache-control': cacheControl,
      ...nosniff,
    },
  });

const plainResponse = (status: 404 | 410, sentence: string): Response =>
  new Response(sentence, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...nosniff },
  });

/** Keeps the newest values within a number of bytes. */
function createByteCache(limit: number) {
  const values = new Map<string, Uint8Array>();
  let bytes = 0;
  return {
    get(key: string): Uint8Array | undefined {
      const value = values.get(key);
      if (value && values.delete(key)) values.set(key, value);
      return value;
    },
    set(key: string, value: Uint8Array): void {
      bytes += value.length - (values.get(key)?.length ?? 0);
      values.delete(key);
      values.set(key, value);
      for (const [oldest, { length }] of values) {
        if (bytes <= limit) break;
        values.delete(oldest);
        bytes -= length;
      }
    },
    clear(): void {
      values.clear();
      bytes = 0;
    },
  };
}
