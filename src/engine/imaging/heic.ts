// HEIC (HEVC inside HEIF) through libheif compiled to WebAssembly: sharp's own build decodes only AVIF. Loaded when
// first needed.

import type { Libheif } from 'libheif-js/wasm-bundle.js';
import { damaged, tooManyPixels } from './unusable.ts';

/** The decoder's own planes, its RGB, and our copy of it. */
export const HEIC_BYTES_PER_PIXEL = 8;

export interface RawPicture {
  /** [height, width, 3] RGB, upright: libheif applies the file's own rotation. */
  pixels: Buffer;
  width: number;
  height: number;
}

/** Decodes the primary picture. Throws `Unusable` when it is damaged or has more than `maxPixels`. */
export type DecodeHeic = (bytes: Buffer, maxPixels: number) => Promise<RawPicture>;

/** A decoder that can't be loaded is no picture's fault. */
export async function loadHeicDecoder(): Promise<DecodeHeic> {
  const { default: libheif } = await import('libheif-js/wasm-bundle.js');
  return (bytes, maxPixels) => decode(libheif, bytes, maxPixels);
}

async function decode(libheif: Libheif, bytes: Buffer, maxPixels: number): Promise<RawPicture> {
  const decoder = new libheif.HeifDecoder();
  const images = decoder.decode(bytes);
  try {
    const image = images.find((candidate) => candidate.is_primary()) ?? images[0];
    if (!image) throw damaged();
    const [width, height] = [image.get_width(), image.get_height()];
    if (width * height > maxPixels) throw tooManyPixels(maxPixels, width * height);

    const decoded = await libheif.heif_js_decode_image2(
      image.handle,
      libheif.heif_colorspace.heif_colorspace_RGB,
      libheif.heif_chroma.heif_chroma_interleaved_RGB,
    );
    if (decoded.code) throw damaged();
    try {
      const plane = decoded.channels.find(({ id }) => id === libheif.heif_channel.heif_channel_interleaved);
      if (!plane) throw damaged();
      return { pixels: withoutPadding(plane), width: plane.width, height: plane.height };
    } finally {
      libheif.heif_image_release(decoded.image);
    }
  } finally {
    for (const image of images) image.free();
    if (decoder.decoder) libheif.heif_context_free(decoder.decoder);
  }
}

function withoutPadding({
  data,
  stride,
  width,
  height,
}: {
  data: Uint8Array;
  stride: number;
  width: number;
  height: number;
}): Buffer {
  const row = width * 3;
  const pixels = Buffer.allocUnsafeSlow(row * height);
  for (let y = 0; y < height; y++) pixels.set(data.subarray(y * stride, y * stride + row), y * row);
  return pixels;
}
