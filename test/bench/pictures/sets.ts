// What is learned from, and as many photos that never are: the sample library, cats and dogs, digits.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { drawSample, sampleName, samplePets } from '../../../src/engine/imaging/sample/draw-sample.ts';
import { drawScene } from '../../../src/engine/imaging/sample/scene.ts';
import { sizeFor } from '../../../src/shared/presets.ts';
import { packSquares, readCatsDogs } from '../data/cats-dogs.ts';
import type { LabelledPictures } from '../data/labelled-pictures.ts';
import { readMnist } from '../data/mnist.ts';
import { requireTestData } from '../../fixtures/test-data.ts';

export interface PictureSet {
  pool: LabelledPictures;
  test: LabelledPictures;
  /** Further ones, for a judge of what is drawn; where there are none, nothing is judged. */
  others?: LabelledPictures;
  classes: number;
  mirror: boolean;
  labels: number;
}

/** As many digits as a folder of scans may hold, and those that are tested on. */
const DIGITS = 10_000;
const TEST_DIGITS = 5000;
const SCENES = 600;
/** Scenes that the sample library has not. */
const OTHER_SCENES = 50_000;

export const sets: Record<string, () => Promise<PictureSet>> = {
  sample: async () => ({ ...(await readSample()), classes: 2, mirror: true, labels: 40 }),
  'cats-dogs': async () => ({
    ...(await readCatsDogs(requireTestData('cats-dogs-10k.tar'), sizeFor('quick', 3))),
    ...{ classes: 2, mirror: true, labels: 100 },
  }),
  mnist: async () => {
    const digits = readMnist(requireTestData('mnist'), 'train');
    return {
      ...{ pool: part(digits, 0, DIGITS), others: part(digits, DIGITS, digits.count) },
      test: part(readMnist(requireTestData('mnist'), 't10k'), 0, TEST_DIGITS),
      ...{ classes: 10, mirror: false, labels: 100 },
    };
  },
};

/** The 160 pets of the sample library, and 600 that the same pencil drew elsewhere. */
async function readSample(): Promise<{ pool: LabelledPictures; test: LabelledPictures }> {
  const folder = mkdtempSync(join(tmpdir(), 'whisker-sample-'));
  const label = (pet: string) => (pet === 'cat' ? 0 : 1);
  try {
    await drawSample({ kind: 'draw-sample', folder });
    mkdirSync(join(folder, 'others'));
    const others = Array.from({ length: SCENES }, async (_, i) => {
      const pet = i % 2 === 0 ? 'cat' : 'dog';
      const path = join(folder, 'others', `${i}.jpg`);
      await sharp(Buffer.from(drawScene(pet, OTHER_SCENES + i).svg))
        .flatten()
        .jpeg({ quality: 88 })
        .toFile(path);
      return { path, label: label(pet) };
    });
    const own = samplePets.map((pet, i) => ({ path: join(folder, sampleName(i)), label: label(pet) }));
    const sizePx = sizeFor('quick', 3);
    return { pool: await packSquares(own, sizePx), test: await packSquares(await Promise.all(others), sizePx) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function part({ pixels, labels, ...shape }: LabelledPictures, from: number, to: number): LabelledPictures {
  const rowBytes = shape.sizePx ** 2 * shape.channels;
  const of = pixels.subarray(from * rowBytes, to * rowBytes);
  return { ...shape, count: to - from, pixels: of, labels: labels.subarray(from, to) };
}
