// From bytes to one upright, opaque, 8-bit sRGB picture: what a person sees, the thumbnail shows and the network learns from.

import sharp, { type Sharp } from 'sharp';
import { decodeHeic } from './heic.ts';
import { inHeavyLane } from './lanes.ts';
import type { FileBytes } from './read.ts';
import type { Format } from './sniff.ts';
import { truncated, tooManyPixels, undecodable, type DecodeLimits } from './unusable.ts';

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
export async function openPicture({ bytes, format, heavy }: FileBytes): Promise<Picture> {
  if (format === 'heic') return heavy ? openHeic(bytes) : inHeavyLane(() => openHeic(bytes));
  const limits: DecodeLimits = { pixels: STREAMED_PIXELS, seconds: SECONDS };
  try {
    const input = { failOn: 'error', limitInputPixels: limits.pixels } as const;
    const header = await sharp(bytes, input).metadata();
    const whole = decodedWhole(format, header);
    const pixels = header.width * header.height;
    if (whole && pixels > WHOLE_PIXELS) throw tooManyPixels(WHOLE_PIXELS, pixels);
    return {
      ...header.autoOrient,
      render: (steps) => {
        const run = () =>
          finish(sharp(bytes, { ...input, page: header.pagePrimary ?? 0 }).autoOrient(), steps, limits).catch(
            (error) => {
              throw endsEarly(bytes, format) ? truncated() : error;
            },
          );
        return whole && pixels > HEAVY_PIXELS && !heavy ? inHeavyLane(run) : run();
      },
    };
  } catch (error) {
    throw undecodable(error, limits);
  }
}

async function openHeic(bytes: Buffer): Promise<Picture> {
  const limits: DecodeLimits = { pixels: WHOLE_PIXELS, seconds: SECONDS };
  const { pixels, width, height } = await decodeHeic(bytes, WHOLE_PIXELS);
  const raw = { width, height, channels: 4 } as const;
  return { width, height, render: (steps) => finish(sharp(pixels, { raw }), steps, limits) };
}

async function finish(picture: Sharp, steps: (picture: Sharp) => Sharp, limits: DecodeLimits): Promise<Buffer> {
  try {
    const opaque = picture.flatten({ background: BACKDROP }).toColourspace('srgb');
    return await steps(opaque).timeout({ seconds: limits.seconds }).toBuffer();
  } catch (error) {
    throw undecodable(error, limits);
  }
}

/** Interlaced and progressive files, and every format but plain JPEG, PNG and TIFF, need all their pixels at once. */
const decodedWhole = (format: Format, header: { isProgressive?: boolean | undefined }): boolean =>
  header.isProgressive === true || !(format === 'jpeg' || format === 'png' || format === 'tiff');

/** libvips has the same words for damage and for a missing end in these two formats. */
function endsEarly(bytes: Buffer, format: Format): boolean {
  if (format === 'png') return !bytes.subarray(-4096).includes('IEND');
  if (format === 'webp') return bytes.length >= 8 && bytes.readUInt32LE(4) + 8 > bytes.length;
  return false;
}
