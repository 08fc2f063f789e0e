// Turns generated pictures from the wire into one sheet of RGBA pixels, laid out row by row. Pure; the canvas draws it.

import type { Pictures } from '../../../shared/drawings.ts';

export interface Sheet {
  width: number;
  height: number;
  /** height × width × 4 bytes; gaps are transparent. */
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Columns of a sheet as near to `aspect` (width / height) as whole rows allow. */
export const columnsFor = (count: number, aspect = 1): number =>
  Math.max(1, Math.min(count, Math.round(Math.sqrt(count * aspect))));

/** Pixels beyond what arrived stay transparent, so a cut-off message shows as missing pictures and not as noise. */
export function sampleSheet(samples: Pictures, columns = columnsFor(samples.count)): Sheet {
  const { count, sizePx, channels } = samples;
  const bytes = Uint8Array.from(atob(samples.pixels), (character) => character.charCodeAt(0));
  const width = columns * sizePx;
  const height = Math.ceil(count / columns) * sizePx;
  const rgba = new Uint8ClampedArray(width * height * 4);
  const perPicture = sizePx * sizePx;
  const pixels = Math.min(count * perPicture, Math.floor(bytes.length / channels));
  for (let i = 0; i < pixels; i++) {
    const picture = Math.floor(i / perPicture);
    const inside = i % perPicture;
    const x = (picture % columns) * sizePx + (inside % sizePx);
    const y = Math.floor(picture / columns) * sizePx + Math.floor(inside / sizePx);
    const to = (y * width + x) * 4;
    const from = i * channels;
    rgba[to] = bytes[from] ?? 0;
    rgba[to + 1] = bytes[channels === 3 ? from + 1 : from] ?? 0;
    rgba[to + 2] = bytes[channels === 3 ? from + 2 : from] ?? 0;
    rgba[to + 3] = 255;
  }
  return { width, height, rgba };
}
