// Large pictures, rendered when asked for and kept for a while: each once however many ask for it, a few at a time, and
// not at all when everybody who asked has left before its turn.

import { toFailure } from '../../shared/errors.ts';
import { photoSizes } from '../../shared/urls.ts';
import type { Engine } from '../engine-host/engine.ts';

export interface LargePictures {
  /**
   * WebP of the picture in the file `path`, whose content has this SHA-256; null when it can't be decoded, or when
   * everybody who asked for it has left.
   */
  render(path: string, sha256: string, signal: AbortSignal | undefined): Promise<Uint8Array | null>;
  /** Forgets what was rendered, and what still waits for it: nobody wants it any more. */
  clear(): void;
}

const CACHE_BYTES = 32 * 2 ** 20;
/** A process that has not drawn one picture by then hangs, and is ended. */
export const RENDER_LIMIT_MS = 60_000;
/** Enough for the decoder's threads; what waits here can still be left out. */
const AT_ONCE = 4;

interface Rendering {
  path: string;
  isUnderWay: boolean;
  /** How many wait for it. */
  askers: number;
  picture: PromiseWithResolvers<Uint8Array | null>;
}

export function createLargePictures(imaging: Engine): LargePictures {
  const kept = createByteCache(CACHE_BYTES);
  /** By content, in the order in which they were asked for. */
  const renderings = new Map<string, Rendering>();

  function startNext(): void {
    const waiting = [...renderings].filter(([, { isUnderWay }]) => !isUnderWay);
    const free = AT_ONCE - (renderings.size - waiting.length);
    for (const [sha256, rendering] of waiting.slice(0, Math.max(0, free))) {
      rendering.isUnderWay = true;
      rendering.picture.resolve(
        draw(rendering.path, sha256).finally(() => {
          renderings.delete(sha256);
          startNext();
        }),
      );
    }
  }

  async function draw(path: string, sha256: string): Promise<Uint8Array | null> {
    const webp = await twice(
      () => imaging.request({ kind: 'render', path, sizePx: photoSizes.large }, { timeoutMs: RENDER_LIMIT_MS }),
      () => renderings.has(sha256),
    ).catch(notAPicture);
    if (webp) kept.set(sha256, webp);
    return webp;
  }

  function leave(sha256: string, rendering: Rendering): void {
    rendering.askers--;
    if (rendering.askers > 0 || rendering.isUnderWay) return;
    renderings.delete(sha256);
    rendering.picture.resolve(null);
  }

  return {
    async render(path, sha256, signal) {
      const found = kept.get(sha256);
      if (found) return found;
      if (signal?.aborted) return null;
      const rendering = renderings.get(sha256) ?? {
        path,
        isUnderWay: false,
        askers: 0,
        picture: Promise.withResolvers<Uint8Array | null>(),
      };
      rendering.askers++;
      renderings.set(sha256, rendering);
      signal?.addEventListener('abort', () => leave(sha256, rendering), { once: true });
      startNext();
      return rendering.picture.promise;
    },
    clear() {
      kept.clear();
      for (const { isUnderWay, picture } of renderings.values()) if (!isUnderWay) picture.resolve(null);
      renderings.clear();
    },
  };
}

/** A crash caused by another picture in the same process is no reason to show nothing to who still wants it. */
export const twice = <T>(ask: () => Promise<T>, isWanted: () => boolean): Promise<T> =>
  ask().catch((error: unknown) => {
    if (toFailure(error).code !== 'engine-crashed' || !isWanted()) throw error;
    return ask();
  });

/** Whatever is wrong with the file, the thumbnail is what can be shown instead. */
export function notAPicture(error: unknown): null {
  const { code } = toFailure(error);
  if (code === 'bad-input' || code === 'engine-crashed') return null;
  throw error;
}

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
