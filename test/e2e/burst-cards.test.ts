// A folder of bursts, as a camera leaves them, in a real browser: one card each, which opens in place; one press labels
// what is nearly the same. Wants what `npm run build` makes.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { drawBursts } from '../fixtures/burst-photos.ts';
import { askMain, expectNoViolations, openApp, shoot, temporaryFolder } from './harness.ts';
import type { RunningApp } from './harness.ts';

/** Shots of each burst. */
const SIZES = [5, 1, 3, 1, 1, 8, 1, 2, 1, 1, 1, 1];
const PHOTOS = SIZES.reduce((sum, shots) => sum + shots);
const temporary = temporaryFolder();
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  const folder = join(temporary.path, 'bursts');
  await drawBursts(folder, SIZES);
  ({ app, browser, page, complaints } = await openApp(join(temporary.path, 'data')));
  await page.setViewportSize({ width: 1280, height: 800 });
  await askMain(page, 'library.open', { folder });
  const isGrouped = async () => (await askMain(page, 'bursts.list')).photoIds.length > 0;
  await vi.waitUntil(isGrouped, { timeout: 60_000, interval: 200 });
  await askMain(page, 'classes.create', { name: 'Cat' });
  await askMain(page, 'classes.create', { name: 'Dog' });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

const card = (name: string) => page.getByRole('option', { name: new RegExp(`^${name}`) });
const cards = () => page.getByRole('option');
const shootAll = async (name: string) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await shoot(page, `${name}-light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, `${name}-720`);
  await page.setViewportSize({ width: 1280, height: 800 });
};

test('while the folder is looked at, shots of one moment become one card with their number', async () => {
  await page.getByRole('listbox', { name: `All photos, ${PHOTOS} photos in ${SIZES.length} cards` }).waitFor();
  expect(await cards().count()).toBe(SIZES.length);
  await page.getByRole('option', { name: /^scene-05-0.jpg, one of 8 nearly the same/ }).waitFor();
  await expectNoViolations(page);
  await shootAll('burst-cards');
});

test('a click on the number opens the card in place, and B closes it', async () => {
  await card('scene-00-0').locator('[data-burst]').click();
  await expect.poll(() => cards().count()).toBe(SIZES.length + 4);
  const names = await cards().evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
  expect(names.slice(0, 6).map((name) => name.slice(0, 10))).toEqual(
    [...Array(5).fill('scene-00-'), 'scene-01-'].map((start, i) => `${start}${i < 5 ? i : 0}`),
  );
  await card('scene-00-1').click();
  await expectNoViolations(page);
  await shootAll('burst-open');
  await page.keyboard.press('b');
  await expect.poll(() => cards().count()).toBe(SIZES.length);
  expect(await page.getByRole('option', { selected: true }).getAttribute('aria-label')).toContain('scene-00-0');
});

test('labelling the card labels its photo, and one press the others; undo takes that press back alone', async () => {
  await page.keyboard.press('1');
  const offer = page.getByText('4 more are nearly the same.');
  await offer.waitFor();
  await expectNoViolations(page);
  await shootAll('burst-offer');
  expect((await askMain(page, 'library.state'))!.counts.labelled).toBe(1);
  // The pictures took longer than the offer stays.
  await page.keyboard.press('1');
  await offer.waitFor();
  await page.keyboard.press('a');
  await expect.poll(async () => (await askMain(page, 'library.state'))!.counts.labelled).toBe(5);
  await offer.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await askMain(page, 'library.state'))!.counts.labelled).toBe(1);
  expect(complaints).toEqual([]);
});

test('with grouping off every photo has a card, after a reload too', async () => {
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Group what is nearly the same' }).click();
  await page.getByRole('listbox', { name: `All photos, ${PHOTOS} photos` }).waitFor();
  await page.reload();
  await page.getByRole('listbox', { name: `All photos, ${PHOTOS} photos` }).waitFor();
  await page.getByRole('button', { name: 'Group what is nearly the same' }).click();
  await page.getByRole('listbox', { name: `All photos, ${PHOTOS} photos in ${SIZES.length} cards` }).waitFor();
});
