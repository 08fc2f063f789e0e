// Which way to learn a library takes by itself: told by real pictures, and by what the person chose for it.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');

async function opened(draw: (i: number) => Sharp, dir = temporaryFolder()): Promise<OpenedApp> {
  const photos = join(dir, 'photos');
  mkdirSync(photos, { recursive: true });
  for (let i = 0; i < 12; i++)
    await draw(i)
      .jpeg({ quality: 90 })
      .toFile(join(photos, `${i}.jpg`));
  const app = createApp({ host: 'web', dataDir: join(dir, 'data'), engine: { node: process.execPath, entry } });
  onTestFinished(() => app.close());
  await app.services.library.open(photos);
  await app.services.library.scanFinished();
  return app;
}
async function way(app: OpenedApp) {
  const answer = await app.call('training.way', undefined);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

/** Strokes on a ground, each picture with others. */
function strokes(i: number, ground: string, ink: string): Sharp {
  const lines = Array.from({ length: 4 }, (_, k) => {
    const [x, y] = [((i * 37 + k * 61) % 200) + 20, ((i * 53 + k * 29) % 200) + 20];
    return `<path d="M${x} ${y} l30 18 l-12 26" stroke="${ink}" stroke-width="9" fill="none"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="260" height="260">
    <rect width="100%" height="100%" fill="${ground}"/>${lines.join('')}</svg>`;
  return sharp(Buffer.from(svg));
}
/** Texture of every brightness, as photos have it; grey when the three are equal. */
function texture(i: number, [r, g, b]: [number, number, number]): Sharp {
  const side = 128;
  const pixels = Buffer.alloc(side * side * 3);
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const light = 128 + 60 * Math.sin(x / 5 + i) + 50 * Math.sin(y / 4 + x / 9) + ((x * 31 + y * 17 + i * 7) % 23);
      for (const share of [r, g, b]) pixels[at++] = Math.max(0, Math.min(255, light * share));
    }
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
}

test.each([
  { name: 'digits', draw: (i: number) => strokes(i, '#000', '#fff'), features: 'pixels', reason: /digits, text/ },
  { name: 'tinted scans', draw: (i: number) => strokes(i, '#f6ecd2', '#334'), features: 'pixels', reason: /scans/ },
  {
    name: 'photos in colour',
    draw: (i: number) => texture(i, [1, 0.7, 0.4]),
    features: 'backbone',
    reason: /few labels/,
  },
  { name: 'photos in grey', draw: (i: number) => texture(i, [1, 1, 1]), features: 'backbone', reason: /few labels/ },
])('$name are recognised, and the recommendation has its reason', async ({ draw, features, reason }) => {
  const app = await opened(draw);
  expect(await way(app)).toEqual({ recommended: { features, reason: expect.stringMatching(reason) }, chosen: null });
});

test('the drawn pets of the sample library are left to the network, which tells them apart', async () => {
  const dir = temporaryFolder();
  const app = createApp({ host: 'web', dataDir: dir, engine: { node: process.execPath, entry } });
  onTestFinished(() => app.close());
  await app.services.library.openSample();
  await app.services.library.scanFinished();
  expect(await way(app)).toMatchObject({ recommended: { features: 'backbone' } });
});

test('what the person chose for a library stays its own until they take it back', async () => {
  const dir = temporaryFolder();
  const draw = (i: number) => texture(i, [1, 0.7, 0.4]);
  const app = await opened(draw, dir);
  expect(await app.call('training.chooseWay', { features: 'pixels' })).toMatchObject({ value: { chosen: 'pixels' } });
  await app.services.library.close();
  await app.services.library.open(join(dir, 'photos'));
  expect(await way(app)).toMatchObject({ chosen: 'pixels', recommended: { features: 'backbone' } });
  await app.call('training.chooseWay', { features: null });
  expect(await way(app)).toMatchObject({ chosen: null });
});

test('it is judged anew when a library has grown', async () => {
  const dir = temporaryFolder();
  const app = await opened((i) => strokes(i, '#000', '#fff'), dir);
  expect(await way(app)).toMatchObject({ recommended: { features: 'pixels' } });
  for (let i = 0; i < 40; i++)
    await texture(i, [1, 0.7, 0.4])
      .jpeg()
      .toFile(join(dir, 'photos', `p${i}.jpg`));
  app.services.library.rescan();
  await app.services.library.scanFinished();
  expect(await way(app)).toMatchObject({ recommended: { features: 'backbone' } });
});
