// The sample library, learned from its pixels for a moment: the drawings grow along a slider, one shows the photos that
// it is nearest to and the way to another, curves and drawings are saved as files.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Download, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { samplePets } from '../../src/engine/imaging/sample/draw-sample.ts';
import type { Calls } from '../../src/shared/contract.ts';
import { defaultOptions } from '../../src/shared/defaults.ts';
import { WALK_FRAMES } from '../../src/shared/drawings.ts';
import type { PhotoId } from '../../src/shared/types.ts';
import { sampleSheet } from '../../src/renderer/screens/runs/sample-grid.ts';
import {
  askMain,
  expectNoViolations,
  openPage,
  type RunningApp,
  shoot,
  startApp,
  startBrowser,
  temporaryFolder,
} from './harness.ts';
import '../fixtures/needs-tensorflow.ts';

const temporary = temporaryFolder();
const LABELLED_EACH = 12;

let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);
const panel = () => page.locator('figure', { hasText: 'Generated pictures' });
const slider = () => panel().getByRole('slider', { name: 'Moment' });
const sheet = () => panel().getByRole('group', { name: /pictures drawn by the generator/ });

/** What the sheet's canvas shows, as text. */
const shown = () =>
  panel()
    .locator('canvas')
    .first()
    .evaluate((canvas) =>
      'toDataURL' in canvas && canvas.toDataURL instanceof Function ? String(canvas.toDataURL()) : '',
    );

async function saved(press: () => Promise<void>): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return download;
}

beforeAll(async () => {
  app = await startApp(join(temporary.path, 'data'));
  browser = await startBrowser();
  ({ page, complaints } = await openPage(browser));
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Try the sample library' }).click();
  await page.getByRole('listbox').first().waitFor();
  const isRead = async () => (await ask('library.state'))!.counts.photos === 160;
  await vi.waitUntil(isRead, { timeout: 60_000, interval: 200 });
  const { ids } = await ask('photos.list', { filter: { kind: 'all' } });
  for (const name of ['cat', 'dog']) {
    const { id } = await ask('classes.create', { name });
    const photoIds: PhotoId[] = [];
    for (const photo of ids.slice(0, 60)) {
      const [path = ''] = (await ask('photos.get', { id: photo })).paths;
      if (samplePets[Number(/\d+/.exec(path)?.[0]) - 1] === name && photoIds.length < LABELLED_EACH)
        photoIds.push(photo);
    }
    await ask('labels.set', { photoIds, label: id, source: 'person', chosen: 'hand' });
  }
  await ask('training.chooseWay', { features: 'pixels' });
  await page.reload();
  await page.getByRole('listbox').first().waitFor();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

test('while it learns the newest sheet is shown, and one can look back', { timeout: 180_000 }, async () => {
  await ask('training.start', { ...defaultOptions(), minutes: 0.7 });
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: 'Train' }).click();
  await page.getByRole('button', { name: 'Details' }).click();
  await slider().waitFor({ timeout: 90_000 });
  await expect.poll(() => slider().getAttribute('aria-valuemax').then(Number), { timeout: 60_000 }).toBeGreaterThan(1);
  await shoot(page, 'drawings-live');
  await slider().focus();
  await page.keyboard.press('Home');
  await expect.poll(() => slider().getAttribute('aria-valuenow')).toBe('0');
  const first = await shown();
  await panel().getByRole('button', { name: 'Back to the newest' }).click();
  await expect.poll(shown).not.toBe(first);
});

test(
  'the run that has ended shows its drawings grow by slider, keys and play button',
  { timeout: 120_000 },
  async () => {
    await page.getByRole('button', { name: /^Review (now|those)$/ }).waitFor({ timeout: 110_000 });
    await page.getByRole('button', { name: 'Details' }).click();
    await slider().waitFor();
    const last = Number(await slider().getAttribute('aria-valuemax'));
    const { moments } = await ask('runs.drawings', { id: (await ask('runs.list'))[0]!.id });
    expect(moments.length).toBeGreaterThanOrEqual(last);
    await expect.poll(() => slider().getAttribute('aria-valuenow')).toBe(String(last));
    const newest = await shown();
    await slider().focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(shown).not.toBe(newest);
    await panel().getByRole('button', { name: 'Show how they grew' }).click();
    await expect.poll(shown, { timeout: 20_000 }).toBe(newest);
  },
);

