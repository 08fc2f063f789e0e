// Large and full pictures, rendered when asked for, and the large ones kept for a while: each once however many ask for
// it, a few at a time, and not at all when everybody who asked has left before its turn.

import { toFailure } from '../../shared/errors.ts';
import { photoSizes, type PhotoSize } from '../../shared/urls.ts';
import type { Engine } from '../engine-host/engine.ts';

export interface LargePictures {
  /**
   * The picture in a file, large as WebP or full as JPEG; null when it can't be decoded, or when everybody who asked
   * for it has left.
   */
  render(asked: AskedPicture, signal: AbortSignal | undefined): Promise<Uint8Array | null>;
  /** Forgets what was rendered, and what still waits for it: nobody wants it any more. */
  clear(): void;
}

export interface AskedPicture {
  path: string;
  /** Of the file's content. */
  sha256: string;
  size: Exclude<PhotoSize, 'thumb'>;
}

const CACHE_BYTES = 32 * 2 ** 20;
/** A process that has not drawn one picture by then hangs, and is ended. */
export const RENDER_LIMIT_MS = 60_000;
/** Enough for the decoder's threads; what waits here can still be left out. */
const AT_ONCE = 4;

interface Rendering {
  asked: AskedPicture;
  isUnderWay: boolean;
  /** How many wait for it. */
  askers: number;
  picture: PromiseWithResolvers<Uint8Array | null>;
}

export function createLargePictures(imaging: Engine): LargePictures {
  const kept = createByteCache(CACHE_BYTES);
  /** By content and size, in the order in which they were asked for. */
  const renderings = new Map<string, Rendering>();

  function startNext(): void {
    const waiting = [...renderings].filter(([, { isUnderWay }]) => !isUnderWay);
    const free = AT_ONCE - (renderings.size - waiting.length);
    for (const [key, rendering] of waiting.slice(0, Math.max(0, free))) {
      rendering.isUnderWay = true;
      rendering.picture.resolve(
        draw(rendering.asked).finally(() => {
          renderings.delete(key);
          startNext();
        }),
      );
    }
  }

  async function draw(asked: AskedPicture): Promise<Uint8Array | null> {
    const { path, size } = asked;
    const as = size === 'full' ? 'jpeg' : 'webp';
    const drawn = await twice(
      () => imaging.request({ kind: 'render', path, sizePx: photoSizes[size], as }, { timeoutMs: RENDER_LIMIT_MS }),
      () => renderings.has(keyOf(asked)),
    ).catch(notAPicture);
    // A single full one would take the place of all the large ones.
    if (drawn && size === 'large') kept.set(keyOf(asked), drawn);
    return drawn;
  }

  function leave(key: string, rendering: Rendering): void {
    rendering.askers--;
    if (rendering.askers > 0 || rendering.isUnderWay) return;
    renderings.delete(key);
    rendering.picture.resolve(null);
  }

  return {
    async render(asked, signal) {
      const key = keyOf(asked);
      const found = kept.get(key);
      if (found) return found;
      if (signal?.aborted) return null;
      const rendering = renderings.get(key) ?? {
        asked,
        isUnderWay: false,
        askers: 0,
        picture: Promise.withResolvers<Uint8Array | null>(),
      };
      rendering.askers++;
      renderings.set(key, rendering);
      signal?.addEventListener('abort', () => leave(key, rendering), { once: true });
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

const keyOf = ({ sha256, size }: AskedPicture): string => `${sha256}-${size}`;

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
