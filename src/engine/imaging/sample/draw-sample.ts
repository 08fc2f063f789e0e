// The sample library: as many cats as dogs, mixed, in one folder, so that anyone can try Whisker without photos of
// their own.

import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { DrawSampleRequest } from '../../messages.ts';
import { forEachInLane } from '../lanes.ts';
import { unwritable } from '../../../files/whole-file.ts';
import { createChance } from './random.ts';
import { drawScene } from './scene.ts';

export const SAMPLE_COUNT = 160;

/** Which pet is in picture i; the names give nothing away. */
export const samplePets = shuffled(Array.from({ length: SAMPLE_COUNT }, (_, i) => (i % 2 === 0 ? 'cat' : 'dog')));
export const sampleName = (i: number): string => `friend-${String(i + 1).padStart(3, '0')}.jpg`;

/** Draws those pictures that are not in `folder` yet; returns how many. */
export async function drawSample({ folder }: DrawSampleRequest): Promise<{ drawn: number }> {
  let drawn = 0;
  await mkdir(folder, { recursive: true }).catch((error) => Promise.reject(unwritable(folder, error)));
  // SVG is open for our own drawings only: files from the outside never get past sniff.ts.
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] });
  await forEachInLane(samplePets, async (pet, i) => {
    const file = join(folder, sampleName(i));
    if (await isThere(file)) return;
    const { svg } = drawScene(pet, 1000 + i);
    const partial = `${file}.${process.pid}.tmp`;
    try {
      await sharp(Buffer.from(svg)).flatten().jpeg({ quality: 88 }).toFile(partial);
      await rename(partial, file);
    } catch (error) {
      throw unwritable(file, error);
    }
    drawn++;
  });
  return { drawn };
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

function shuffled<T>(items: T[]): T[] {
  const chance = createChance(7);
  return items
    .map((item) => ({ item, at: chance.between(0, 1) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
