// npm run pictures: the README's pictures anew, from the sample library in real Chromium with the network that set-up
// has brought. Wants what `npm run build` makes.

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { sampleName, samplePets } from '../../src/engine/imaging/sample/draw-sample.ts';
import type { PhotoId } from '../../src/shared/types.ts';
import { askMain, openPage, startApp, startBrowser, temporaryFolder } from './harness.ts';

const images = resolve(import.meta.dirname, '../../docs/images');
const kinds = new Map(samplePets.map((pet, i) => [sampleName(i), pet === 'cat' ? 'Cat' : 'Dog']));

async function shoot(page: Page, name: string, height = 800): Promise<void> {
  await page.setViewportSize({ width: 1280, height });
  // Pictures and colours come in softly.
  await page.mouse.move(640, 2);
  await page.waitForTimeout(1500);
  const png = await page.screenshot();
  writeFileSync(join(images, `${name}.png`), await sharp(png).png({ palette: true, effort: 10 }).toBuffer());
  console.log(join(images, `${name}.png`));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++, await after(300)) if (await isSo()) return;
  throw new Error('It did not come to that in three minutes.');
}

async function photograph(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try the sample library' }).click();
  const isLookedAt = async () => {
    const looked = await askMain(page, 'features.state');
    return looked.status === 'ready' && looked.photos === samplePets.length;
  };
  await until(isLookedAt);
  await page.getByRole('button', { name: /^Show piles/ }).click();
  await page.getByRole('article', { name: 'Pile 2', exact: true }).waitFor({ timeout: 60_000 });
  await until(async () => (await page.getByRole('button', { name: /^Sort \d+ more/ }).count()) === 0);
  await shoot(page, 'piles', 560);

  const { ids, names } = await askMain(page, 'photos.list', { filter: { kind: 'all' } });
  const kindOf = new Map(ids.map((id, i) => [id, kinds.get(names[i]!)]));
  for (const number of [1, 2]) {
    const shown = page.getByRole('article', { name: `Pile ${number}`, exact: true }).getByRole('option');
    const first = Number(await shown.first().getAttribute('data-id')) as PhotoId;
    await page.getByRole('combobox', { name: `Name of pile ${number}` }).fill(kindOf.get(first)!);
    await page.keyboard.press('Enter');
    await page.getByRole('article', { name: kindOf.get(first)!, exact: true }).waitFor();
  }
  await until(async () => (await askMain(page, 'live.state')).status === 'ready');
  await page
    .getByRole('button', { name: /^All photos/ })
    .first()
    .click();
  await page
    .getByRole('option', { name: /looks like/ })
    .first()
    .waitFor();
  await until(async () => (await page.getByRole('alert').count()) + (await page.locator('.toast').count()) === 0);
  await shoot(page, 'label');

  await page.keyboard.press('g');
  await page.getByRole('img', { name: /^Map of 160 photos/ }).waitFor({ timeout: 60_000 });
  await page.getByRole('radio', { name: 'Prediction' }).click();
  await shoot(page, 'map');
}

const temporary = temporaryFolder();
const app = await startApp(join(temporary.path, 'data'), { WHISKER_NETWORKS: undefined });
const browser = await startBrowser();
try {
  const { page } = await openPage(browser);
  page.setDefaultTimeout(60_000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(app.url);
  await photograph(page);
} finally {
  await browser.close();
  await app.stop();
  temporary.remove();
}
