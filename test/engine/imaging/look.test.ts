// What kind of pictures photos are: measured on pictures of which the answer is plain.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { measureLook } from '../../../src/engine/imaging/look.ts';
import type { PhotoLook } from '../../../src/engine/messages.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';

async function lookAt(bytes: Buffer | string): Promise<PhotoLook[]> {
  const folder = fill(temporaryFolder(), { 'one.png': bytes });
  const path = join(folder, 'one.png');
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  return measureLook({ kind: 'measure-look', photos: [{ path, sha256 }] });
}
const plain = (background: string) =>
  sharp({ create: { width: 9, height: 9, channels: 3, background } })
    .png()
    .toBuffer();

test('chroma tells grey photos from colour ones; nothing is said of what is no photo', async () => {
  expect(await lookAt(await plain('#777777'))).toEqual([{ chroma: 0, mainColours: 1, evenness: 1 }]);
  expect(await lookAt(await plain('#ff0055'))).toEqual([{ chroma: 255, mainColours: 1, evenness: 1 }]);
  expect(await lookAt('no photo')).toEqual([]);
});

test('noise has many colours and no even ground', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: '#777', noise } });
  const [look] = await lookAt(await picture.png().toBuffer());
  expect(look?.mainColours).toBeLessThan(0.2);
  expect(look?.evenness).toBeLessThan(0.1);
});

test('two halves of a picture are two colours, and even but along their edge', async () => {
  const halves = sharp({ create: { width: 64, height: 64, channels: 3, background: '#000' } }).composite([
    { input: { create: { width: 32, height: 64, channels: 3, background: '#fff' } }, left: 0, top: 0 },
  ]);
  const [look] = await lookAt(await halves.png().toBuffer());
  expect(look?.mainColours).toBe(1);
  expect(look?.evenness).toBeCloseTo(1 - 64 / (2 * 64 * 63), 5);
});
