// What kind of pictures photos are, as far as their pixels tell: in colour or grey, of many colours or few, on even
// grounds or not.

import type { MeasureLookRequest, PhotoLook } from '../messages.ts';
import { forEachInLane } from './lanes.ts';
import { centreOf } from './squares.ts';

/** Small enough that noise and JPEG's blocks are gone. */
const SIDE_PX = 64;
/** Of the brightness of neighbours, 0 to 255: less is no difference. */
const SAME_BELOW = 2;
const MAIN_COLOURS = 8;

/** Of each photo that can be decoded, in no order. */
export async function measureLook({ photos }: MeasureLookRequest): Promise<PhotoLook[]> {
  const found: PhotoLook[] = [];
  await forEachInLane(photos, async (photo) => {
    const rgb = await centreOf(photo, SIDE_PX);
    if (rgb) found.push({ chroma: meanChroma(rgb), mainColours: shareOfMainColours(rgb), evenness: evennessOf(rgb) });
  });
  return found;
}

function meanChroma(rgb: Buffer): number {
  let sum = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const [r = 0, g = 0, b = 0] = [rgb[i], rgb[i + 1], rgb[i + 2]];
    sum += Math.max(r, g, b) - Math.min(r, g, b);
  }
  return sum / (rgb.length / 3);
}

/** Colours are told apart by the three highest bits of each channel. */
function shareOfMainColours(rgb: Buffer): number {
  const counts = new Uint32Array(512);
  for (let i = 0; i < rgb.length; i += 3) {
    const [r = 0, g = 0, b = 0] = [rgb[i], rgb[i + 1], rgb[i + 2]];
    const colour = ((r >> 5) << 6) | ((g >> 5) << 3) | (b >> 5);
    counts[colour] = (counts[colour] ?? 0) + 1;
  }
  const main = counts.sort().subarray(-MAIN_COLOURS);
  return main.reduce((sum, count) => sum + count, 0) / (rgb.length / 3);
}

function evennessOf(rgb: Buffer): number {
  const brightness = (x: number, y: number): number => {
    const at = 3 * (y * SIDE_PX + x);
    return ((rgb[at] ?? 0) + (rgb[at + 1] ?? 0) + (rgb[at + 2] ?? 0)) / 3;
  };
  let same = 0;
  for (let y = 0; y < SIDE_PX; y++) {
    for (let x = 0; x < SIDE_PX - 1; x++) {
      if (Math.abs(brightness(x, y) - brightness(x + 1, y)) < SAME_BELOW) same++;
      if (Math.abs(brightness(y, x) - brightness(y, x + 1)) < SAME_BELOW) same++;
    }
  }
  return same / (2 * SIDE_PX * (SIDE_PX - 1));
}
