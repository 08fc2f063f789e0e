// From bytes to one upright, opaque, 8-bit sRGB picture: what a person sees, the thumbnail shows and the network learns
// from.

import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp';
import { takenAt } from './capture.ts';
import { HEIC_BYTES_PER_PIXEL, loadHeicDecoder, type RawPicture } from './heic.ts';
import { countScans } from './jpeg-scans.ts';
import { inHeavyLane } from './lanes.ts';
import type { FileBytes } from './read.ts';
import type { Format } from './sniff.ts';
import { damaged, timedOut, tooManyPixels, tooManyScans, truncated, Unusable } from './unusable.ts';

sharp.cache(false);
// Pictures run side by side (lanes.ts); threads inside one picture only add memory.
sharp.concurrency(1);
// The decoders that sniff.ts can ask for, and none of the others.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((loader) => `VipsForeignLoad${loader}`),
});

/**
 * Transparent pixels are shown on mid-grey: neither black nor white ink vanishes, and it is the middle of what a
 * network reads.
 */
export const BACKDROP = { r: 128, g: 128, b: 128 };

const SECONDS = 30;
/** For what is decoded row by row: its size costs time and not memory. */
const MAX_PIXELS = 268_402_689;
/** For what must be decoded whole. */
const MAX_BYTES = 384 * 2 ** 20;
const MAX_SCANS = 200;
const HEAVY_BYTES = 48 * 2 ** 20;

export interface Picture {
  /** Oriented size in pixels. */
  width: number;
  height: number;
  /** By its camera's clock, see `takenAt`. */
  takenAt: string | null;
  /** Rendering it met data that can't be read, and made do with the rest. */
  readonly damaged: boolean;
  /** Runs `steps` on the upright picture and returns the bytes that come out. Throws `Unusable`. */
  render(steps: Steps): Promise<Buffer>;
  /** The same as bare pixels. */
  pixels(steps: Steps): Promise<RawPicture>;
}

type Steps = (picture: Sharp) => Sharp;

/** Opens the first frame, or the one marked as primary. Reads only the header, except for HEIC. Throws `Unusable`. */
export async function openPicture(file: FileBytes): Promise<Picture> {
  const inLane = file.heavy ? runNow : inHeavyLane;
  if (file.format === 'heic') return inLane(() => openHeic(file));
  if (file.format === 'jpeg' && countScans(file.bytes, MAX_SCANS) > MAX_SCANS) throw tooManyScans(MAX_SCANS);

  const input = { failOn: 'error', limitInputPixels: MAX_PIXELS } as const;
  const header = await explain(file, () => sharp(file.bytes, input).metadata());
  const pixels = header.width * header.height;
  const bytesPerPixel = decodedBytesPerPixel(file.format, header);
  if (pixels * bytesPerPixel > MAX_BYTES) throw tooManyPixels(MAX_BYTES / bytesPerPixel, pixels);
  const open = (failOn: 'warning' | 'error') =>
    sharp(file.bytes, { ...input, failOn, page: header.pagePrimary ?? 0 }).autoOrient();
  let damaged = false;

  /** libjpeg only warns of what it can't read, and fills it with grey. */
  async function renderJpeg(steps: Steps): Promise<Rendered> {
    const began = performance.now();
    try {
      return await finish(open('warning'), steps);
    } catch (error) {
      if (performance.now() - began >= SECONDS * 1000) throw error;
      const rest = await finish(open('error'), steps);
      damaged = true;
      return rest;
    }
  }

  return {
    ...header.autoOrient,
    takenAt: takenAt(header.exif),
    get damaged() {
      return damaged;
    },
    ...waysToRender((steps) => {
      const run = () =>
        explain(file, () => (file.format === 'jpeg' ? renderJpeg(steps) : finish(open('error'), steps)));
      return pixels * bytesPerPixel > HEAVY_BYTES ? inLane(run) : run();
    }),
  };
}

const runNow = <T>(job: () => Promise<T>) => job();

async function openHeic(file: FileBytes): Promise<Picture> {
  const decode = await loadHeicDecoder();
  const { pixels, width, height } = await explain(file, () => decode(file.bytes, MAX_BYTES / HEIC_BYTES_PER_PIXEL));
  const raw = { width, height, channels: 3 } as const;
  const ways = waysToRender((steps) => explain(file, () => finish(sharp(pixels, { raw }), steps)));
  // The header is read by sharp, which can't decode what follows.
  const header = await sharp(file.bytes)
    .metadata()
    .catch(() => null);
  return { width, height, takenAt: takenAt(header?.exif), damaged: false, ...ways };
}

interface Rendered {
  data: Buffer;
  info: OutputInfo;
}

function waysToRender(run: (steps: Steps) => Promise<Rendered>): Pick<Picture, 'render' | 'pixels'> {
  return {
    render: async (steps) => (await run(steps)).data,
    async pixels(steps) {
      const { data, info } = await run((upright) => steps(upright).raw({ depth: 'uchar' }));
      return { pixels: data, width: info.width, height: info.height };
    },
  };
}

const finish = (picture: Sharp, steps: Steps): Promise<Rendered> =>
  steps(picture.flatten({ background: BACKDROP }).toColourspace('srgb'))
    .timeout({ seconds: SECONDS })
    .toBuffer({ resolveWithObject: true });

/**
 * Memory that decoding takes; 0 where rows pass through one by one. Turning a picture needs all of it, except in a
 * JPEG, which is shrunk first.
 */
function decodedBytesPerPixel(format: Format, { isProgressive, orientation, channels, depth }: Metadata): number {
  // A progressive JPEG keeps 2 bytes for each of up to 3 coefficients until its last scan.
  if (format === 'jpeg') return isProgressive ? 6 : 0;
  if (format === 'png' && !isProgressive && (orientation ?? 1) === 1) return 0;
  return channels * (depth === 'uchar' ? 1 : depth === 'ushort' ? 2 : 4);
}

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
    if (error instanceof Error && error.message.includes('pixel limit')) throw tooManyPixels(MAX_PIXELS);
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
