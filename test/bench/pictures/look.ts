// Pictures as the pretrained network of the app sees them, and as a person does: a sheet of them.

import sharp from 'sharp';
import { openNetwork } from '../../../src/engine/backbone/network.ts';
import type { LabelledPictures } from '../data/labelled-pictures.ts';
import type { Vectors } from './kernel-inception-distance.ts';

export type Drawn = Pick<LabelledPictures, 'count' | 'sizePx' | 'channels' | 'pixels'>;

const raw = ({ sizePx, channels }: Drawn) => ({ raw: { width: sizePx, height: sizePx, channels } });

function rowOf({ pixels, sizePx, channels }: Drawn, i: number): Uint8Array {
  const bytes = sizePx * sizePx * channels;
  return pixels.subarray(i * bytes, (i + 1) * bytes);
}

/** The features of each picture, enlarged to what the network looks at. */
export async function look(network: string, pictures: Drawn): Promise<Vectors> {
  const { info, batch, lanes, look, close } = await openNetwork({ path: network }, 'cpu', 'many');
  const length = info.features;
  const values = new Float32Array(pictures.count * length);
  const rowBytes = info.inputPx ** 2 * 3;
  let next = 0;
  async function work(): Promise<void> {
    while (next < pictures.count) {
      const from = next;
      const count = Math.min(batch, pictures.count - from);
      next += count;
      const pixels = new Uint8Array(count * rowBytes);
      for (let i = 0; i < count; i++) {
        const square = sharp(rowOf(pictures, from + i), raw(pictures)).toColourspace('srgb');
        const large = square.resize(info.inputPx, info.inputPx, { kernel: 'cubic' }).raw();
        const { data, info: made } = await large.toBuffer({ resolveWithObject: true });
        pixels.set(
          made.channels === 3 ? data : Uint8Array.from({ length: rowBytes }, (_, j) => data[Math.floor(j / 3)] ?? 0),
          i * rowBytes,
        );
      }
      values.set(await look(pixels, count), from * length);
    }
  }
  await Promise.all(Array.from({ length: lanes }, work));
  await close();
  return { values, count: pictures.count, length };
}

const ACROSS = 12;
const ENLARGED = 2;

/** Writes a PNG of the first 96 pictures, twice as large. */
export async function saveSheet(path: string, pictures: Drawn): Promise<void> {
  const { sizePx, channels } = pictures;
  const side = sizePx * ENLARGED;
  const shown = Math.min(96, pictures.count);
  const tiles = Array.from({ length: shown }, async (_, i) => ({
    input: await sharp(rowOf(pictures, i), raw(pictures)).resize(side, side, { kernel: 'nearest' }).png().toBuffer(),
    left: (i % ACROSS) * side,
    top: Math.floor(i / ACROSS) * side,
  }));
  const [width, height] = [ACROSS * side, Math.ceil(shown / ACROSS) * side];
  const canvas = sharp({ create: { width, height, channels: 3, background: channels === 1 ? '#000' : '#fff' } });
  await canvas
    .composite(await Promise.all(tiles))
    .png()
    .toFile(path);
}
