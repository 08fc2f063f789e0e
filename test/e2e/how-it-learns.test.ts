// The page "How it learns" of the built app in a real browser: it opens, learns before one's eyes, takes a point, and
// holds to the page's policy.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  expectNoViolations,
  openPage,
  type RunningApp,
  shoot,
  startApp,
  startBrowser,
  temporaryFolder,
} from './harness.ts';

const temporary = temporaryFolder();
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

const plane = (title: string) => page.getByRole('button', { name: new RegExp(`^${title}`) });
const alone = 'From the labels alone';
const withAll = 'With all the other points';

async function rightOf(title: string): Promise<number> {
  const label = (await plane(title).getAttribute('aria-label')) ?? '';
  return Number(/(\d+)% of new points right/.exec(label)?.[1]);
}

/** Colours of a picture, [red, green, blue, alpha] each, from the middle to the right edge. */
const coloursOf = (title: string): Promise<number[][]> =>
  plane(title)
    .locator('canvas')
    .evaluate((element) => {
      const canvas = element as unknown as {
        width: number;
        height: number;
        getContext(kind: '2d'): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8Array } };
      };
      const { data } = canvas.getContext('2d').getImageData(0, canvas.height >> 1, canvas.width, 1);
      return Array.from({ length: canvas.width >> 1 }, (_, i) => {
        const at = 4 * (i + (canvas.width >> 1));
        return [...data.subarray(at, at + 4)];
      });
    });

beforeAll(async () => {
  app = await startApp(temporary.path);
  browser = await startBrowser();
  ({ page, complaints } = await openPage(browser));
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Try the sample library' }).click();
  await page.getByRole('option').nth(3).waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

test('learns live: the accuracy rises, and the unlabelled points are worth it', async () => {
  await page.getByRole('button', { name: /^Library:/ }).click();
  await page.getByRole('menuitem', { name: 'How it learns' }).click();
  await page.getByRole('heading', { level: 1, name: 'How it learns' }).waitFor();
  const before = await rightOf(withAll);
  expect(before).toBeLessThan(90);
  await page.getByText('Step 800 of 800').first().waitFor({ timeout: 120_000 });
  expect(await rightOf(withAll)).toBeGreaterThanOrEqual(95);
  expect(await rightOf(alone)).toBeLessThan((await rightOf(withAll)) - 10);

  // From the middle outwards the inner ring's blue comes first, then the outer ring's orange.
  const isBlue = ([red = 0, , blue = 0]: number[]) => blue > red + 30;
  const isOrange = ([red = 0, , blue = 0]: number[]) => red > blue + 30;
  const along = await coloursOf(withAll);
  const [inner, outer] = [along.slice(0, along.length / 3), along.slice((2 * along.length) / 3)];
  expect(inner.filter(isBlue).length).toBeGreaterThan(inner.length / 2);
  expect(outer.filter(isOrange).length).toBeGreaterThan(outer.length / 2);
  await shoot(page, 'how-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'how-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  expect(complaints).toEqual([]);
});

test('a point by click and one by keys are learned from', async () => {
  const box = (await plane(alone).boundingBox())!;
  await page.keyboard.press('2');
  await page.mouse.click(box.x + 0.9 * box.width, box.y + box.height / 2);
  await page
    .getByText(/of 1100$/)
    .first()
    .waitFor();
  await plane(withAll).focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect.poll(() => plane(withAll).getAttribute('aria-label')).toContain('6 labels');
  await shoot(page, 'how-own-points');
  await page.getByRole('button', { name: 'Remove my points' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
});

test('fits a small window, passes axe-core in light and dark, and Esc leads back', async () => {
  await page.getByRole('button', { name: 'Curves' }).click();
  await expectNoViolations(page);
  await shoot(page, 'how-dark-curves');
  await page.getByRole('button', { name: 'Curves' }).click();
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'how-small');
  for (const title of [alone, withAll]) {
    const box = (await plane(title).boundingBox())!;
    expect(box.x + box.width).toBeLessThanOrEqual(720);
    expect(box.y + box.height).toBeLessThanOrEqual(480);
    expect(box.width).toBeGreaterThanOrEqual(180);
  }
  await page.keyboard.press('Escape');
  await page.getByRole('listbox', { name: /^All photos/ }).waitFor();
  expect(complaints).toEqual([]);
});
