// A million photos in a real Chromium, over the fake main: more than a browser can scroll, and each within reach.

import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, shoot, startBrowser, temporaryFolder } from './harness.ts';

const COUNT = 1_000_000;
const stage = resolve(import.meta.dirname, '../renderer/dev');
const temporary = temporaryFolder();
let server: ViteDevServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await createServer({
    configFile: join(stage, 'vite.config.ts'),
    cacheDir: join(temporary.path, 'vite'),
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, watch: null, hmr: false },
  });
  await server.listen();
  browser = await startBrowser();
  ({ page } = await openPage(browser));
  await page.goto(`${new URL(server.resolvedUrls!.local[0]!).origin}/?photos=${COUNT}`);
  await page.getByRole('listbox', { name: 'All photos, 1,000,000 photos' }).waitFor({ timeout: 120_000 });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
  temporary.remove();
});

interface InView {
  /** Places in the list of the photos that are wholly in view, from 1. */
  places: number[];
  /** Where the first of them lies, in px from the top of the grid. */
  top: number;
  /** How far the scrollbar is from its end, and that is from its start, in px. */
  left: number;
  length: number;
}

const inView = () =>
  page.evaluate<InView>(`(() => {
    const grid = document.querySelector('.grid');
    const view = grid.getBoundingClientRect();
    const boxes = [...grid.querySelectorAll('[role=option]')]
      .map((option) => ({ place: Number(option.ariaPosInSet), box: option.getBoundingClientRect() }))
      .filter(({ box }) => box.top >= view.top - 1 && box.bottom <= view.bottom + 1);
    const length = grid.scrollHeight - grid.clientHeight;
    return {
      places: boxes.map(({ place }) => place).sort((a, b) => a - b),
      top: Math.min(...boxes.map(({ box }) => box.top)) - view.top,
      left: length - grid.scrollTop,
      length,
    };
  })()`);
const places = async () => (await inView()).places;
const dragThumbTo = (share: number) =>
  page.evaluate(`(() => {
    const grid = document.querySelector('.grid');
    grid.scrollTop = ${share} * (grid.scrollHeight - grid.clientHeight);
  })()`);
const photoAt = (place: number) => page.locator(`[role=option][aria-posinset="${place}"]`);
const topOf = async (place: number) => (await photoAt(place).boundingBox())?.y ?? NaN;
/** In frames that the page is in no hurry to draw. */
const settled = () => page.waitForTimeout(400);

test('End and Home lead to the last and the first of a million photos, and the last one is labelled', async () => {
  expect(await places()).toContain(1);
  await photoAt(1).click();
  await page.keyboard.press('End');
  await expect.poll(places).toContain(COUNT);
  await settled();
  expect((await inView()).left).toBeLessThan(1);
  await page.keyboard.press('1');
  await expect.poll(() => photoAt(COUNT).getAttribute('aria-label')).toMatch(/, Rose$/);
  await shoot(page, 'million-end');
  await page.keyboard.press('Home');
  await expect.poll(places).toContain(1);
  await settled();
  const { left, length } = await inView();
  expect(left).toBe(length);
});

test('the scrollbar’s thumb leads to the same share of them, and rests there', async () => {
  for (const share of [0.5, 0.25, 0.75]) {
    await dragThumbTo(share);
    await settled();
    const { places: seen, left, length } = await inView();
    // Near both ends list and scrollbar move as one, so that shares are a little drawn to the middle.
    expect(Math.abs(seen[0]! / COUNT - share)).toBeLessThan(0.03);
    expect(Math.abs(1 - left / length - share)).toBeLessThan(0.001);
  }
  await dragThumbTo(1);
  await expect.poll(places).toContain(COUNT);
  await dragThumbTo(0);
  await expect.poll(places).toContain(1);
});

test('in the middle of them the wheel moves photos by its own px, and PageDown by screens without a gap', async () => {
  await dragThumbTo(0.5);
  await settled();
  const place = (await places())[0]!;
  const before = await topOf(place);
  await page.mouse.move(700, 400);
  await page.mouse.wheel(0, 240);
  await expect.poll(async () => before - (await topOf(place))).toBe(240);
  await settled();
  expect(before - (await topOf(place))).toBe(240);
  await page.mouse.wheel(0, -240);
  await expect.poll(() => topOf(place)).toBe(before);

  let seen = await places();
  await photoAt(seen.at(-1)!).click();
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('PageDown');
    await expect.poll(async () => (await places()).at(-1)).toBeGreaterThan(seen.at(-1)!);
    await settled();
    const next = await places();
    // What was in part at the lower edge, one row, is whole now or in sight.
    expect(next[0]! - seen.at(-1)!).toBeLessThan(12);
    expect(next).toEqual(Array.from(next, (_, i) => next[0]! + i));
    seen = next;
  }
  await shoot(page, 'million-middle');
});

test('the wheel goes on to the last row where the thumb stops short of it', async () => {
  await page.evaluate(`document.querySelector('.grid').scrollTop = 1e9`);
  await settled();
  await page.mouse.move(700, 400);
  await page.mouse.wheel(0, -5000);
  await expect.poll(places).not.toContain(COUNT);
  await settled();
  await page.mouse.wheel(0, 4900);
  await settled();
  expect((await inView()).left).toBe(100);
  await page.mouse.wheel(0, 300);
  await expect.poll(places).toContain(COUNT);
  expect((await inView()).left).toBeLessThan(1);
});

test('rows of every size reach to the last photo, and a photo stays where it was while they change', async () => {
  await dragThumbTo(0.6);
  await settled();
  for (const key of ['End', 'Home'] as const) {
    await page.getByRole('slider', { name: 'Photo size' }).focus();
    const before = (await places())[0]!;
    await page.keyboard.press(key);
    await settled();
    const seen = await places();
    expect(Math.abs(seen[0]! - before)).toBeLessThan(40);
    await page.getByRole('listbox', { name: /^All photos/ }).focus();
    await page.evaluate(`document.querySelector('.grid').scrollTop = 1e9`);
    await expect.poll(places).toContain(COUNT);
    await dragThumbTo(0.6);
    await settled();
  }
});