test('a picture shows its three nearest photos, one of which opens, and walks to another picture', async () => {
  const { id, seed, samples } = await ask('runs.list').then(async ([run]) => {
    const detail = await ask('runs.get', { id: run!.id });
    return { id: run!.id, seed: run!.options.seed, samples: detail.samples! };
  });
  expect(seed).toBe(1);
  await sheet().getByRole('button', { name: 'Picture 3', exact: true }).click();
  const nearest = page.getByRole('region', { name: 'Picture 3' });
  await nearest.getByRole('button', { name: 'Photo 1 of the nearest' }).waitFor({ timeout: 60_000 });
  expect(await nearest.getByRole('button', { name: /of the nearest$/ }).count()).toBe(3);
  await nearest.getByText(/drawings (is|are) nearer to a photo/).waitFor();
  await nearest.getByRole('button', { name: 'Photo 2 of the nearest' }).click();
  await page.getByRole('dialog').getByText('2 of 3').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await nearest.getByRole('button', { name: 'Walk to another picture' }).click();
  await sheet().getByRole('button', { name: 'Picture 12', exact: true }).click();
  await nearest.getByRole('img', { name: `${WALK_FRAMES} pictures on the way` }).waitFor({ timeout: 60_000 });
  await shoot(page, 'drawings-walk');
  // The ends of the walk are the two pictures.
  const walk = await ask('drawings.walk', { id, from: 2, to: 11 });
  const bytes = samples.sizePx ** 2 * samples.channels;
  const [drawn, way] = [Buffer.from(samples.pixels, 'base64'), Buffer.from(walk.pixels, 'base64')];
  const apart = (a: Buffer, b: Buffer) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
  expect(apart(drawn.subarray(2 * bytes, 3 * bytes), way.subarray(0, bytes))).toBeLessThanOrEqual(1);
  expect(apart(drawn.subarray(11 * bytes, 12 * bytes), way.subarray(-bytes))).toBeLessThanOrEqual(1);
  expect(sampleSheet(walk, WALK_FRAMES).width).toBe(WALK_FRAMES * samples.sizePx);
});

test('drawings, walk and curves are saved as pictures, the curves as a table, too', async () => {
  const sizes: string[] = [];
  for (const [press, name] of [
    ['Save these as PNG', /run 1 drawings step \S+\.png$/],
    ['Save the way as PNG', /run 1 walk 3 to 12\.png$/],
    ['Save curves as PNG', /run 1 curves\.png$/],
  ] as const) {
    const download = await saved(() => page.getByRole('button', { name: press }).click());
    expect(download.suggestedFilename()).toMatch(name);
    const path = join(temporary.path, `${press}.png`);
    await download.saveAs(path);
    const { width, height, format } = await sharp(path).metadata();
    expect(format).toBe('png');
    sizes.push(`${width}x${height}`);
    // Not empty: there is a title, and something below it.
    const { channels } = await sharp(path).stats();
    expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(5);
    await sharp(path).toFile(
      join('test-results', 'screens', `saved-${press.split(' ')[1]}-${press.split(' ')[2]}.png`),
    );
  }
  expect(new Set(sizes).size).toBe(3);
  const table = await saved(() => page.getByRole('link', { name: 'CSV' }).click());
  await table.saveAs(join(temporary.path, 'curves.csv'));
  const lines = readFileSync(join(temporary.path, 'curves.csv'), 'utf8').trim().split('\r\n');
  expect(lines[0]).toMatch(/^stage,step,seconds,classifier_loss/);
  expect(lines.length - 1).toBe((await ask('runs.get', { id: (await ask('runs.list'))[0]!.id })).metrics.length);
});

test('it looks right in light and dark, in a small window, and to a screen reader', async () => {
  await expectNoViolations(page);
  for (const [width, height] of [
    [1280, 800],
    [720, 480],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await panel().scrollIntoViewIfNeeded();
      await panel().evaluate((element) => element.scrollIntoView({ block: 'start' }));
      await shoot(page, `drawings-${width}-${colorScheme}`);
      await page
        .getByText('Held-out accuracy')
        .first()
        .evaluate((element) => element.scrollIntoView({ block: 'start' }));
      await shoot(page, `curves-${width}-${colorScheme}`);
    }
  }
  expect(complaints).toEqual([]);
});
