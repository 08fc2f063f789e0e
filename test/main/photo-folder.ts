// A small folder of real pictures in two subfolders, warm/ and cool/, easily told apart, for tests that run the whole
// loop.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

export const warm = (i: number): string => `warm/w${i}.png`;
export const cool = (i: number): string => `cool/c${i}.png`;

/** Draws pictures `from` to `to` - 1 of each kind. */
export async function drawPhotos(folder: string, from: number, to: number): Promise<void> {
  await mkdir(join(folder, 'warm'), { recursive: true });
  await mkdir(join(folder, 'cool'), { recursive: true });
  for (let i = from; i < to; i++) {
    const shade = 30 + ((i * 37) % 60);
    // Shades and places come round again after 60 pictures; this tells them apart.
    const round = 20 + Math.floor(i / 60);
    await draw(join(folder, warm(i)), i, { r: 220, g: shade, b: round });
    await draw(join(folder, cool(i)), i, { r: round, g: shade, b: 220 });
  }
}

async function draw(file: string, i: number, ground: { r: number; g: number; b: number }): Promise<void> {
  const at = { left: (i * 7) % 30, top: (i * 11) % 30 };
  const spot = { input: { create: { width: 10, height: 10, channels: 3 as const, background: '#ddd' } }, ...at };
  await sharp({ create: { width: 44, height: 40, channels: 3, background: ground } })
    .composite([spot])
    .png()
    .toFile(file);
}

/** A table of both kinds, pictures `from` to `to` - 1. */
export async function writeTable(file: string, from: number, to: number): Promise<void> {
  const lines = ['file,class'];
  for (let i = from; i < to; i++) lines.push(`${warm(i)},Warm`, `${cool(i)},Cool`);
  await writeFile(file, `${lines.join('\n')}\n`);
}
