// A folder that Whisker has never seen, of photos as cameras make them: how soon the first are in the grid, and how
// soon the next one is there when they are looked at large.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { askMain } from '../../e2e/harness.ts';
import { photo } from '../../fixtures/photos.ts';
import { awaitAfter } from '../waiting.ts';

const DRAWINGS = 4;
const FILES = 96;
/** 12 megapixels. */
const [WIDTH, HEIGHT] = [4000, 3000];
const TURNS = 60;
const BETWEEN_TURNS_MS = 250;

/** Each file is a photo of its own: a drawing with grain, and a number behind its last byte. */
export async function drawNewFolder(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const noise = { background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 12 } } as const;
  const grain = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, ...noise } })
    .raw()
    .toBuffer();
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
  const drawings: Buffer[] = [];
  for (let seed = 0; seed < DRAWINGS; seed++) {
    const drawn = await photo({ width: 400, height: 300, seed }).resize(WIDTH, HEIGHT).png().toBuffer();
    const blended = sharp(grain, { raw }).composite([{ input: drawn, blend: 'soft-light' }]);
    drawings.push(await blended.jpeg({ quality: 85 }).toBuffer());
  }
  for (let i = 0; i < FILES; i++) {
    const name = String(i).padStart(4, '0');
    writeFileSync(join(folder, `${name}.jpg`), Buffer.concat([drawings[i % DRAWINGS]!, Buffer.from(name)]));
  }
}

/** Milliseconds from opening the folder to the first picture in the grid. The page has run `inThePage`. */
export async function firstThumbnails(page: Page, folder: string): Promise<number> {
  const began = performance.now();
  await askMain(page, 'library.open', { folder });
  await until(page, `listed('^All photos')`);
  return performance.now() - began;
}

const until = (page: Page, isThere: string): Promise<void> =>
  page.evaluate(`new Promise((done, fail) => {
    const last = performance.now() + 60_000;
    const look = () =>
      (${isThere}) ? done() : performance.now() < last ? requestAnimationFrame(look) : fail(new Error('Not there.'));
    look();
  })`);

/** Milliseconds from a key to the next photo's large picture, for each of many turns. */
export async function largePictures(page: Page): Promise<number[]> {
  const scanned = async () => (await askMain(page, 'library.state'))?.scan.phase === 'done';
  while (!(await scanned())) await page.waitForTimeout(100);
  // Photos of one drawing are nearly the same, and would be one card.
  const grouped = page.getByRole('button', { name: 'Group what is nearly the same' });
  await grouped.waitFor();
  if ((await grouped.getAttribute('aria-pressed')) === 'true') await grouped.click();
  await page.getByRole('option').first().click();
  await page.keyboard.press('Space');
  await until(page, `photoShown() !== null`);
  const turns: number[] = [];
  for (let i = 0; i < TURNS; i++) {
    await page.waitForTimeout(BETWEEN_TURNS_MS);
    const before = await page.evaluate<string>('photoShown()');
    const isNext = `(photoShown() ?? '${before}') !== '${before}'`;
    turns.push((await awaitAfter(page, () => page.keyboard.press('ArrowRight'), isNext)).shown);
  }
  return turns;
}
