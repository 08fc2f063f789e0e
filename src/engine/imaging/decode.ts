// From bytes to one upright, opaque, 8-bit sRGB picture: what a person sees, the thumbnail shows and the network learns from.

import sharp, { type Sharp } from 'sharp';
import { decodeHeic } from './heic.ts';
import { inHeavyLane } from './lanes.ts';
import type { FileBytes } from './read.ts';
import type { Format } from './sniff.ts';
import { damaged, timedOut, tooManyPixels, truncated, Unusable } from './unusable.ts';

sharp.cache(false);
// Pictures run side by side (lanes.ts); threads inside one picture only add memory.
sharp.concurrency(1);
// The decoders that sniff.ts can ask for, and none of the others.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((loader) => `VipsForeignLoad${loader}`),
});

/** Transparent pixels are shown on mid-grey: neither black nor white ink vanishes, and it is the middle of what a network reads. */
export const BACKDROP = { r: 128, g: 128, b: 128 };

const SECONDS = 20;
/** Decoded row by row, so the size costs time and not memory. */
const STREAMED_PIXELS = 268_402_689;
/** Decoded whole: 4 bytes a pixel, or 8. */
const WHOLE_PIXELS = 64_000_000;
const HEAVY_PIXELS = 12_000_000;

export interface Picture {
  /** Oriented size in pixels. */
  width: number;
  height: number;
  /** Runs `steps` on the upright picture and returns the bytes that come out. Throws `Unusable`. */
  render(steps: (picture: Sharp) => Sharp): Promise<Buffer>;
}

/** Opens the first frame, or the one marked as primary. Reads only the header, except for HEIC. Throws `Unusable`. */
export async function openPicture(file: FileBytes): Promise<Picture> {
  const inLane = file.heavy ? runNow : inHeavyLane;
  if (file.format === 'heic') return inLane(() => openHeic(file));

  const input = { failOn: 'error', limitInputPixels: STREAMED_PIXELS } as const;
  const header = await explain(file, () => sharp(file.bytes, input).metadata());
  const whole = decodedWhole(file.format, header);
  const pixels = header.width * header.height;
  if (whole && pixels > WHOLE_PIXELS) throw tooManyPixels(WHOLE_PIXELS, pixels);
  return {
    ...header.autoOrient,
    render: (steps) => {
      const picture = sharp(file.bytes, { ...input, page: header.pagePrimary ?? 0 }).autoOrient();
      const run = () => explain(file, () => finish(picture, steps));
      return whole && pixels > HEAVY_PIXELS ? inLane(run) : run();
    },
  };
}

const runNow = <T>(job: () => Promise<T>) => job();

async function openHeic(file: FileBytes): Promise<Picture> {
  const { pixels, width, height } = await explain(file, () => decodeHeic(file.bytes, WHOLE_PIXELS));
  const raw = { width, height, channels: 4 } as const;
  return { width, height, render: (steps) => explain(file, () => finish(sharp(pixels, { raw }), steps)) };
}

const finish = (picture: Sharp, steps: (picture: Sharp) => Sharp): Promise<Buffer> =>
  steps(picture.flatten({ background: BACKDROP }).toColourspace('srgb'))
    .timeout({ seconds: SECONDS })
    .toBuffer();

/** Interlaced and progressive files, and every format but plain JPEG, PNG and TIFF, need all their pixels at once. */
const decodedWhole = (format: Format, header: { isProgressive?: boolean | undefined }): boolean =>
  header.isProgressive === true || !(format === 'jpeg' || format === 'png' || format === 'tiff');

/**
 * Says what is wrong with a file that fails to decode. The decoder's own words can't tell: libvips keeps them in one
 * place for all threads, so pictures decoded side by side mix them up. Only sharp's own limit comes with its own error.
 */
async function explain<T>({ bytes, format }: FileBytes, decode: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await decode();
  } catch (error) {
    if (error instanceof Unusable) throw error;
    if (error instanceof Error && error.message.includes('pixel limit')) throw tooManyPixels(STREAMED_PIXELS);
    if (performance.now() - began >= SECONDS * 1000) throw timedOut(SECONDS);
    throw endsEarly(bytes, format) ? truncated() : damaged();
  }
}

/** Whether the end that the format asks for is missing; false where it asks for none. */
function endsEarly(bytes: Buffer, format: Format): boolean {
  switch (format) {
    case 'jpeg': // The last scan must be followed by the end marker; neither can occur inside a scan.
      return bytes.lastIndexOf('\xff\xd9', undefined, 'latin1') < bytes.lastIndexOf('\xff\xda', undefined, 'latin1');
    case 'png':
      return !bytes.subarray(-4096).includes('IEND');
    case 'webp':
      return bytes.length < 8 || bytes.readUInt32LE(4) + 8 > bytes.length;
    case 'gif':
      return bytes.at(-1) !== 0x3b;
    default:
      return false;
  }
}
