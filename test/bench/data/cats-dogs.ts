// Unpacks the cats-and-dogs photos and lays them out as packed squares: a pool to learn from and photos to test on.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { randomStream, shuffle } from '../../../src/shared/random.ts';
import type { LabelledPictures } from './labelled-pictures.ts';

const TEST_PHOTOS = 2000;
const AT_ONCE = 16;

/** The same photos are kept for testing whatever the seed of a run; `most` takes fewer of them, and of the pool. */
export async function readCatsDogs(
  tar: string,
  sizePx: number,
  most: { pool: number; test: number } = { pool: Infinity, test: TEST_PHOTOS },
): Promise<{ pool: LabelledPictures; test: LabelledPictures }> {
  return withCatsDogs(
    tar,
    async ({ test, pool }) => ({ test: await packSquares(test, sizePx), pool: await packSquares(pool, sizePx) }),
    most,
  );
}

export interface LabelledFile {
  path: string;
  /** 0: cat, 1: dog. */
  label: number;
}

/** The same photos as files, as long as `use` works on them. */
export async function withCatsDogs<T>(
  tar: string,
  use: (photos: { pool: LabelledFile[]; test: LabelledFile[] }) => Promise<T>,
  most = { pool: Infinity, test: TEST_PHOTOS },
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'whisker-cats-dogs-'));
  try {
    execFileSync('tar', ['-xf', tar, '-C', folder]);
    const photos = ['cats', 'dogs'].flatMap((name, label) =>
      readdirSync(join(folder, name)).map((file) => ({ path: join(folder, name, file), label })),
    );
    const order = shuffle(Int32Array.from(photos.keys()), randomStream(7));
    const chosen = Array.from(order, (i) => photos[i]).filter((photo) => photo !== undefined);
    return await use({
      test: chosen.slice(0, most.test),
      pool: chosen.slice(TEST_PHOTOS, TEST_PHOTOS + most.pool),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function packSquares(photos: LabelledFile[], sizePx: number): Promise<LabelledPictures> {
  const rowBytes = sizePx * sizePx * 3;
  const pixels = new Uint8Array(photos.length * rowBytes);
  for (let from = 0; from < photos.length; from += AT_ONCE) {
    await Promise.all(
      photos.slice(from, from + AT_ONCE).map(async ({ path }, i) => {
        const square = sharp(path).resize(sizePx, sizePx, { fit: 'cover' }).toColourspace('srgb').removeAlpha();
        pixels.set(await square.raw().toBuffer(), (from + i) * rowBytes);
      }),
    );
  }
  return { count: photos.length, sizePx, channels: 3, pixels, labels: Int32Array.from(photos, ({ label }) => label) };
}
