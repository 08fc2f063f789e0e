// What a picture looks like in 128 bits, so that nearly the same pictures are found without a network: difference
// hashing (Krawetz 2013) along rows and columns, which survives another size, another quality and another light.

import type { RawPicture } from './heic.ts';

/** Bits of a fingerprint along each axis: 8 × 8. */
const SIDE = 8;
const CELLS = SIDE + 1;
/** Of 255: a smaller step in brightness is noise, not the picture's. */
const LEAST_STEP = 3;

/**
 * Of a small picture, shrunk to 9 × 9 greys: bit 8·y + x says whether (x, y) is clearly darker than what is right of
 * it, bit 64 + 8·y + x whether than what is below; as 32 hex digits, the highest bit first. Pictures of one burst
 * differ in few bits.
 */
export function fingerprintOf(picture: RawPicture): string {
  const greys = meanGreys(picture);
  let bits = 0n;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const at = CELLS * y + x;
      const lightFrom = greys[at]! + LEAST_STEP;
      const bit = BigInt(SIDE * y + x);
      if (greys[at + 1]! >= lightFrom) bits |= 1n << bit;
      if (greys[at + CELLS]! >= lightFrom) bits |= 1n << (bit + 64n);
    }
  }
  return bits.toString(16).padStart(32, '0');
}

/** [9, 9] means of brightness, 0 to 255; a cell between two pixels takes the nearest. */
function meanGreys({ pixels, width, height }: RawPicture): Float64Array {
  const sums = new Float64Array(CELLS * CELLS);
  for (let cellY = 0; cellY < CELLS; cellY++) {
    const [fromY, toY] = span(cellY, height);
    for (let cellX = 0; cellX < CELLS; cellX++) {
      const [fromX, toX] = span(cellX, width);
      let sum = 0;
      for (let y = fromY; y < toY; y++) {
        for (let at = 3 * (y * width + fromX), end = 3 * (y * width + toX); at < end; at += 3)
          sum += GREY[LINEAR_RED[pixels[at]!]! + LINEAR_GREEN[pixels[at + 1]!]! + LINEAR_BLUE[pixels[at + 2]!]!]!;
      }
      sums[CELLS * cellY + cellX] = sum / ((toY - fromY) * (toX - fromX));
    }
  }
  return sums;
}

function span(cell: number, length: number): [from: number, to: number] {
  const from = Math.min(length - 1, Math.floor((cell * length) / CELLS));
  return [from, Math.max(from + 1, Math.floor(((cell + 1) * length) / CELLS))];
}

/** Brightness is the luminance of linear light (IEC 61966-2-1), in steps of 1/4096, as sRGB shows it. */
const STEPS = 4096;
const linear = (share: number) =>
  Uint16Array.from({ length: 256 }, (_, value) => {
    const signal = value / 255;
    return Math.floor(share * STEPS * (signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4));
  });
const [LINEAR_RED, LINEAR_GREEN, LINEAR_BLUE] = [linear(0.2126), linear(0.7152), linear(0.0722)];
const GREY = Float64Array.from({ length: STEPS + 1 }, (_, step) => {
  const light = step / STEPS;
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
});
